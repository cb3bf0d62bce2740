"""What a changed directory does to who is on call: layer by layer, the hours that change hands."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from directory.roster import Engineer, Rota
from oncall.rotas import Segment, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """Other people than before in [starts, until); nobody, where there are none."""

    rota: str
    layer: str
    starts: datetime  # UTC
    until: datetime
    before: tuple[str, ...]
    after: tuple[str, ...]


Duty = tuple[Collection[Rota], Collection[Engineer]]


def turnovers(old: Duty, new: Duty, start: datetime, end: datetime) -> list[Turnover]:
    """In [start, end), by the order of the new rotas; those that are no more come last."""
    rotas = [{rota.code: rota for rota in each[0]} for each in (old, new)]
    found: list[Turnover] = []
    for code in dict.fromkeys([*rotas[1], *rotas[0]]):
        one, other = (each.get(code) or Rota(code=code) for each in rotas)
        if one != other or old[1] != new[1]:
            for name in dict.fromkeys(layer.name for rota in (other, one) for layer in rota.layers):
                found += _of_layer(code, name, _resolved(one, name, start, end, old[1]),
                                   _resolved(other, name, start, end, new[1]))  # fmt: skip
    return found


def _resolved(
    rota: Rota, name: str, start: datetime, end: datetime, engineers: Collection[Engineer]
) -> Sequence[Segment]:
    return resolve(rota, name, start, end, engineers) if rota.layer(name) else ()


def _of_layer(rota: str, layer: str, old: Sequence[Segment], new: Sequence[Segment]) -> Iterator[Turnover]:
    edges = sorted({edge for segment in (*old, *new) for edge in (segment.starts, segment.until)})
    held: Turnover | None = None
    for starts, until in pairwise(edges):
        before, after = _people(old, starts), _people(new, starts)
        if held and held.until == starts and (held.before, held.after) == (before, after):
            held = replace(held, until=until)
            continue
        if held:
            yield held
        held = None
        if before != after:
            held = Turnover(rota=rota, layer=layer, starts=starts, until=until, before=before, after=after)
    if held:
        yield held


def _people(segments: Sequence[Segment], at: datetime) -> tuple[str, ...]:
    return next((segment.engineers for segment in segments if segment.starts <= at < segment.until), ())
