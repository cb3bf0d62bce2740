"""Opening hours in a line: « lun.–ven. 08:30–12:15, 14:00–17:30 », days of the same hours together."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from flask_babel import format_date

from directory.hours import Week

MONDAY = date(2024, 1, 1)


def said(week: Week) -> list[str]:
    """In the reader's language; days on which nothing is open are left out."""
    return list(_lines(week))


def _lines(week: Week) -> Iterator[str]:
    for day, together in groupby(range(7), key=lambda number: week[number]):
        numbers = list(together)
        if day:
            spans = ", ".join(f"{span.opens:%H:%M}–{span.closes:%H:%M}" for span in day)
            yield f"{'–'.join(dict.fromkeys(_named(number) for number in (numbers[0], numbers[-1])))} {spans}"


def _named(number: int) -> str:
    return str(format_date(MONDAY + timedelta(days=number), "EEE"))
