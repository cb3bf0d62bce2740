"""Pages: opened with the ticket, climbing by their policy, ended by whoever acknowledges.

Whoever changes a page, its ticket or its attempts holds the page first: taken in one order, locks never wait in a
circle. The journal's is the last of all (storage.journal)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from ivr.book import Book
from oncall.policies import as_json, policy_of
from storage import journal, messages
from storage.database import wake
from storage.models import Attempt, Page
from tickets.life import PAGER

PENDING, ACKNOWLEDGED, CANCELLED = "pending", "acknowledged", "cancelled"


def open_page(
    db: Connection, book: Book, entity: str | None, ticket: str, now: datetime, held: timedelta = timedelta(0)
) -> None:
    """Wake somebody for the ticket, as soon as this transaction commits; or a moment later, if nobody is quicker."""
    known = book.known_entity(entity)
    policy = policy_of(book.directory.policies, known.policy if known else "")
    _let_go(db, ticket)
    row = {"ticket": ticket, "opened_at": now, "since": now, "policy": as_json(policy)}
    db.execute(insert(Page).values(**row, run_at=now + held))
    journal.note(db, ticket, "paged", PAGER, now, {"policy": policy.code})
    messages.tell_waiting(db, ticket, now)
    wake(db)


def page_again(db: Connection, book: Book, entity: str | None, ticket: str, now: datetime) -> None:
    """It got worse: somebody who has it is woken again; a page under way goes to its next step at once."""
    pending = select(Page.id).where(Page.ticket == ticket, Page.state == PENDING)
    under_way = db.execute(pending.with_for_update()).scalars().all()
    if not under_way:
        open_page(db, book, entity, ticket, now)
    for page in under_way:
        hurry(db, page, now)


def _let_go(db: Connection, ticket: str) -> None:
    """Of the ticket's former pages nobody is asked any more whether they still have it: the newest page decides."""
    former = update(Page).where(Page.ticket == ticket, Page.state == ACKNOWLEDGED).values(run_at=None, reminded_at=None)
    ended = db.execute(former.returning(Page.id)).scalars().all()
    if ended:
        db.execute(update(Attempt).where(Attempt.page.in_(ended), Attempt.provider_sid.is_(None)).values(run_at=None))


def hold(db: Connection, ticket: str) -> None:
    """Nobody else changes the ticket's pages before this transaction ends."""
    _hold(db, Page.ticket == ticket)


def hold_of(db: Connection, attempt: int) -> None:
    """The same for the page that an attempt is for."""
    _hold(db, Page.id == select(Attempt.page).where(Attempt.id == attempt).scalar_subquery())


def _hold(db: Connection, which: ColumnElement[bool]) -> None:
    if db.dialect.name == "postgresql":  # SQLite has one writer at a time
        db.execute(select(Page.id).where(which).order_by(Page.id).with_for_update(key_share=True)).all()


def wake_now(db: Connection, ticket: str, now: datetime) -> None:
    """A page that was held back goes out."""
    for page in db.execute(select(Page.id).where(Page.ticket == ticket, Page.state == PENDING)).scalars().all():
        look_again(db, page, now)


def hurry(db: Connection, page: int, now: datetime) -> None:
    """Its next step is due at once, once; whoever is being tried may still answer."""
    db.execute(update(Page).where(Page.id == page, Page.state == PENDING).values(hurried=Page.firing))
    look_again(db, page, now)


def look_again(db: Connection, page: int, now: datetime) -> None:
    """Something has changed for the page: its ladder is read anew, now."""
    db.execute(update(Page).where(Page.id == page, Page.state == PENDING).values(run_at=now))
    wake(db)


def newest_of(db: Connection, ticket: str) -> Row[Any] | None:
    """The ticket's last page, locked: whoever ends it first has won."""
    found = select(Page.__table__).where(Page.ticket == ticket).order_by(Page.id.desc()).limit(1)
    return db.execute(found.with_for_update()).one_or_none()
