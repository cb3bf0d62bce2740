"""Mail outwards, over SMTP."""
