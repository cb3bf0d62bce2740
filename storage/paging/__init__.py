"""Pages, attempts, and messages that wait to be sent."""
