"""Qualifying a ticket: what its client has with its entity, so that only what fits is offered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from directory.index import Directory
from directory.model import Client, Contract, Entity
from services.qualification import About
from tickets.commitments import contract_of
from tickets.states import Kind


@dataclass(frozen=True, slots=True)
class Offered:
    """A service of the entity, with the contract that the client has for it."""

    service: str
    contract: Contract | None


@dataclass(frozen=True, slots=True)
class Sorting:
    client: Client | None
    entity: Entity | None
    chosen: bool  # others than the ticket's are looked at, and nothing is kept yet
    services: tuple[Offered, ...]  # those that the client has first
    contract: Contract | None  # of the ticket as it stands


def sorted_out(book: Directory, ticket: Row[Any], asked: Mapping[str, str]) -> Sorting:
    """`asked`: client and entity, where others than the ticket's are looked at."""
    client = book.client(asked.get("client", "") or ticket.client or "")
    entity = book.known_entity(asked.get("entity", "") or ticket.entity)
    offered = sorted(_offered(client, entity, book.day(ticket.received_at)), key=lambda each: not each.contract)
    about = About(Kind(ticket.kind), ticket.entity, ticket.client, ticket.service, ticket.sites)
    chosen = (client.code if client else None, entity.code if entity else None) != (ticket.client, ticket.entity)
    return Sorting(client, entity, chosen, tuple(offered), contract_of(book, about, ticket.received_at))


def _offered(client: Client | None, entity: Entity | None, day: date) -> Iterator[Offered]:
    for service in entity.services if entity else ():
        has = [
            each
            for each in (client.contracts if client else ())
            if (each.entity, each.service) == (entity.code if entity else "", service) and each.covers(day)
        ]
        yield Offered(service, min(has, key=lambda each: not each.option_24x7, default=None))
