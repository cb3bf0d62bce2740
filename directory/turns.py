"""The turns of a layer: who has it, from one hand-off to the next."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from directory.local_time import instant, shown
from directory.roster import Layer

EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Turn:
    starts: datetime  # UTC, half open
    until: datetime
    engineer: str  # none: the layer has not begun, or has nobody


def turn_at(layer: Layer, zone: str, at: datetime) -> Turn:
    """The turn, or the want of one, that holds an instant."""
    if not layer.engineers or layer.every <= timedelta(0):
        return Turn(EARLIEST, LATEST, "")
    nth = _number(layer, zone, at)
    if nth < 0:
        return Turn(EARLIEST, _handoff(layer, zone, 0), "")
    return Turn(_handoff(layer, zone, nth), _handoff(layer, zone, nth + 1), layer.engineers[nth % len(layer.engineers)])


def _number(layer: Layer, zone: str, at: datetime) -> int:
    """Which turn holds an instant, counted from 0; below 0 the layer has not begun."""
    # The wall clock names it, except after it went back: what has been handed over stays so. A turn that lies in
    # the gap of a spring night lasts no time and is nobody's.
    turn = (shown(at, zone) - layer.starts) // layer.every
    while _handoff(layer, zone, turn + 1) <= at:
        turn += 1
    return turn


def _handoff(layer: Layer, zone: str, turn: int) -> datetime:
    return instant(layer.starts + turn * layer.every, zone)
