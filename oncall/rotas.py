"""Rotas: who is on call at an instant, and who over a range.

An override beats the turn of the layer, also outside the layer's hours; overrides are taken in the order of
their declaration, so that the later one wins. Whoever is taken out, or away, is stood in for by the fallback,
and so is a layer that has not begun or has nobody. Nobody stands in outside a layer's hours, nor for a layer
that the rota lacks. Turns change hands by the wall clock, at the first occurrence of a time shown twice;
overrides and absences end at the last."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from directory.intervals import Interval
from directory.local_time import instant
from directory.roster import Absence, Engineer, Kind, Layer, Override, Rota
from directory.turns import EARLIEST, LATEST, turn_at
from directory.week import stretch

__all__ = [
    "Absence", "Engineer", "Kind", "Laid", "Layer", "Override", "Rota", "Segment", "Why", "away", "resolve", "who",
]  # fmt: skip

Declared = TypeVar("Declared", Override, Absence)

REACH = timedelta(days=366)  # how far `who` looks on either side for the end of its answer


class Why(StrEnum):
    ROTA = "rota"
    OVERRIDE = "override"
    ADDED = "added"  # beside whoever has the turn, or alone where nobody has
    FALLBACK = "fallback"  # the layer has not begun, or names nobody
    ABSENCE = "absence"  # the fallback, or nobody, for somebody who is away
    REMOVED = "removed"  # the same for somebody who was taken out
    OUTSIDE = "outside"  # not this layer's hours
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The same people, or nobody, for one reason, in [starts, until)."""

    starts: datetime  # UTC
    until: datetime
    engineer: str | None  # the one who answers first
    why: Why
    beside: tuple[str, ...] = ()  # added to that one
    instead_of: str = ""  # who is away or was taken out

    @property
    def engineers(self) -> tuple[str, ...]:
        """All who are on call, each with the same right to take the page."""
        return (self.engineer, *self.beside) if self.engineer else ()

    @property
    def reasons(self) -> tuple[tuple[str, Why], ...]:
        """All who are on call, each with why."""
        first = ((self.engineer, self.why),) if self.engineer else ()
        return first + tuple((engineer, Why.ADDED) for engineer in self.beside)

    def like(self, other: "Segment") -> bool:
        return self.reasons == other.reasons and (self.why, self.instead_of) == (other.why, other.instead_of)


def who(rota: Rota, layer_name: str, at: datetime, engineers: Collection[Engineer] = ()) -> Segment:
    """Who is on call at an instant, with when that began and ends: in one turn, and within REACH.

    `engineers` are asked for their absences."""
    at = at.astimezone(UTC)
    laid = Laid(rota, layer_name, engineers)
    here, turn = laid.piece(at)
    starts, until = here.starts, here.until
    while until < at + REACH:
        after, its_turn = laid.piece(until)
        if its_turn != turn or not after.like(here):
            break
        until = after.until
    while starts > at - REACH:
        before, its_turn = laid.piece(starts - datetime.resolution)
        if its_turn != turn or not before.like(here):
            break
        starts = before.starts
    return replace(here, starts=max(starts, at - REACH), until=min(until, at + REACH))


def resolve(
    rota: Rota, layer_name: str, start: datetime, end: datetime, engineers: Collection[Engineer] = ()
) -> tuple[Segment, ...]:
    """Who is on call in [start, end): no hole, no overlap, neighbours with the same people and reason merged."""
    found: list[Segment] = []
    laid = Laid(rota, layer_name, engineers)
    at, end = start.astimezone(UTC), end.astimezone(UTC)
    while at < end:
        piece, _ = laid.piece(at)
        until = min(piece.until, end)
        if found and found[-1].like(piece):
            found[-1] = replace(found[-1], until=until)
        else:
            found.append(replace(piece, starts=at, until=until))
        at = until
    return tuple(found)


def away(engineer: Engineer, at: datetime, zone: str) -> bool:
    """Whether somebody is absent at an instant, by the wall clock of a zone."""
    return any(starts <= at < until for _, (starts, until) in _spans(engineer.absences, zone))


class Laid:
    """One layer with what is laid over it, in instants: asked for one piece after the other."""

    def __init__(self, rota: Rota, layer_name: str, engineers: Collection[Engineer]):
        self.rota, self.layer = rota, rota.layer(layer_name)
        self.overrides = _spans((o for o in rota.overrides if o.layer == layer_name), rota.timezone)
        self.absences = [
            (engineer.code, span) for engineer in engineers for _, span in _spans(engineer.absences, rota.timezone)
        ]
        spans = [span for _, span in self.overrides] + [span for _, span in self.absences]
        self.edges = [EARLIEST, *sorted({edge for span in spans for edge in span}), LATEST]

    def piece(self, at: datetime) -> tuple[Segment, datetime | None]:
        """Around an instant, as long as no edge of anything is met; and the beginning of the turn it comes from."""
        place = bisect_right(self.edges, at)
        starts, until = self.edges[place - 1], self.edges[place]
        overrides = [override for override, (begins, ends) in self.overrides if begins <= at < ends]
        absent = {code for code, (begins, ends) in self.absences if begins <= at < ends}
        if any(override.kind is Kind.REPLACE for override in overrides) or self.layer is None:
            return _decided(self.rota, _nobody(starts, until), overrides, absent), None
        hours = stretch(self.layer.only, self.rota.timezone, at)
        if not hours.within:
            pause = replace(_nobody(max(starts, hours.starts), min(until, hours.until)), why=Why.OUTSIDE)
            return _decided(self.rota, pause, overrides, absent), None
        turn = turn_at(self.layer, self.rota.timezone, at)
        whole = Segment(
            starts=max(starts, hours.starts, turn.starts),
            until=min(until, hours.until, turn.until),
            engineer=turn.engineer or self.rota.fallback or None,
            why=Why.ROTA if turn.engineer else Why.FALLBACK if self.rota.fallback else Why.NOBODY,
        )
        return _decided(self.rota, whole, overrides, absent), turn.starts


def _decided(rota: Rota, segment: Segment, overrides: Sequence[Override], absent: Collection[str]) -> Segment:
    """What overrides, one after the other, and absences in the end make of whoever has the turn."""
    first, why = segment.engineer, segment.why
    beside: dict[str, None] = {}
    out: set[str] = set()
    for override in overrides:
        out.discard(override.engineer)
        match override.kind:
            case Kind.REPLACE:
                first, why = override.engineer, Why.OVERRIDE
            case Kind.ADD:
                beside[override.engineer] = None
            case Kind.REMOVE if override.engineer:
                out.add(override.engineer)
                beside.pop(override.engineer, None)
            case Kind.REMOVE:
                out.update(filter(None, [first]))
                beside.clear()
    instead_of = ""
    if first in out or first in absent:
        why, instead_of = Why.REMOVED if first in out else Why.ABSENCE, first or ""
        first = rota.fallback if rota.fallback and rota.fallback not in (*out, *absent) else None
    others = [engineer for engineer in beside if engineer != first and engineer not in absent]
    if first is None and others:
        first, *others = others
        why, instead_of = Why.ADDED, ""
    return replace(segment, engineer=first, why=why, beside=tuple(others), instead_of=instead_of)


def _spans(declared: Iterable[Declared], zone: str) -> list[tuple[Declared, Interval]]:
    """What is declared on the wall clock, with its instants; less what ends before it begins."""
    found = [(each, (instant(each.starts, zone), instant(each.until, zone, last=True))) for each in declared]
    return [(each, span) for each, span in found if span[0] < span[1]]


def _nobody(starts: datetime, until: datetime) -> Segment:
    return Segment(starts=starts, until=until, engineer=None, why=Why.NOBODY)
