"""The clocks of tickets in the database: the events they are computed from, and the row that is due for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from directory.index import Directory
from directory.levels import Level
from storage.database import wake
from storage.models import Ticket, TicketClock
from storage.paging import pages
from storage.tickets import journal
from tickets import sla
from tickets.commitments import covered
from tickets.history import CLOCKS, Happening, Life, lived
from tickets.journal import plain
from tickets.sla import Alarm, Clock, Commitment, Durations, Phase
from tickets.sla_clocks import Window
from tickets.states import Kind

NOTHING_PROMISED = Level(code="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A ticket's clocks at an instant."""

    promises: dict[Clock, Commitment | None]
    durations: Durations
    counted: Sequence[Window]
    restored_at: datetime | None
    reopened: int  # times
    told: Collection[Alarm]


def measured(db: Connection, book: Directory, ticket: Row[Any], now: datetime) -> Measured:
    """Computed from its events, with the level it was opened with; without one nothing is promised."""
    level = book.level(ticket.level or "") or NOTHING_PROMISED
    hours = covered(book, level, ticket.entity)
    life, told = _history(db, ticket.reference)
    return Measured(
        promises=sla.promised(Kind(ticket.kind), level, life, ticket.received_at, ticket.opened_at, hours, now),
        durations=sla.durations(level, life, ticket.opened_at, hours, now),
        counted=sla.stretches(level, life, ticket.opened_at, hours, now),
        restored_at=life.restored_at,
        reopened=len(life.restored),
        told=told,
    )


def restored_at(db: Connection, ticket: str) -> datetime | None:
    """When it was last restored, or done; none while it is not."""
    return _history(db, ticket)[0].restored_at


def look_again(db: Connection, ticket: str, now: datetime) -> None:
    """Something has happened that the clocks must know."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = dialect.insert(TicketClock).values(ticket=ticket, run_at=now, tries=0, trouble="")
    db.execute(row.on_conflict_do_update(index_elements=["ticket"], set_={"run_at": now}))
    wake(db)


def lock_clock(db: Connection, ticket: str) -> None:
    """The ticket before its clock, as everybody who changes both (storage.paging.pages)."""
    pages.lock_page(db, ticket)
    if db.dialect.name == "postgresql":
        db.execute(select(Ticket.reference).where(Ticket.reference == ticket).with_for_update(key_share=True)).all()


def _history(db: Connection, ticket: str) -> tuple[Life, Collection[Alarm]]:
    """What has happened to the ticket, and the alarms that have rung for it."""
    events = journal.of_ticket(db, ticket)
    rung = [Alarm.from_json(event.kind, event.details) for event in events if event.kind in list(Phase)]
    return lived(_happening(event) for event in events), rung


def _happening(event: Row[Any]) -> Happening:
    return Happening(at=event.at, kind=event.kind, who=event.who, reason=str(plain(event.details).get("reason", "")))


def ring(db: Connection, ticket: str, alarm: Alarm, promise: Commitment, now: datetime) -> None:
    """Once told, always told: the event is what remembers."""
    due = promise.due_at.isoformat() if promise.due_at else None
    journal.note(db, ticket, alarm.stage, CLOCKS, now, {**alarm.as_json(), "due_at": due})


def keep_due(db: Connection, ticket: Row[Any], promises: dict[Clock, Commitment | None]) -> None:
    """When each is due by now, and whether it was kept, for whoever lists and counts tickets."""
    due: dict[str, Any] = {}
    for clock, promise in promises.items():
        due[f"due_{clock}_at"] = promise.due_at if promise else None
        due[f"{clock}_kept"] = promise.kept if promise else None
    if any(getattr(ticket, name) != at for name, at in due.items()):
        db.execute(update(Ticket).where(Ticket.reference == ticket.reference).values(**due))
