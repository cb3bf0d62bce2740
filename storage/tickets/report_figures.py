"""What reports count: one list of facts for each subject, from which the figure, its rows and its table are all made.

Exercises are left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Connection, SQLColumnExpression, exists, func, or_, select, type_coerce

from storage.models import Attempt, CallRow, Page, Ticket


class Subject(StrEnum):
    CALLS = "calls"  # that are over, by how they ended
    TAKEN = "taken"  # pages that somebody took, with the time that it took
    OPENED = "opened"  # tickets, with the time from the call, mail or form to the ticket
    QUALIFIED = "qualified"  # and from the ticket to all that is needed to work on it
    RESPOND = "respond"  # commitments to respond, by whether they were kept
    RESTORE = "restore"
    PAGES = "pages"  # people woken: once a page, a firing and a person, however many ways


KEPT, MISSED = "kept", "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    at: datetime
    entity: str
    what: str  # an outcome, kept or missed; else the subject itself
    about: str  # a call's sid, else a ticket's reference
    who: str = ""  # code of the engineer
    took: timedelta | None = None


def knows(db: Connection, entity: str) -> bool:
    """Whether anything was ever for that entity, be it still in the directory or not."""
    called, written = exists().where(CallRow.entity == entity), exists().where(Ticket.entity == entity)
    return bool(db.scalar(select(or_(called, written))))


def facts(db: Connection, subject: Subject, since: datetime, until: datetime) -> Iterator[Fact]:
    """Of [since, until), in their order."""
    match subject:
        case Subject.CALLS:
            return _calls(db, since, until)
        case Subject.TAKEN:
            return _taken(db, since, until)
        case Subject.PAGES:
            return _woken(db, since, until)
        case Subject.OPENED | Subject.QUALIFIED:
            return _gaps(db, subject, since, until)
    return _promised(db, subject, since, until)


def _calls(db: Connection, since: datetime, until: datetime) -> Iterator[Fact]:
    columns = (CallRow.started_at, CallRow.entity, CallRow.outcome, CallRow.sid)
    over = (CallRow.outcome.is_not(None), CallRow.started_at >= since, CallRow.started_at < until)
    for at, entity, outcome, sid in db.execute(select(*columns).where(*over).order_by(*columns[:1], CallRow.sid)):
        yield Fact(at=at, entity=entity or "", what=str(outcome), about=sid)


def _taken(db: Connection, since: datetime, until: datetime) -> Iterator[Fact]:
    """Counted in the month in which the page was opened."""
    lasted = _between(Page.opened_at, Page.acknowledged_at)
    columns = (Page.opened_at, Ticket.entity, Page.ticket, Page.acknowledged_by, lasted)
    opened = (Page.opened_at >= since, Page.opened_at < until)
    wanted = (Page.acknowledged_at.is_not(None), *opened, Ticket.drill.is_(False))
    found = select(*columns).join(Ticket, Page.ticket == Ticket.reference).where(*wanted)
    for at, entity, ticket, who, micros in db.execute(found.order_by(Page.opened_at, Page.id)):
        took = timedelta(microseconds=micros)
        yield Fact(at=at, entity=entity or "", what=Subject.TAKEN, about=ticket, who=who or "", took=took)


def _between(start: SQLColumnExpression[Any], end: SQLColumnExpression[Any]) -> SQLColumnExpression[int]:
    """Microseconds: what is only subtracted need not become a datetime, thousands of times."""
    return type_coerce(end, BigInteger) - type_coerce(start, BigInteger)


def _gaps(db: Connection, subject: Subject, since: datetime, until: datetime) -> Iterator[Fact]:
    """Between two of a ticket's three instants; counted in the month in which it was opened."""
    starts, ends = (
        (Ticket.received_at, Ticket.opened_at) if subject is Subject.OPENED else (Ticket.opened_at, Ticket.qualified_at)
    )
    wanted = (ends.is_not(None), Ticket.opened_at >= since, Ticket.opened_at < until, Ticket.drill.is_(False))
    columns = (Ticket.opened_at, Ticket.entity, Ticket.reference, _between(starts, ends))
    found = select(*columns).where(*wanted).order_by(Ticket.opened_at, Ticket.reference)
    for at, entity, ticket, micros in db.execute(found):
        took = timedelta(microseconds=micros)
        yield Fact(at=at, entity=entity or "", what=subject, about=ticket, took=took)


def _promised(db: Connection, subject: Subject, since: datetime, until: datetime) -> Iterator[Fact]:
    """Those that are decided; what still runs is neither."""
    kept = Ticket.respond_kept if subject is Subject.RESPOND else Ticket.restore_kept
    wanted = (kept.is_not(None), Ticket.opened_at >= since, Ticket.opened_at < until, Ticket.drill.is_(False))
    columns = (Ticket.opened_at, Ticket.entity, kept, Ticket.reference)
    for at, entity, was_kept, ticket in db.execute(select(*columns).where(*wanted).order_by(Ticket.opened_at)):
        yield Fact(at=at, entity=entity or "", what=KEPT if was_kept else MISSED, about=ticket)


def _woken(db: Connection, since: datetime, until: datetime) -> Iterator[Fact]:
    """Counted in the month of the first try: an SMS before midnight and a call after it wake once."""
    first = func.min(Attempt.sent_at)
    found = (
        select(first, Ticket.entity, Page.ticket, Attempt.engineer)
        .join(Page, Attempt.page == Page.id)
        .join(Ticket, Page.ticket == Ticket.reference)
        .where(Attempt.sent_at.is_not(None), Ticket.drill.is_(False))
        .group_by(Attempt.page, Attempt.firing, Attempt.engineer, Ticket.entity, Page.ticket)
        .having(first >= since, first < until)
    )
    for at, entity, ticket, who in db.execute(found.order_by(first, Page.ticket)):
        assert at, "the smallest of instants that are all known"
        yield Fact(at=at, entity=entity or "", what=Subject.PAGES, about=ticket, who=who)
