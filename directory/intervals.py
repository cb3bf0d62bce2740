"""Stretches of time, half open, as sorted lists without overlap."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

Point = TypeVar("Point", datetime, timedelta)
Interval = tuple[datetime, datetime]


def joined(spans: Iterable[tuple[Point, Point]]) -> Iterator[tuple[Point, Point]]:
    """Sorted; those that touch or overlap made one, those that do not last left out."""
    held: tuple[Point, Point] | None = None
    for starts, until in sorted(span for span in spans if span[0] < span[1]):
        if held and starts <= held[1]:
            held = held[0], max(held[1], until)
            continue
        if held:
            yield held
        held = starts, until
    if held:
        yield held


def common(some: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    """What lies in both."""
    found, i, j = [], 0, 0
    while i < len(some) and j < len(others):
        starts, until = max(some[i][0], others[j][0]), min(some[i][1], others[j][1])
        if starts < until:
            found.append((starts, until))
        if some[i][1] < others[j][1]:
            i += 1
        else:
            j += 1
    return found


def without(some: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    """What lies in the first alone."""
    found, j = [], 0
    for starts, until in some:
        while j < len(others) and others[j][1] <= starts:
            j += 1
        at, k = starts, j
        while k < len(others) and others[k][0] < until:
            if at < others[k][0]:
                found.append((at, others[k][0]))
            at, k = max(at, others[k][1]), k + 1
        if at < until:
            found.append((at, until))
    return found
