"""Clocks: when a commitment is due and how much of it has run.

Durations are real time, subtracted in UTC: two times of one zone would subtract on the wall clock, an hour
wrong on the nights of the clock change. Only what lies in a window and in no pause counts. Windows come
sorted and disjoint, as an entity's opening hours do; pauses come as they were noted. A commitment is broken
when more has run than was promised: what is exactly equal is met."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

Window = tuple[datetime, datetime]  # aware, half open

FOREVER = datetime.max.replace(tzinfo=UTC)  # the end of a pause that still lasts


def always(start: datetime) -> tuple[Window, ...]:
    """The window of a 24x7 level."""
    return ((start, FOREVER),)


def deadline(
    start: datetime, within: timedelta, windows: Iterable[Window], pauses: Sequence[Window] = ()
) -> datetime | None:
    """The instant (UTC) at which `within` has run; none if the windows end before, or a pause does not."""
    left = within
    if left <= timedelta(0):
        return start.astimezone(UTC)
    for opens, closes in counted(start, FOREVER, windows, pauses):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def elapsed(start: datetime, end: datetime, windows: Iterable[Window], pauses: Sequence[Window] = ()) -> timedelta:
    """How much has run in [start, end)."""
    stretches = counted(start, end, windows, pauses)
    return sum((closes - opens for opens, closes in stretches), timedelta(0))


def counted(start: datetime, end: datetime, windows: Iterable[Window], pauses: Sequence[Window]) -> Iterator[Window]:
    """The stretches of [start, end) that count, in UTC."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    stopped = sorted((pause, resumption) for pause, resumption in map(_utc, pauses) if pause < resumption)
    for opens, closes in map(_utc, windows):
        if opens >= end:
            return
        yield from _without(stopped, max(opens, start), min(closes, end))


def _without(stopped: Sequence[Window], opens: datetime, closes: datetime) -> Iterator[Window]:
    for pause, resumption in stopped:
        if opens < min(pause, closes):
            yield opens, min(pause, closes)
        opens = max(opens, resumption)
    if opens < closes:
        yield opens, closes


def _utc(window: Window) -> Window:
    return window[0].astimezone(UTC), window[1].astimezone(UTC)
