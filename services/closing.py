"""Closing a ticket: its report, the mail to the client in the same commit, then the archive."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from directory.index import Directory
from notifications import client_mails, recipients
from services import desk_actions
from storage.mail import mail_outbox
from storage.models import ReportRow, Ticket
from storage.tickets import closure_reports, journal, sla_clocks, summaries
from tickets import closure
from tickets.closure import Part, Report
from tickets.history import KEEPER
from tickets.states import OVER, Kind, State
from tickets.transitions import Action, TransitionRefused, possible


def write(db: Connection, ticket: str, who: str, now: datetime, said: Mapping[Part, str]) -> Report:
    """Put down some parts of the report; the others stay. Raises TransitionRefused once it is closed."""
    sla_clocks.lock_clock(db, ticket)
    row = summaries.row(db, ticket)
    if row.state in OVER:
        if row.state == State.CLOSED:
            raise TransitionRefused("Le bilan ne peut plus changer. Revenez d'abord sur la clôture.")
        raise TransitionRefused("Le bilan ne peut plus changer.")
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    written: dict[str, Any] = {str(part): text for part, text in said.items()} | {"written_by": who, "written_at": now}
    blank = {"cause": "", "actions": "", "prevention": "", "closings": 0, "closed_by": "", "waived": "", "kept": {}}
    entered = dialect.insert(ReportRow).values(ticket=ticket, **blank | written)
    db.execute(entered.on_conflict_do_update(index_elements=["ticket"], set_=written))
    journal.note(db, ticket, "reported", who, now, dict.fromkeys(said, True))
    return closure_reports.read(db, ticket)


def close(
    db: Connection, book: Directory, ticket: str, who: str, now: datetime, *, to: Sequence[str] = (), waived: str = ""
) -> State:
    """State, event and the client's mail in one commit. Raises TransitionRefused.

    `to`: addresses instead of the known ones; `waived`: why nobody is written to."""
    sla_clocks.lock_clock(db, ticket)
    row = summaries.row(db, ticket)
    addresses = () if waived else tuple(to) or addresses_of(book, row)
    if Action.CLOSE in possible(Kind(row.kind), State(row.state)):  # else the table says why not
        closure.closable(Kind(row.kind), closure_reports.read(db, ticket), addresses, waived)
    measured = sla_clocks.measured(db, book, row, now)
    state = desk_actions.act(db, ticket, Action.CLOSE, who, now, to=list(addresses), waived=waived)
    lengths = measured.durations
    frozen = {
        "closed_at": now,
        "closed_by": who,
        "waived": waived,
        "closings": ReportRow.closings + 1,
        "restored_at": measured.restored_at,
        "gross": int(lengths.gross.total_seconds()),
        "net": int(lengths.net.total_seconds()),
        "counted": int(lengths.counted.total_seconds()),
        "kept": closure.commitments_kept(measured.promises),
    }
    db.execute(update(ReportRow).where(ReportRow.ticket == ticket).values(**frozen))
    letter = client_mails.closing(summaries.about(book, row), Kind(row.kind), closure_reports.read(db, ticket), book)
    for nth, address in enumerate(addresses):
        event = f"{closure_reports.closing(db, ticket)}{nth}"
        mail_outbox.of_ticket(db, ticket, event, address, letter, now, attached=closure_reports.REPORT)
    return state


def revise(db: Connection, ticket: str, who: str, now: datetime) -> State:
    """Take the closing back; what has not left yet never does."""
    return desk_actions.act(db, ticket, Action.REVISE, who, now)


def archive(db: Connection, ticket: str, who: str, now: datetime) -> State:
    """Raises TransitionRefused while the client's mail has not been taken by its server, or has come back."""
    sla_clocks.lock_clock(db, ticket)
    row = summaries.row(db, ticket)
    if row.state == State.CLOSED:
        waived = db.execute(select(ReportRow.waived).where(ReportRow.ticket == ticket)).scalar() or ""
        closure.archivable(mail_outbox.states(db, ticket, closure_reports.closing(db, ticket)), waived)
    return desk_actions.act(db, ticket, Action.ARCHIVE, who, now)


def archive_old(db: Connection, now: datetime, at_most: int = 100) -> int:
    """Those closed long enough ago, and whose client knows; returns how many."""
    ripe = select(ReportRow.ticket).join(Ticket).where(
        Ticket.state == State.CLOSED, ReportRow.closed_at <= now - closure.ARCHIVED_AFTER
    )  # fmt: skip
    done = 0
    for ticket in db.execute(ripe.order_by(ReportRow.closed_at)).scalars().all():
        if done == at_most:
            break
        try:
            archive(db, ticket, KEEPER, now)
        except TransitionRefused:
            continue  # seen in the list of tickets, as long as nobody mends the address
        done += 1
    return done


def addresses_of(book: Directory, ticket: Row[Any]) -> tuple[str, ...]:
    return recipients.of_ticket(
        book, client=ticket.client, caller=ticket.caller, email=ticket.email, keep_informed=ticket.keep_informed
    )


def informed(db: Connection, ticket: str) -> tuple[str, ...]:
    """To whom the last closing's mail went, or goes."""
    return tuple(mail_outbox.states(db, ticket, closure_reports.closing(db, ticket)))


def closed_at(db: Connection, ticket: str) -> datetime | None:
    found: datetime | None = db.execute(select(ReportRow.closed_at).where(ReportRow.ticket == ticket)).scalar()
    return found
