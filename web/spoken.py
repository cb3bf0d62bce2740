"""Days, lengths, money and sizes as readers of a language write them."""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from flask_babel import format_currency, format_date, format_datetime, format_decimal

from notifications import durations
from web.languages import in_french

FORM = "EEE d MMM HH:mm"
FIRST = re.compile(r"(?<!\d)1(?= [^\W\d])")  # a day before its month: « vendredi 1 janvier »


def wall(at: datetime, form: str = FORM) -> str:
    """What a clock shows."""
    return _first(format_datetime(at, form, rebase=False), at)


def day(day: date, form: str) -> str:
    return _first(format_date(day, form), day)


def _first(said: object, day: date) -> str:
    """The first of a month is « 1er » in French, which CLDR does not know."""
    return FIRST.sub("1er", str(said), count=1) if day.day == 1 and in_french() else str(said)


def figure(written: str) -> str:
    """Hours of a document, as it has them."""
    return str(format_decimal(Decimal(written), "#,##0.00"))


def euros(written: str) -> str:
    return str(format_currency(Decimal(written), "EUR"))


def lasted(written: str) -> str:
    """Decimal hours of a document as people say them: « 532 h 38 »."""
    minutes = (Decimal(written) * 60).quantize(Decimal(1), ROUND_HALF_UP)
    return durations.spelled(timedelta(minutes=int(minutes))) if minutes else "0 h"


def weight(size: int) -> str:
    """Of a file: « 22,1 Ko », “22.1 kB”."""
    return f"{format_decimal(round(size / 1024, 1))} {'Ko' if in_french() else 'kB'}"


def colon() -> str:
    """With a space before it in French alone."""
    return " : " if in_french() else ": "


def titled(said: str) -> str:
    """A capital at its beginning, the others as they are."""
    return said[:1].upper() + said[1:]
