"""What goes on right now, for whoever looks at the whole: pages that look for somebody, tickets that wait."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.models import Attempt, CallRow, Page, Ticket
from storage.paging.pages import PENDING
from tickets.states import State

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Alert:
    """A page that looks for somebody, with the last of whom it tried."""

    page: Row[Any]
    ticket: Row[Any]
    last: Row[Any] | None


def alerts(db: Connection) -> list[Alert]:
    """Those that reach nobody first, then those left to a desk, then the oldest: it has waited longest."""
    order = (Page.nobody_since.is_(None), Page.desk_told_at.is_(None), Page.opened_at)
    found = db.execute(select(Page.__table__).where(Page.state == PENDING).order_by(*order).limit(SHOWN)).all()
    return [Alert(page, _ticket(db, page.ticket), _last(db, page.id)) for page in found]


def _ticket(db: Connection, reference: str) -> Row[Any]:
    return db.execute(select(Ticket.__table__).where(Ticket.reference == reference)).one()


def _last(db: Connection, page: int) -> Row[Any] | None:
    newest = select(Attempt.__table__).where(Attempt.page == page).order_by(Attempt.id.desc()).limit(1)
    return db.execute(newest).one_or_none()


def newest(db: Connection, states: Collection[State], at_most: int = 8) -> list[Row[Any]]:
    wanted = select(Ticket.__table__).where(Ticket.state.in_(states))
    return list(db.execute(wanted.order_by(Ticket.opened_at.desc()).limit(at_most)))


def last_call(db: Connection) -> datetime | None:
    found: datetime | None = db.execute(select(func.max(CallRow.started_at))).scalar()
    return found
