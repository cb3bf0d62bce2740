"""Tickets of which nothing is erased, whatever their age, as long as somebody says so: a court, an insurer."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.models import Hold
from storage.tickets import journal, sla_clocks
from tickets.transitions import TransitionRefused


def hold(db: Connection, ticket: str, who: str, why: str, now: datetime) -> None:
    """Raises TransitionRefused when it is held already."""
    sla_clocks.lock_clock(db, ticket)  # what forgets a ticket waits for this, or has looked before
    if held(db, ticket):
        raise TransitionRefused("Ce ticket est déjà conservé.")
    db.execute(insert(Hold).values(ticket=ticket, who=who, why=why, since=now))
    journal.note(db, ticket, "held", who, now, {"why": why})


def release(db: Connection, ticket: str, who: str, now: datetime) -> None:
    """Raises TransitionRefused when it is not held."""
    sla_clocks.lock_clock(db, ticket)
    if not held(db, ticket):
        raise TransitionRefused("Ce ticket n'est pas conservé exprès.")
    db.execute(delete(Hold).where(Hold.ticket == ticket))
    journal.note(db, ticket, "released", who, now)


def held(db: Connection, ticket: str) -> bool:
    return db.execute(select(Hold.ticket).where(Hold.ticket == ticket)).first() is not None
