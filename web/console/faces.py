"""People as pages show them: a coloured disc with initials, the same colour for the same person everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from directory import phone_numbers
from directory.index import Directory

COLOURS = 12  # classes face-0 … of app.css


@dataclass(frozen=True, slots=True)
class Face:
    code: str
    name: str
    initials: str
    colour: int
    phone: str  # E.164, or ""
    phone_said: str


def face(book: Directory, code: str, others: Mapping[str, str] | None = None) -> Face:
    """An engineer; else an account, by the names of `others`."""
    engineer = book.engineer(code)
    name = engineer.name if engineer else (others or {}).get(code, code)
    phone = engineer.phone if engineer else ""
    shown = phone_numbers.pairs(phone) if phone else ""
    return Face(code, name, initials(name), _colour(code), phone, shown)


def initials(name: str) -> str:
    """« Ingénieur 12 » → « I12 », « Marie-Anne Durand » → « MD »."""
    words = name.replace("-", " ").split() or ["?"]
    first, last = words[0][:1], words[-1]
    return (first + (last if last.isdigit() else last[:1] if len(words) > 1 else ""))[:3].upper()


def _colour(code: str) -> int:
    # « ² » is a digit that int() refuses, and so are thousands of them.
    digits = "".join(each for each in code if each.isdecimal())[-9:]
    return int(digits) % COLOURS if digits else sha256(code.encode()).digest()[0] % COLOURS
