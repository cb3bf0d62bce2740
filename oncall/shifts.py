"""Shifts: what each person has of a layer, from the moment they come on duty to the moment they are relieved.

A turn is one shift, cut where somebody else steps in; who stands beside them does not cut it. An override makes a
shift of its own, or lengthens the one that it touches. Whoever always has a layer has no shifts in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from oncall.rotas import REACH, Engineer, Laid, Rota


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One person on duty in one layer, in [starts, until)."""

    rota: str
    layer: str
    engineer: str
    starts: datetime  # UTC
    until: datetime


def shifts(rota: Rota, start: datetime, end: datetime, engineers: Collection[Engineer] = ()) -> tuple[Shift, ...]:
    """All shifts of a rota that have some part of [start, end), whole, layer by layer in the order they begin."""
    found: list[Shift] = []
    for layer in rota.layers:
        whole = _in_layer(rota, layer.name, Laid(rota, layer.name, engineers), start.astimezone(UTC), end)
        found += sorted(whole, key=lambda shift: (shift.starts, shift.engineer))
    return tuple(found)


def reliefs(known: Collection[Shift]) -> dict[Shift, tuple[str, ...]]:
    """Whom each shift takes over from: those whose duty in the layer ends when it begins; after a time without
    anybody, those who had it last. Nobody takes over from themselves."""
    found: dict[Shift, tuple[str, ...]] = {}
    for _, group in groupby(sorted(known, key=_layer), _layer):
        found |= _reliefs_in_layer(list(group))
    return found


def _layer(shift: Shift) -> tuple[str, str]:
    return shift.rota, shift.layer


def _reliefs_in_layer(known: list[Shift]) -> dict[Shift, tuple[str, ...]]:
    by_end = sorted(known, key=lambda shift: shift.until)
    ends, begins = [shift.until for shift in by_end], sorted(shift.starts for shift in known)
    found = {}
    for shift in known:
        ended = bisect_right(ends, shift.starts)
        last = ends[ended - 1] if ended else None
        before = [other.engineer for other in by_end[bisect_left(ends, last) : ended]] if last else []
        after_pause = bisect_left(begins, shift.starts) == ended and shift.engineer not in before
        relieves = last == shift.starts or after_pause
        found[shift] = tuple(other for other in before if other != shift.engineer) if relieves else ()
    return found


def _in_layer(rota: Rota, layer: str, laid: Laid, start: datetime, end: datetime) -> Iterator[Shift]:
    """Pieces put together: a piece goes on with the shift before it unless both belong to turns, and not the same."""
    on_duty: dict[str, tuple[Shift, datetime | None]] = {}
    at, limit = _begun(laid, start), end + REACH
    while at < end or on_duty:
        piece, turn = laid.piece(at)
        before, on_duty = on_duty, {}
        for engineer in piece.engineers:
            shift, its_turn = before.get(engineer, (None, None))
            if shift and (turn is None or its_turn is None or turn == its_turn):
                del before[engineer]
                on_duty[engineer] = replace(shift, until=piece.until), turn or its_turn
            elif at < end:
                new = Shift(rota=rota.code, layer=layer, engineer=engineer, starts=at, until=piece.until)
                on_duty[engineer] = new, turn
        yield from (shift for shift, _ in before.values() if shift.until > start)
        at = piece.until
        if at > limit:
            return


def _begun(laid: Laid, at: datetime) -> datetime:
    """Some instant, not after this one, at which nobody's shift that holds it was under way already."""
    here, turn = laid.piece(at)
    while here.engineers and here.starts > at - REACH:
        before, its_turn = laid.piece(here.starts - datetime.resolution)
        goes_on = turn is None or its_turn is None or turn == its_turn
        if not (goes_on and set(before.engineers) & set(here.engineers)):
            break
        here, turn = before, its_turn
    return max(here.starts, at - REACH)
