"""What the `astreinte` command does, one module a subject; cli.py only names the commands."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
HOME = _HERE.parent  # the checkout, or where the wheel was installed


def beside(name: str) -> Path:
    """What lies at the top of a checkout; a wheel has it in this package (setup.py)."""
    own = _HERE / name
    return own if own.is_file() else HOME / name


SAMPLE = beside("nvl.toml")
SERVER = beside("gunicorn.conf.py")
