"""Pages and their attempts: opened with the ticket, each attempt written before the call that it is."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from ivr.book import Book
from oncall.policies import DEFAULT, as_json
from storage import journal
from storage.database import wake
from storage.models import Attempt, Page

PAGER = "astreinte"  # who: the pager itself
SPARED = timedelta(seconds=60)  # nobody is woken twice for one ticket sooner
INTENDED = "intended"  # an attempt of which nothing is known yet


def open_page(db: Connection, book: Book, entity: str | None, ticket: str, now: datetime) -> None:
    """Wake somebody for the ticket, as soon as this transaction commits."""
    code = book.entity(entity).policy if entity else ""
    policy = next((p for p in book.directory.policies if p.code == code), DEFAULT)
    db.execute(insert(Page).values(ticket=ticket, opened_at=now, state="pending", policy=as_json(policy), run_at=now))
    journal.note(db, ticket, "paged", PAGER, now, {"policy": policy.code})
    wake(db)


def page_again(db: Connection, book: Book, entity: str | None, ticket: str, now: datetime) -> None:
    """It got worse: the same people again, unless they were woken a moment ago or are about to be."""
    looking = select(Page.id, func.max(Attempt.at).label("tried_at")).outerjoin(Attempt, Attempt.page == Page.id)
    pending = db.execute(looking.where(Page.ticket == ticket, Page.state == "pending").group_by(Page.id)).all()
    if any(page.tried_at is None or now - page.tried_at < SPARED for page in pending):
        return
    for page in pending:
        db.execute(update(Page).where(Page.id == page.id).values(state="cancelled", run_at=None))
    open_page(db, book, entity, ticket, now)


def attempts_of(db: Connection, page: int) -> list[Row[Any]]:
    return list(db.execute(select(Attempt.__table__).where(Attempt.page == page).order_by(Attempt.id)))


def begin_attempt(db: Connection, **values: Any) -> int:
    """The intent, committed before Twilio is asked; returns its id."""
    made = insert(Attempt).values(**{"state": INTENDED} | values).returning(Attempt.id)
    return int(db.execute(made).scalar_one())


def settle_attempt(db: Connection, attempt: int, **outcome: Any) -> None:
    """What became of an intent; Twilio's callback may have told more already, and keeps the last word."""
    db.execute(update(Attempt).where(Attempt.id == attempt, Attempt.state == INTENDED).values(**outcome))


def accept_attempt(db: Connection, attempt: int, sid: str) -> None:
    """Twilio has it, under that sid."""
    settle_attempt(db, attempt, state="queued")
    unnamed = Attempt.provider_sid.is_(None)
    db.execute(update(Attempt).where(Attempt.id == attempt, unnamed).values(provider_sid=sid))


def knows(db: Connection, sid: str) -> bool:
    """Some attempt is this message."""
    return db.execute(select(Attempt.id).where(Attempt.provider_sid == sid)).first() is not None
