"""Opening tickets, by whichever way they come: a reference, the commitments, the first event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from directory.index import Directory
from ivr.call import Call
from ivr.effects import KIND_OF, Nature, OpenTicket, Refusal
from storage.models import Ticket, TicketClock
from storage.tickets import journal
from storage.tickets.summaries import next_reference, row
from tickets import qualification
from tickets.commitments import commitments
from tickets.history import LINE
from tickets.journal import JSON
from tickets.reference import year_of
from tickets.states import Kind, State

KEPT = ("contact", "site_contact", "keep_informed", "location")  # by a ticket that follows another


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What is known of a new ticket, in the directory's codes."""

    received_at: datetime
    kind: Kind = Kind.INCIDENT
    nature: Nature | None = None
    refusal: Refusal | None = None
    verified: bool = False
    entity: str | None = None
    client: str | None = None
    service: str | None = None
    sites: Sequence[str] = ()
    caller: str | None = None  # E.164
    call: str | None = None
    email: str = ""
    written: Mapping[str, str] = field(default_factory=dict)  # tickets.qualification.WRITTEN
    follows: str | None = None  # a former ticket


def from_call(call: Call, order: OpenTicket) -> Declaration:
    return Declaration(
        received_at=call.started_at,
        kind=KIND_OF[order.nature],
        nature=order.nature,
        refusal=order.refusal,
        verified=order.verified,
        entity=order.entity,
        client=order.client,
        service=order.service,
        sites=order.sites,
        caller=call.caller,
        call=call.sid,
    )


def declare(
    db: Connection, book: Directory, declared: Declaration, now: datetime, by: str = LINE,
    how: Mapping[str, JSON] | None = None, *, qualifies: bool = True,
) -> str:  # fmt: skip
    """Open the ticket; returns its reference.

    `how`: by which way it came, as its first event keeps it; `qualifies`: what is known is known, not guessed."""
    organisation = book.organisation
    reference = next_reference(db, organisation.ticket_prefix, year_of(now, organisation.timezone))
    promised = commitments(book, declared, declared.received_at, now)
    known: dict[str, Any] = {
        "received_at": declared.received_at,
        "kind": declared.kind,
        "nature": declared.nature,
        "refusal": declared.refusal,
        "verified": declared.verified,
        "entity": declared.entity,
        "client": declared.client,
        "service": declared.service,
        "sites": list(declared.sites),
        "caller": declared.caller,
        "call": declared.call,
        "email": declared.email,
        "follows": declared.follows,
        **declared.written,
    }
    kept = {
        "reference": reference,
        "opened_at": now,
        "qualified_at": now if qualifies and qualification.is_qualified(known) else None,
        "state": State.OPEN,
        "level": promised.level,
        "due_respond_at": promised.respond_by,
        "due_restore_at": promised.restore_by,
    }
    db.execute(insert(Ticket).values(**known, **kept))
    journal.note(db, reference, "opened", by, now, {**(how or {}), **_told(known)})
    if promised.watch_from:
        db.execute(insert(TicketClock).values(ticket=reference, run_at=promised.watch_from))
    return reference


def following(db: Connection, book: Directory, ticket: str, who: str, now: datetime, text: str = "") -> str:
    """A new ticket about what a former one was about; returns its reference."""
    former = row(db, ticket)
    declared = Declaration(
        received_at=now,
        kind=Kind(former.kind),
        nature=Nature(former.nature) if former.nature else None,
        verified=former.verified,
        entity=former.entity,
        client=former.client,
        service=former.service,
        sites=former.sites,
        caller=former.caller,
        email=former.email,
        written={name: getattr(former, name) for name in KEPT} | {"description": text},
        follows=ticket,
    )
    return declare(db, book, declared, now, by=who)


def _told(known: Mapping[str, Any]) -> dict[str, JSON]:
    """What its first event says: that an address or a text was written, but not what, for it may have to be erased."""
    names = ("caller", "entity", "client", "nature", "refusal", "service", "sites", "call", "follows")
    return {name: known[name] for name in names if known[name]}
