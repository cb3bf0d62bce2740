"""Hours of the week on the wall clock, nights included: when a layer of a rota has anybody at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from directory.intervals import joined
from directory.local_time import instant, shown

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From a time of one day to a later one, or to that time of the next day."""

    starts: time
    until: time


Day = tuple[Span, ...]
Week = tuple[Day, Day, Day, Day, Day, Day, Day]  # Monday first, by the day on which a span starts


@dataclass(frozen=True, slots=True)
class Stretch:
    """Within the hours of a week, or between them, in [starts, until)."""

    starts: datetime  # UTC
    until: datetime
    within: bool


def stretch(week: Week | None, zone: str, at: datetime) -> Stretch:
    """The hours, or the pause between them, that hold an instant; seen from there, a week or two far."""
    if week is None:
        return Stretch(_EARLIEST, _LATEST, within=True)
    paused = _EARLIEST
    for starts, until in _around(week, zone, shown(at, zone)):
        if at < starts:
            return Stretch(paused, starts, within=False)
        if at < until:
            return Stretch(starts, until, within=True)
        paused = until
    return Stretch(paused, _LATEST, within=False)


def stretches(week: Week, zone: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The hours of a week within [start, end), whole where they reach over its edges."""
    at = start
    while at < end:
        found = stretch(week, zone, at)
        if found.within:
            yield found.starts, found.until
        at = found.until


def _around(week: Week, zone: str, wall: datetime) -> Iterator[tuple[datetime, datetime]]:
    """They begin at the first occurrence of a time shown twice and end at the last."""
    monday = datetime.combine(wall, time()) - wall.weekday() * DAY
    for starts, until in _fortnights(week):
        span = instant(monday + starts, zone), instant(monday + until, zone, last=True)
        if span[0] < span[1]:  # hours that lie in the gap of a spring night are none
            yield span


@lru_cache(maxsize=64)
def _fortnights(week: Week) -> tuple[tuple[timedelta, timedelta], ...]:
    """The spans since a Monday, of two weeks before it and three after, joined on the wall clock."""
    spans = (_since(n, span) for n, day in enumerate(week) for span in day)
    return tuple(joined((starts + n * WEEK, until + n * WEEK) for starts, until in spans for n in range(-2, 3)))


def _since(day: int, span: Span) -> tuple[timedelta, timedelta]:
    starts, until = (timedelta(hours=at.hour, minutes=at.minute, seconds=at.second) for at in (span.starts, span.until))
    return day * DAY + starts, day * DAY + until + (DAY if until <= starts else timedelta(0))
