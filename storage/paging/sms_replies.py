"""SMS from engineers: each is answered once, and what those waiting for an answer were woken for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import Attempt, Page, Reply, Ticket
from storage.paging.pages import ACKNOWLEDGED, PENDING
from tickets.states import UNFINISHED

LATELY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Woken:
    """Somebody was tried for a ticket."""

    ticket: str
    engineer: str
    waits: bool  # for their word: the page looks for somebody, or asks whether they still have it


def once(db: Connection, sid: str, now: datetime, answer: Callable[[], str]) -> str:
    """The answer to that message, found by doing what it asks; a message delivered again finds it done."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    entered = dialect.insert(Reply).values(sid=sid, at=now, answer="").on_conflict_do_nothing().returning(Reply.sid)
    if db.execute(entered).first() is None:
        known: str = db.execute(select(Reply.answer).where(Reply.sid == sid)).scalar_one()
        return known
    said = answer()
    db.execute(update(Reply).where(Reply.sid == sid).values(answer=said))
    return said


def held_by(db: Connection, engineers: Sequence[str], now: datetime) -> str | None:
    """A ticket that one of these people took lately and still has, the newest."""
    mine = (Ticket.acknowledged_by.in_(engineers), Ticket.acknowledged_at > now - LATELY, Ticket.state.in_(UNFINISHED))
    return db.execute(select(Ticket.reference).where(*mine).order_by(Ticket.acknowledged_at.desc()).limit(1)).scalar()


def woken_for(db: Connection, engineers: Sequence[str], now: datetime) -> list[Woken]:
    """What these people were tried for lately, or still are; the newest first, each ticket once."""
    asks = and_(Page.state == ACKNOWLEDGED, Page.reminded_at.is_not(None), Page.acknowledged_by == Attempt.engineer)
    waits = or_(Page.state == PENDING, asks)
    found = (
        select(Page.ticket, Attempt.engineer, waits)
        .join(Attempt, Attempt.page == Page.id)
        .where(Attempt.engineer.in_(engineers), Attempt.number != "", Attempt.at <= now)
        .where(or_(waits, Page.opened_at > now - LATELY))
        .order_by(Page.id.desc(), Attempt.id.desc())
    )
    tickets: dict[str, Woken] = {}
    for ticket, engineer, is_waiting in db.execute(found):
        tickets.setdefault(ticket, Woken(ticket, engineer, bool(is_waiting)))
    return list(tickets.values())
