"""What was promised for a ticket, and until when: level of the contract, respond and restore."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from directory.hours import windows
from directory.index import Directory
from directory.levels import Coverage, Level
from directory.model import Contract
from tickets import sla_clocks
from tickets.sla import Covered
from tickets.states import Kind

HORIZON = timedelta(days=400)  # no commitment counts further ahead


class Concerned(Protocol):
    """What a ticket is about, by the codes of the directory."""

    @property
    def kind(self) -> Kind: ...
    @property
    def entity(self) -> str | None: ...
    @property
    def client(self) -> str | None: ...
    @property
    def service(self) -> str | None: ...
    @property
    def sites(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Commitments:
    """No level, no deadline: nothing can be in breach."""

    level: str | None = None
    respond_by: datetime | None = None
    restore_by: datetime | None = None
    watch_from: datetime | None = None  # nothing comes into danger sooner


def commitments(book: Directory, order: Concerned, received_at: datetime, opened_at: datetime) -> Commitments:
    """To respond counts from the arrival of the call, to restore from the opening of the ticket."""
    contract = contract_of(book, order, received_at)
    level = book.level(contract.level) if contract else None
    if contract is None or level is None:
        return Commitments()

    hours = covered(book, level, contract.entity)

    def due(start: datetime, within: timedelta | None) -> datetime | None:
        return sla_clocks.deadline(start, within, hours(start)) if within else None

    restore_within = None if order.kind is Kind.CHANGE_REQUEST else level.restore_within
    promised = [(received_at, level.respond_within), (opened_at, restore_within)]
    return Commitments(
        level=level.code,
        respond_by=due(received_at, level.respond_within),
        restore_by=due(opened_at, restore_within),
        watch_from=min((start + within * level.warning / 100 for start, within in promised if within), default=None),
    )


def contract_of(book: Directory, order: Concerned, at: datetime) -> Contract | None:
    """The contract behind client, entity, service and sites on that day; of several, the strictest."""
    client = book.client(order.client) if order.client else None
    if client is None or order.service is None:
        return None
    day = book.day(at)
    concerned = (
        contract
        for contract in client.contracts
        if (contract.entity, contract.service) == (order.entity, order.service)
        and contract.covers(day)
        and (not contract.sites or not order.sites or set(order.sites) & set(contract.sites))
    )
    return min(concerned, key=lambda contract: _strictness(book, contract), default=None)


def _strictness(book: Directory, contract: Contract) -> tuple[timedelta, timedelta]:
    """Of several contracts, one a site, the strictest promise counts: it was made for that site too."""
    level = book.level(contract.level) or Level(code="")
    return level.restore_within or timedelta.max, level.respond_within or timedelta.max


def covered(book: Directory, level: Level, entity: str | None) -> Covered:
    """The hours that count for that level; those of an entity that is gone are unknown, so all of them do."""
    known = book.known_entity(entity)
    if level.coverage is Coverage.ALWAYS or known is None:
        return sla_clocks.always
    schedule = book.schedule(known)
    return lambda start: windows(schedule, start, start + HORIZON)
