"""What people do to a ticket beside taking it (services.acknowledgement): each one event, if its state allows it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from directory.index import Directory
from notifications import recipients
from storage.mail import mail_outbox
from storage.models import Page, Ticket
from storage.paging import attempts, pages
from storage.tickets import closure_reports, journal, sla_clocks, summaries
from tickets import transitions
from tickets.history import Deed
from tickets.journal import JSON
from tickets.states import UNFINISHED, Kind, State
from tickets.transitions import Action

DEEDS: dict[Action, str] = {
    Action.WAIT: Deed.WAITING,
    Action.RESUME: Deed.RESUMED,
    Action.RESTORE: Deed.RESTORED,
    Action.REOPEN: Deed.REOPENED,
    Action.CANCEL: Deed.CANCELLED,
    Action.CLOSE: "closed",
    Action.REVISE: "revised",
    Action.ARCHIVE: "archived",
    Action.SIZE_MINOR: "sized",
    Action.SIZE_MAJOR: "sized",
    Action.PLAN: "planned",
    Action.START: "started",
    Action.COMPLETE: Deed.COMPLETED,
    Action.REFUSE: Deed.REFUSED,
}


def act(
    db: Connection, ticket: str, deed: Action, who: str, now: datetime, *, note: str = "", **details: JSON
) -> State:
    """Do it, and have the clocks look; returns the state that follows. Raises TransitionRefused.

    `who`: code of the engineer; `details`: as the event keeps them, those with people's words under names that
    may be erased (tickets.journal); `note`: a remark beside it, on its own, for the event itself must stay."""
    sla_clocks.lock_clock(db, ticket)
    row = summaries.row(db, ticket)
    ended_at = sla_clocks.restored_at(db, ticket) if deed is Action.REOPEN else None
    state = transitions.after(Kind(row.kind), State(row.state), deed, now, ended_at)
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(state=state))
    if state not in UNFINISHED:
        wake_nobody(db, ticket, now)
    if row.state == State.CLOSED and state is not State.ARCHIVED:
        closure_reports.take_back(db, ticket)
    journal.note(db, ticket, DEEDS[deed], who, now, {name: said for name, said in details.items() if said})
    if note:
        journal.note(db, ticket, "noted", who, now, {"text": note, "public": False})
    sla_clocks.look_again(db, ticket, now)
    return state


def remark(db: Connection, ticket: str, who: str, now: datetime, text: str, *, public: bool = False) -> None:
    """A note on the ticket; the client sees a public one. The archive is only read."""
    row = summaries.row(db, ticket)
    if row.state == State.ARCHIVED:
        raise transitions.TransitionRefused("Ce ticket est archivé : il ne fait plus que se lire.")
    journal.note(db, ticket, "noted", who, now, {"text": text, "public": public})


def tell(db: Connection, book: Directory, ticket: str, event: str, text: mail_outbox.Text, now: datetime) -> None:
    """Its desk is written to, about something that happens to it once."""
    mail_outbox.of_ticket(db, ticket, event, recipients.of_desk(book, summaries.row(db, ticket).entity), text, now)


def wake_nobody(db: Connection, ticket: str, now: datetime) -> None:
    """There is nothing left to wake anybody for, nor to ask about."""
    page: Row[Any] | None = pages.newest_of(db, ticket)
    if page is None:
        return
    ends = {"run_at": None, "reminded_at": None}
    ended = {**ends, "state": pages.CANCELLED} if page.state == pages.PENDING else ends
    db.execute(update(Page).where(Page.id == page.id).values(**ended))
    attempts.end_all(db, page.id, None, now)
