"""A ticket's reference: prefix, Paris year, sequence of that year, check digit ("NVL-26-00042-2").

The digits alone are typed on a keypad and dictated; the last one is Luhn's over year and sequence, which
catches every slip in one digit."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

_DIGITS = re.compile(r"([0-9]{2})([0-9]{5,12})([0-9])")


def compose(prefix: str, year: int, sequence: int) -> str:
    """The reference of the `sequence`-th ticket of a year given by its last two digits."""
    numbered = f"{year % 100:02}{sequence:05}"
    return f"{prefix}-{numbered[:2]}-{numbered[2:]}-{luhn(numbered)}"


def year_of(now: datetime, zone: str) -> int:
    """The last two digits of the year that the zone's calendar shows."""
    return now.astimezone(ZoneInfo(zone)).year % 100


def luhn(digits: str) -> int:
    """The check digit that follows `digits`."""
    doubled = (int(digit) * 2 for digit in digits[::-2])
    plain = (int(digit) for digit in digits[-2::-2])
    return -(sum(value // 10 + value % 10 for value in doubled) + sum(plain)) % 10


def parse(text: str, prefix: str) -> str | None:
    """The reference that a person has typed: in any case, with any separators, prefix or not."""
    bare = re.sub(r"[\W_]", "", text).upper().removeprefix(prefix.upper())
    found = _DIGITS.fullmatch(bare)
    if found is None:
        return None
    year, sequence, check = found.groups()
    reference = compose(prefix, int(year), int(sequence))
    return reference if digits(reference) == year + sequence + check else None


def find(text: str, prefix: str) -> str | None:
    """The first reference, prefix included, in a longer text such as a mail's subject."""
    return next(find_all(text, prefix), None)


def find_all(text: str, prefix: str) -> Iterator[str]:
    """Every one, in its order."""
    written = rf"(?<![^\W_]){re.escape(prefix)}((?:[\s\-‐-―._/]*[0-9]++(?![^\W_]))+)"
    for match in re.finditer(written, text, re.IGNORECASE):
        numbers = re.findall("[0-9]+", match[1])[:15]
        # Other numbers may follow (« NVL-26-00042-2 - 3 serveurs »), so the three parts as written come first.
        lengths = sorted(range(1, len(numbers) + 1), key=lambda length: length != 3)
        known = (parse("".join(numbers[:length]), prefix) for length in lengths)
        if found := next(filter(None, known), None):
            yield found


def digits(reference: str) -> str:
    """What is typed on a keypad."""
    return re.sub(r"[^0-9]", "", reference.partition("-")[2])


def spoken(reference: str) -> str:
    """For a synthetic voice: letters, then digits, one by one ("N V L, 2 6, 0 0 0 4 2, 2")."""
    return ", ".join(" ".join(part) for part in reference.split("-"))
