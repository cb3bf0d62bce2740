"""What the `astreinte` command does, one module a subject; cli.py only names the commands."""
