"""The turns that a page offers to swap: the one that was tapped, and those nearest to it of others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall import changes
from oncall.changes import Turn
from oncall.rotas import Engineer, Rota, Segment

BEFORE, AFTER = timedelta(weeks=4), timedelta(weeks=8)
OFFERED = 5


@dataclass(frozen=True, slots=True)
class Swaps:
    mine: Turn | None
    turns: list[Turn]  # whatever `mine` may be chosen from
    others: list[Turn]


def offered(rota: Rota, layer: str, held: Segment, now: datetime, engineers: Collection[Engineer]) -> Swaps:
    """Of turns to come alone: what has begun is not swapped."""
    around = max(held.starts, now)
    turns = changes.turns(rota, layer, max(now, around - BEFORE), around + AFTER, engineers)
    whose = held.instead_of or held.engineer
    mine = next((each for each in turns if each.engineer == whose and each.starts <= around < each.until), None)
    mine = mine or next((each for each in turns if each.starts >= around), None)
    others = [each for each in turns if mine and each.engineer != mine.engineer]
    near = sorted(others, key=lambda each: abs(each.starts - around))[:OFFERED]
    return Swaps(mine, turns, sorted(near, key=lambda each: each.starts))
