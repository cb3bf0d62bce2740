"""Changes to a rota: overrides added, turns swapped; what a change does, and that it leaves the past alone."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from directory.intervals import Interval, joined
from directory.local_time import instant, shown
from directory.roster import Engineer, Override, Rota
from directory.turns import turn_at
from oncall.rotas import Segment, Why, resolve, who


class Refusal(StrEnum):
    """Why two turns cannot be swapped."""

    NOBODY = "nobody"
    SAME_PERSON = "same_person"
    OVERLAP = "overlap"
    CLOCK_CHANGE = "clock_change"  # a turn's edge is a time shown twice that the wall clock cannot name


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person has of a turn, from its first piece to its last."""

    engineer: str
    starts: datetime
    until: datetime


def with_overrides(rota: Rota, *overrides: Override) -> Rota:
    return replace(rota, overrides=(*rota.overrides, *overrides))


def on_the_wall(starts: datetime, until: datetime, zone: str) -> Interval | None:
    """A range as an override writes it, on the wall clock; none where that would mean another range."""
    walls = shown(starts, zone), shown(until, zone)
    exact = (instant(walls[0], zone), instant(walls[1], zone, last=True)) == (starts, until)
    return walls if exact else None


def from_now(now: datetime, zone: str) -> datetime:
    """The first whole minute that an override can begin at without touching what has been."""
    minute = timedelta(minutes=1)
    wall = shown(now, zone).replace(second=0, microsecond=0)
    while instant(wall, zone) < now:
        wall += minute  # over the whole of a repeated hour, if need be
    return instant(wall, zone)


def swap(
    rota: Rota, layer_name: str, one: datetime, other: datetime, engineers: Collection[Engineer] = ()
) -> tuple[Override, ...] | Refusal:
    """The overrides that give each of two turns to the person of the other; a turn is named by an instant in it."""
    mine, theirs = (_turn(rota, layer_name, at, engineers) for at in (one, other))
    if not mine or not theirs:
        return Refusal.NOBODY
    if _whose(mine[0]) == _whose(theirs[0]):
        return Refusal.SAME_PERSON
    if mine[0].starts < theirs[-1].until and theirs[0].starts < mine[-1].until:
        return Refusal.OVERLAP
    found = []
    for pieces, engineer in ((mine, _whose(theirs[0])), (theirs, _whose(mine[0]))):
        for piece in pieces:
            walls = on_the_wall(piece.starts, piece.until, rota.timezone)
            if walls is None:
                return Refusal.CLOCK_CHANGE
            found.append(Override(layer=layer_name, starts=walls[0], until=walls[1], engineer=engineer))
    return tuple(sorted(found, key=lambda override: override.starts))


def turns(
    rota: Rota, layer_name: str, start: datetime, end: datetime, engineers: Collection[Engineer] = ()
) -> list[Turn]:
    """Those that begin in [start, end): what may be swapped, each named by its first instant."""
    found = {}
    for segment in resolve(rota, layer_name, start, end, engineers):
        if pieces := _turn(rota, layer_name, segment.starts, engineers):
            turn = Turn(_whose(segment), pieces[0].starts, pieces[-1].until)
            found[turn.engineer, turn.starts] = turn
    return sorted((turn for turn in found.values() if start <= turn.starts), key=lambda turn: turn.starts)


def _turn(rota: Rota, layer_name: str, at: datetime, engineers: Collection[Engineer]) -> list[Segment]:
    """What one person has of a turn, without what overrides took from it and the hours between its nights."""
    held, layer = who(rota, layer_name, at, engineers), rota.layer(layer_name)
    whose = _whose(held)
    if not whose:
        return []
    if layer is None or held.why is Why.OVERRIDE or turn_at(layer, rota.timezone, at).engineer != whose:
        return [held]
    turn = turn_at(layer, rota.timezone, at)
    pieces = resolve(rota, layer_name, turn.starts, turn.until, engineers)
    return [piece for piece in pieces if _whose(piece) == whose and piece.why is not Why.OVERRIDE]


def _whose(segment: Segment) -> str:
    """Whose turn it is: of somebody who is away, still theirs, for that is what swaps are for."""
    return segment.instead_of or segment.engineer or ""


def alters(old: Rota, new: Rota, engineers: Collection[Engineer], before: datetime) -> bool:
    """Whether the overrides that differ change who was on call at some instant before this one."""
    return any(
        resolve(old, layer, starts, min(until, before), engineers)
        != resolve(new, layer, starts, min(until, before), engineers)
        for layer, spans in changed(old, new).items()
        for starts, until in spans
    )


def changed(old: Rota, new: Rota) -> dict[str, list[Interval]]:
    """Layer by layer, when the overrides that one of two rotas has alone are in force."""
    found: dict[str, list[Interval]] = {}
    for rota, other in ((old, new), (new, old)):
        for override in rota.overrides:
            if override not in other.overrides:
                span = instant(override.starts, rota.timezone), instant(override.until, rota.timezone, last=True)
                found.setdefault(override.layer, []).append(span)
    return {layer: list(joined(spans)) for layer, spans in found.items()}
