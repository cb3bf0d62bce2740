"""Who would be woken for an entity at an instant, and when nobody would: the layers that its policy climbs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from directory.index import Directory
from directory.intervals import Interval, joined
from directory.model import Entity
from directory.policies import policy_of
from oncall import coverage_checks, gaps
from oncall.gaps import Gap
from oncall.reachability import is_reachable
from oncall.rotas import Rota, Segment, Why, who
from oncall.targets import layers_of


def layers(book: Directory, entity: Entity, at: datetime) -> list[tuple[str, Segment]]:
    engineers = book.directory.engineers
    rota = book.rota(entity.rota) or Rota(code="")
    names = layers_of(policy_of(book.directory.policies, entity.policy), engineers)
    return [(name, who(rota, name, at, engineers)) for name in names]


def holes(book: Directory, entity: Entity, start: datetime, end: datetime) -> list[Gap]:
    """When the entity is closed and somebody is missing, by the newest directory, the first first.

    A week is the least that may be asked for: a layer has hours for each of its days."""
    return gaps.holes(coverage_checks.duty(book, entity, start, end), book.directory.engineers)


def holes_of(
    book: Directory, rota: Rota, layers: Mapping[str, Sequence[Segment]], start: datetime, end: datetime
) -> dict[str, list[Interval]]:
    """The same of all entities that a rota is for, each in the layer in which it would be filled."""
    found: dict[str, list[Interval]] = {layer.name: [] for layer in rota.layers}
    for entity in book.entities_of(rota.code):
        for gap in gaps.holes(coverage_checks.duty(book, entity, start, end), book.directory.engineers, layers):
            for layer in filter(None, [gap.layer or filled_in(book, entity)]):
                found[layer].append((gap.starts, gap.until))
    return {layer: list(joined(spans)) for layer, spans in found.items()}


def filled_in(book: Directory, entity: Entity) -> str:
    """The layer that somebody is added to where none has anybody: the first that the policy climbs, or that is."""
    rota = book.rota(entity.rota) or Rota(code="")
    climbed = layers_of(policy_of(book.directory.policies, entity.policy), book.directory.engineers)
    return next(_known(rota, climbed), "")


def _known(rota: Rota, climbed: Sequence[str]) -> Iterator[str]:
    yield from (name for name in climbed if rota.layer(name))
    yield from (layer.name for layer in rota.layers)


def is_gap(book: Directory, segment: Segment) -> bool:
    """Somebody should be there, and nobody can be reached."""
    reached = any(is_reachable(book.engineer(code)) for code in segment.engineers)
    return not reached and segment.why is not Why.OUTSIDE


def name(book: Directory, code: str) -> str:
    """How an engineer is called; the code of somebody who has left the directory."""
    engineer = book.engineer(code)
    return engineer.name if engineer else code
