"""Rotas: who is on call at an instant, and who over a range.

An override beats the turn of the layer, the turn beats the fallback; of two overrides the one declared
later wins. Turns change hands by the wall clock, at the first occurrence of a time shown twice; an override
ends at the last. A layer that has not begun or has nobody falls back, a layer that the rota lacks does not:
it is nobody's, unless an override names somebody."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count, groupby, takewhile
from operator import attrgetter

from oncall.wall import instant, shown

REACH = timedelta(days=366)  # how far `who` looks on either side for the end of its answer
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engineer:
    code: str
    name: str
    phone: str = ""  # E.164; none: cannot be reached, reported by the doctor
    email: str = ""
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """People in turn: the wall clock decides the hand-off, whatever the night does to the hours."""

    name: str
    starts: datetime  # naive, wall clock of the rota's zone
    every: timedelta  # whole hours, days or weeks, counted on the wall clock
    engineers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    layer: str
    starts: datetime  # naive, wall clock; `from` in the file
    until: datetime
    engineer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    code: str
    timezone: str = "Europe/Paris"
    fallback: str = ""  # nobody else: this person
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()


class Why(StrEnum):
    ROTA = "rota"
    OVERRIDE = "override"
    FALLBACK = "fallback"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One person, or nobody, for one reason, in [starts, until)."""

    starts: datetime  # UTC
    until: datetime
    engineer: str | None
    why: Why


def who(rota: Rota, layer_name: str, at: datetime) -> Segment:
    """Who is on call at an instant: in one turn or one override, or what others leave of it, within REACH."""
    at = at.astimezone(UTC)
    turn = next(_turns(rota, layer_name, at))
    segments = [_nobody(_EARLIEST, turn.starts), turn, _nobody(turn.until, _LATEST)]
    near = _within(_overridden(rota, layer_name, segments), at - REACH, at + REACH)
    return next(segment for segment in near if at < segment.until)


def resolve(rota: Rota, layer_name: str, start: datetime, end: datetime) -> tuple[Segment, ...]:
    """Who is on call in [start, end): no hole, no overlap, neighbours with one person and reason merged."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if start >= end:
        return ()
    turns = list(takewhile(lambda turn: turn.starts < end, _turns(rota, layer_name, start)))
    return tuple(_joined(_overridden(rota, layer_name, _within(turns, start, end))))


def _turns(rota: Rota, layer_name: str, start: datetime) -> Iterator[Segment]:
    """The turns of a layer without end, first the one, or the want of one, that holds `start`."""
    layer = next((layer for layer in rota.layers if layer.name == layer_name), None)
    if layer is None:
        yield _nobody(_EARLIEST, _LATEST)
        return
    if not layer.engineers or layer.every <= timedelta(0):
        yield _fallen_back(rota, _LATEST)
        return
    turn = _turn_at(layer, rota.timezone, start)
    if turn < 0:
        yield _fallen_back(rota, _handoff(layer, rota.timezone, 0))
    for nth in count(max(turn, 0)):
        starts, until = (_handoff(layer, rota.timezone, n) for n in (nth, nth + 1))
        if starts < until:  # a turn that lies in the gap of a spring night is nobody's
            engineer = layer.engineers[nth % len(layer.engineers)]
            yield Segment(starts=starts, until=until, engineer=engineer, why=Why.ROTA)


def _turn_at(layer: Layer, zone: str, at: datetime) -> int:
    """Which turn holds an instant, counted from 0; below 0 the layer has not begun."""
    # The wall clock names it, except after it went back: what has been handed over stays so.
    turn = (shown(at, zone) - layer.starts) // layer.every
    while _handoff(layer, zone, turn + 1) <= at:
        turn += 1
    return turn


def _handoff(layer: Layer, zone: str, turn: int) -> datetime:
    return instant(layer.starts + turn * layer.every, zone)


def _overridden(rota: Rota, layer_name: str, segments: list[Segment]) -> list[Segment]:
    """The segments with the layer's overrides laid over them, in the order of their declaration."""
    start, end = segments[0].starts, segments[-1].until
    for override in rota.overrides:
        if override.layer == layer_name:
            laid = _within(_segments_of(override, rota.timezone), start, end)
            if laid:
                before, after = (
                    _within(segments, start, laid[0].starts),
                    _within(segments, laid[0].until, end),
                )
                segments = [*before, *laid, *after]
    return segments


def _segments_of(override: Override, zone: str) -> list[Segment]:
    starts, until = instant(override.starts, zone), instant(override.until, zone, last=True)
    whole = Segment(starts=starts, until=until, engineer=override.engineer, why=Why.OVERRIDE)
    return [whole] if starts < until else []


def _within(segments: list[Segment], start: datetime, end: datetime) -> list[Segment]:
    """What lies in [start, end) of sorted, disjoint segments."""
    first = bisect_right(segments, start, key=attrgetter("until"))
    met = segments[first : bisect_left(segments, end, key=attrgetter("starts"))]
    if met and met[0].starts < start:
        met[0] = replace(met[0], starts=start)
    if met and met[-1].until > end:
        met[-1] = replace(met[-1], until=end)
    return met


def _joined(segments: list[Segment]) -> Iterator[Segment]:
    alike = groupby(segments, key=lambda segment: (segment.engineer, segment.why))
    for _, group in alike:
        first, *rest = group
        yield replace(first, until=rest[-1].until) if rest else first


def _fallen_back(rota: Rota, until: datetime) -> Segment:
    if not rota.fallback:
        return _nobody(_EARLIEST, until)
    return Segment(starts=_EARLIEST, until=until, engineer=rota.fallback, why=Why.FALLBACK)


def _nobody(starts: datetime, until: datetime) -> Segment:
    return Segment(starts=starts, until=until, engineer=None, why=Why.NOBODY)
