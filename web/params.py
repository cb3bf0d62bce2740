"""What comes in a page's address or a form: never trusted, never a fault."""

from datetime import datetime

from flask import request

NAME_AT_MOST = 100
LARGEST = 9  # digits of a number that any database keeps


def text(name: str, at_most: int) -> str:
    return request.args.get(name, "").replace("\x00", "").strip()[:at_most]


def legible(given: str) -> str:
    """A name as any database keeps it."""
    return "".join(letter for letter in given if letter.isprintable()).strip()[:NAME_AT_MOST]


def number(name: str) -> int:
    """From 1."""
    return max(1, whole(request.args.get(name, "")))


def whole(given: str) -> int:
    """0 for what is no number."""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= LARGEST else 0


def wall_clock(day: str, clock: str) -> datetime | None:
    """Naive, as two fields of a form say it; none for what no clock will ever show."""
    try:
        wall = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        return None
    return wall if wall.tzinfo is None and 2000 < wall.year < 2100 else None
