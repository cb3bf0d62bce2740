"""What comes in a page's address: never trusted, never a fault."""

from flask import request


def text(name: str, at_most: int) -> str:
    return request.args.get(name, "").replace("\x00", "").strip()[:at_most]


def number(name: str) -> int:
    """From 1."""
    given = request.args.get(name, "")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1
