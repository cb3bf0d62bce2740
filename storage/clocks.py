"""The clocks of tickets in the database: the events they are computed from, and the row that is due for them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage import journal, pages
from storage.database import wake
from storage.models import Event, Ticket, TicketClock
from tickets.journal import JSON
from tickets.life import Happening
from tickets.measures import Alarm, Clock, Commitment, Stage

CLOCKS = "horloge"  # who: the clocks themselves


def look_again(db: Connection, ticket: str, now: datetime) -> None:
    """Something has happened that the clocks must know."""
    db.execute(update(TicketClock).where(TicketClock.ticket == ticket).values(run_at=now))
    wake(db)


def hold(db: Connection, ticket: str) -> None:
    """The ticket before its clock, as everybody who changes both (storage.pages)."""
    pages.hold(db, ticket)
    if db.dialect.name == "postgresql":
        db.execute(select(Ticket.reference).where(Ticket.reference == ticket).with_for_update(key_share=True)).all()


def happenings(db: Connection, ticket: str) -> list[Happening]:
    """What has happened to the ticket, in order."""
    found = select(Event.at, Event.kind, Event.who, Event.details).where(Event.ticket == ticket)
    return [
        Happening(at=event.at, kind=event.kind, who=event.who, reason=str(event.details.get("reason", "")))
        for event in db.execute(found.order_by(Event.position))
    ]


def told(db: Connection, ticket: str) -> Collection[Alarm]:
    """The alarms that have rung for it."""
    rung = select(Event.kind, Event.details).where(Event.ticket == ticket, Event.kind.in_(list(Stage)))
    return {
        Alarm(Clock(event.details["clock"]), Stage(event.kind), int(event.details["segment"]))
        for event in db.execute(rung)
    }


def ring(db: Connection, ticket: str, alarm: Alarm, promise: Commitment, now: datetime) -> None:
    """Once told, always told: the event is what remembers."""
    due = promise.due_at.isoformat() if promise.due_at else None
    details: dict[str, JSON] = {"clock": alarm.clock, "segment": alarm.segment, "due_at": due}
    journal.note(db, ticket, alarm.stage, CLOCKS, now, details)


def keep_due(db: Connection, ticket: Row[Any], promises: dict[Clock, Commitment | None]) -> None:
    """When each is due by now, for whoever lists tickets."""
    due = {f"due_{clock}_at": promise.due_at if promise else None for clock, promise in promises.items()}
    if any(getattr(ticket, name) != at for name, at in due.items()):
        db.execute(update(Ticket).where(Ticket.reference == ticket.reference).values(**due))
