"""Qualifying a ticket: who, which service with its level, which sites; what kind of ticket it turns out to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from directory.index import Directory
from notifications.recipients import MOST_INFORMED, informed
from services import desk_actions
from storage.models import Ticket
from storage.tickets import journal, sla_clocks, summaries
from tickets import qualification, transitions
from tickets.commitments import contract_of
from tickets.journal import JSON
from tickets.states import Kind, State
from tickets.transitions import TransitionRefused
from translatable import Message


@dataclass(frozen=True, slots=True)
class About:
    """What a ticket would be about."""

    kind: Kind
    entity: str | None
    client: str | None
    service: str | None
    sites: Sequence[str]


def qualify(db: Connection, book: Directory, ticket: str, who: str, now: datetime, said: Mapping[str, Any]) -> State:
    """Adjust what is known; reference and instants stay. Returns the state that follows; raises TransitionRefused.

    `said`: client, entity, service, sites, kind, caller, and what is written down (tickets.qualification.WRITTEN)."""
    check_written(said)
    sla_clocks.lock_clock(db, ticket)
    row = summaries.row(db, ticket)
    kind = Kind(said.get("kind") or row.kind)
    state = transitions.requalified(Kind(row.kind), State(row.state), kind)
    about = _about(book, row, kind, said)
    contract = contract_of(book, about, row.received_at)
    values = dict(said) | {
        "kind": kind,
        "state": state,
        "entity": about.entity,
        "client": about.client,
        "service": about.service,
        "sites": list(about.sites),
        "verified": row.verified or bool(said.get("client")),
        "level": contract.level or None if contract else None,
    }
    if row.qualified_at is None and qualification.is_qualified(row._asdict() | values):
        values["qualified_at"] = now
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(**values))
    if kind is not Kind.INCIDENT:
        desk_actions.wake_nobody(db, ticket, now)  # nobody is woken but for a loss of service
    journal.note(db, ticket, "qualified", who, now, _changed(row, values))
    sla_clocks.look_again(db, ticket, now)
    return state


def _about(book: Directory, row: Row[Any], kind: Kind, said: Mapping[str, Any]) -> About:
    """What it would be about; what belongs to nobody any more falls. Raises TransitionRefused."""
    client = said.get("client") or row.client
    entity = said.get("entity") or row.entity
    service = said.get("service") or (row.service if entity == row.entity else None)
    sites = said.get("sites") or (row.sites if client == row.client else [])
    about = About(kind, entity, client, service, sites)
    check(book, about)
    return about


def check(book: Directory, about: About) -> None:
    """Raises TransitionRefused for what the directory does not have."""
    known = book.client(about.client or "")
    if about.client and known is None:
        raise TransitionRefused("Le client « %(code)s » n'est pas dans l'annuaire.", code=about.client)
    here = book.known_entity(about.entity)
    if about.entity and here is None:
        raise TransitionRefused("L'entité « %(code)s » n'est pas dans l'annuaire.", code=about.entity)
    if about.service and (here is None or about.service not in here.services):
        others = Message(" ; elle a : %(known)s", known=", ".join(here.services)) if here else ""
        raise TransitionRefused(
            "Le service « %(service)s » n'est pas de l'entité%(others)s.", service=about.service, others=others
        )
    if strange := [site for site in about.sites if known is None or site not in known.sites]:
        others = Message(" ; il a : %(known)s", known=", ".join(known.sites)) if known and known.sites else ""
        raise TransitionRefused("« %(site)s » n'est pas un site du client%(others)s.", site=strange[0], others=others)


def check_written(said: Mapping[str, Any]) -> None:
    """Raises TransitionRefused where more people would be written to than anybody informs."""
    if len(informed(str(said.get("keep_informed") or ""))) > MOST_INFORMED:
        raise TransitionRefused(
            "%(most)s adresses au plus à tenir informées : gardez les plus utiles.", most=MOST_INFORMED
        )


def _changed(row: Row[Any], values: Mapping[str, Any]) -> dict[str, JSON]:
    """What is new; of what was written down only that it was."""
    new = [name for name, value in values.items() if getattr(row, name) != value and name != "qualified_at"]
    return {name: True if name in qualification.WRITTEN else values[name] for name in new}
