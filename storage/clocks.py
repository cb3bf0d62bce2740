"""The clocks of tickets in the database: the events they are computed from, and the row that is due for them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage import journal, pages
from storage.database import wake
from storage.models import Ticket, TicketClock
from tickets.life import CLOCKS, Happening, Life, lived
from tickets.measures import Alarm, Clock, Commitment, Stage


def look_again(db: Connection, ticket: str, now: datetime) -> None:
    """Something has happened that the clocks must know."""
    db.execute(update(TicketClock).where(TicketClock.ticket == ticket).values(run_at=now))
    wake(db)


def hold(db: Connection, ticket: str) -> None:
    """The ticket before its clock, as everybody who changes both (storage.pages)."""
    pages.hold(db, ticket)
    if db.dialect.name == "postgresql":
        db.execute(select(Ticket.reference).where(Ticket.reference == ticket).with_for_update(key_share=True)).all()


def history(db: Connection, ticket: str) -> tuple[Life, Collection[Alarm]]:
    """What has happened to the ticket, and the alarms that have rung for it."""
    events = journal.of_ticket(db, ticket)
    rung = [Alarm.from_json(event.kind, event.details) for event in events if event.kind in list(Stage)]
    return lived(_happening(event) for event in events), rung


def _happening(event: Row[Any]) -> Happening:
    return Happening(at=event.at, kind=event.kind, who=event.who, reason=str(event.details.get("reason", "")))


def ring(db: Connection, ticket: str, alarm: Alarm, promise: Commitment, now: datetime) -> None:
    """Once told, always told: the event is what remembers."""
    due = promise.due_at.isoformat() if promise.due_at else None
    journal.note(db, ticket, alarm.stage, CLOCKS, now, {**alarm.as_json(), "due_at": due})


def keep_due(db: Connection, ticket: Row[Any], promises: dict[Clock, Commitment | None]) -> None:
    """When each is due by now, for whoever lists tickets."""
    due = {f"due_{clock}_at": promise.due_at if promise else None for clock, promise in promises.items()}
    if any(getattr(ticket, name) != at for name, at in due.items()):
        db.execute(update(Ticket).where(Ticket.reference == ticket.reference).values(**due))
