"""Mail that waits to leave, and mail that came."""
