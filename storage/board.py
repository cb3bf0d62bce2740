"""What goes on right now, for whoever looks at the whole: pages that look for somebody, tickets that wait."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.models import Attempt, CallRow, Page, Ticket
from storage.pages import PENDING
from tickets.states import UNFINISHED, State

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Alert:
    """A page that looks for somebody, with the last of whom it tried."""

    page: Row[Any]
    ticket: Row[Any]
    last: Row[Any] | None


def alerts(db: Connection) -> list[Alert]:
    """The oldest first: it has waited longest."""
    found = db.execute(select(Page.__table__).where(Page.state == PENDING).order_by(Page.opened_at).limit(SHOWN)).all()
    return [Alert(page, _ticket(db, page.ticket), _last(db, page.id)) for page in found]


def _ticket(db: Connection, reference: str) -> Row[Any]:
    return db.execute(select(Ticket.__table__).where(Ticket.reference == reference)).one()


def _last(db: Connection, page: int) -> Row[Any] | None:
    newest = select(Attempt.__table__).where(Attempt.page == page).order_by(Attempt.id.desc()).limit(1)
    return db.execute(newest).one_or_none()


@dataclass(frozen=True, slots=True)
class Counted:
    untaken: int
    late: int
    to_close: int
    mine: int


def counted(db: Connection, who: str, now: datetime) -> Counted:
    def count(*which: Any) -> int:
        return int(db.execute(select(func.count()).select_from(Ticket).where(*which)).scalar_one())

    unfinished = Ticket.state.in_(UNFINISHED)
    return Counted(
        untaken=count(Ticket.state == State.OPEN),
        late=count(unfinished, Ticket.due_restore_at < now),
        to_close=count(Ticket.state.in_((State.RESTORED, State.DONE))),
        mine=count(unfinished, Ticket.acknowledged_by == who),
    )


def newest(db: Connection, states: Collection[State], at_most: int = 8) -> list[Row[Any]]:
    wanted = select(Ticket.__table__).where(Ticket.state.in_(states))
    return list(db.execute(wanted.order_by(Ticket.opened_at.desc()).limit(at_most)))


def last_call(db: Connection) -> datetime | None:
    found: datetime | None = db.execute(select(func.max(CallRow.started_at))).scalar()
    return found


def calls_since(db: Connection, now: datetime, span: timedelta = timedelta(hours=24)) -> int:
    return int(db.execute(select(func.count()).where(CallRow.started_at > now - span)).scalar_one())
