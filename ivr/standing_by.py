"""Who would be woken for an entity at an instant: the layers that its policy climbs, in its order."""

from datetime import datetime

from ivr.book import Book
from ivr.directory import Entity
from oncall.escalation import layers_of
from oncall.policies import policy_of
from oncall.rotas import Rota, Segment, who


def layers(book: Book, entity: Entity, at: datetime) -> list[tuple[str, Segment]]:
    engineers = book.directory.engineers
    rota = book.rota(entity.rota) or Rota(code="")
    names = layers_of(policy_of(book.directory.policies, entity.policy), engineers)
    return [(name, who(rota, name, at, engineers)) for name in names]
