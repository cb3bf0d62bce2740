"""Exercises: a ticket that nobody has called for, and a page that wakes one person, marked as such everywhere."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from directory.index import Directory
from directory.policies import Channel, Policy, Step, as_json
from oncall.rotas import Engineer
from storage.database import wake
from storage.models import Page, Ticket
from storage.tickets import journal, summaries
from tickets.history import PAGER
from tickets.reference import year_of
from tickets.states import State

LASTS = timedelta(minutes=15)  # an exercise that nobody takes ends by itself


def open_drill(db: Connection, book: Directory, engineer: Engineer, now: datetime) -> str:
    """Wake that person, by all channels, for nothing; returns the exercise's reference."""
    organisation = book.organisation
    reference = summaries.next_reference(db, organisation.ticket_prefix, year_of(now, organisation.timezone))
    row = {"received_at": now, "opened_at": now, "kind": "incident", "verified": True, "sites": [], "drill": True}
    entity = engineer.entities[0] if engineer.entities else None
    db.execute(insert(Ticket).values(reference=reference, entity=entity, description="Exercice", **row))
    step = Step(after=timedelta(0), who=(engineer.code,), by=(Channel.SMS, Channel.VOICE))
    policy = as_json(Policy(code="exercice", steps=(step,)))
    db.execute(insert(Page).values(ticket=reference, opened_at=now, since=now, policy=policy, run_at=now))
    journal.note(db, reference, "drill", PAGER, now, {"engineer": engineer.code})
    wake(db)
    return reference


def is_drill(db: Connection, ticket: str) -> bool:
    return bool(db.execute(select(Ticket.drill).where(Ticket.reference == ticket)).scalar())


def close(db: Connection, ticket: str) -> None:
    """The exercise is over, taken or not."""
    db.execute(update(Ticket).where(Ticket.reference == ticket, Ticket.drill).values(state=State.CLOSED))
