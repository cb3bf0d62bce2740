"""What the `astreinte` command does, one module a subject; cli.py only names the commands."""

from pathlib import Path

HOME = Path(__file__).resolve().parent.parent  # the checkout
SAMPLE = HOME / "nvl.toml"
