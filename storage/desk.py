"""What people do to a ticket beside taking it (storage.taking): each act one event, in the state its table allows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from ivr import recipients
from ivr.book import Book
from storage import attempts, clocks, journal, mails, pages, reports, tickets
from storage.models import Page, Ticket
from tickets import moves
from tickets.journal import JSON
from tickets.life import Deed
from tickets.moves import Act
from tickets.states import UNFINISHED, Kind, State

DEEDS: dict[Act, str] = {
    Act.WAIT: Deed.WAITING,
    Act.RESUME: Deed.RESUMED,
    Act.RESTORE: Deed.RESTORED,
    Act.REOPEN: Deed.REOPENED,
    Act.CANCEL: Deed.CANCELLED,
    Act.CLOSE: "closed",
    Act.REVISE: "revised",
    Act.ARCHIVE: "archived",
    Act.SIZE_MINOR: "sized",
    Act.SIZE_MAJOR: "sized",
    Act.PLAN: "planned",
    Act.START: "started",
    Act.COMPLETE: Deed.COMPLETED,
    Act.REFUSE: Deed.REFUSED,
}


def act(db: Connection, ticket: str, deed: Act, who: str, now: datetime, *, note: str = "", **details: JSON) -> State:
    """Do it, and have the clocks look; returns the state that follows. Raises Impossible.

    `who`: code of the engineer; `details`: as the event keeps them, those with people's words under names that
    may be erased (tickets.journal); `note`: a remark beside it, on its own, for the event itself must stay."""
    clocks.hold(db, ticket)
    row = tickets.row(db, ticket)
    ended_at = clocks.restored_at(db, ticket) if deed is Act.REOPEN else None
    state = moves.after(Kind(row.kind), State(row.state), deed, now, ended_at)
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(state=state))
    if state not in UNFINISHED:
        wake_nobody(db, ticket, now)
    if row.state == State.CLOSED and state is not State.ARCHIVED:
        reports.take_back(db, ticket)
    journal.note(db, ticket, DEEDS[deed], who, now, {name: said for name, said in details.items() if said})
    if note:
        journal.note(db, ticket, "noted", who, now, {"text": note, "public": False})
    clocks.look_again(db, ticket, now)
    return state


def remark(db: Connection, ticket: str, who: str, now: datetime, text: str, *, public: bool = False) -> None:
    """A note on the ticket; the client sees a public one. The archive is only read."""
    row = tickets.row(db, ticket)
    if row.state == State.ARCHIVED:
        raise moves.Impossible("Ce ticket est archivé : il ne fait plus que se lire.")
    journal.note(db, ticket, "noted", who, now, {"text": text, "public": public})


def tell(db: Connection, book: Book, ticket: str, event: str, text: mails.Text, now: datetime) -> None:
    """Its desk is written to, about something that happens to it once."""
    mails.of_ticket(db, ticket, event, recipients.of_desk(book, tickets.row(db, ticket).entity), text, now)


def wake_nobody(db: Connection, ticket: str, now: datetime) -> None:
    """There is nothing left to wake anybody for, nor to ask about."""
    page: Row[Any] | None = pages.newest_of(db, ticket)
    if page is None:
        return
    ends = {"run_at": None, "reminded_at": None}
    ended = {**ends, "state": pages.CANCELLED} if page.state == pages.PENDING else ends
    db.execute(update(Page).where(Page.id == page.id).values(**ended))
    attempts.end_all(db, page.id, None, now)
