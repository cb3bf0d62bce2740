"""Who would be woken for an entity at an instant: the layers that its policy climbs, in its order."""

from datetime import datetime

from ivr.book import Book
from ivr.directory import Entity
from ivr.words import REASONS, word
from oncall.escalation import layers_of
from oncall.policies import policy_of
from oncall.rotas import Rota, Segment, Why, who


def layers(book: Book, entity: Entity, at: datetime) -> list[tuple[str, Segment]]:
    engineers = book.directory.engineers
    rota = book.rota(entity.rota) or Rota(code="")
    names = layers_of(policy_of(book.directory.policies, entity.policy), engineers)
    return [(name, who(rota, name, at, engineers)) for name in names]


def is_gap(segment: Segment) -> bool:
    return not segment.engineers and segment.why is not Why.OUTSIDE


def reason(book: Book, segment: Segment) -> str:
    """Why these people: « planning », « absence : Ingénieur 1 », « planning, en renfort : Ingénieur 3 »."""
    said = word(REASONS, segment.why)
    if segment.instead_of:
        said += f" : {name(book, segment.instead_of)}"
    added = ", ".join(name(book, code) for code in segment.beside)
    return f"{said}, en renfort : {added}" if added else said


def name(book: Book, code: str) -> str:
    """How an engineer is called; the code of somebody who has left the directory."""
    engineer = book.engineer(code)
    return engineer.name if engineer else code
