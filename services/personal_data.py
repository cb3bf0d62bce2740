"""A person's rights: what is known of a number or an address, wherever somebody has written it, and taking it away."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from directory import phone_numbers
from services.erasure import ASKED_FOR, forget_calls, forget_letter, forget_ticket
from storage.models import CallRow, Change, Event, LetterRow, Mail, Message, ReportRow, Ticket

Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None] | InstrumentedAttribute[Any]
ON_TICKET: tuple[Column, ...] = (
    Ticket.caller, Ticket.email, Ticket.contact, Ticket.site_contact, Ticket.keep_informed, Ticket.description,
    Ticket.location, Ticket.consequences,
)  # fmt: skip
# Rows that belong to a ticket, and where people may stand in them.
BESIDE: tuple[tuple[Any, tuple[Column, ...]], ...] = (
    (CallRow, (CallRow.caller, CallRow.forwarded_from)),
    (LetterRow, (LetterRow.sender, LetterRow.subject, LetterRow.text)),
    (Mail, (Mail.recipient, Mail.subject, Mail.body)),
    (Message, (Message.number, Message.body)),
    (ReportRow, (ReportRow.cause, ReportRow.actions, ReportRow.prevention, ReportRow.waived)),
    (Change, (Change.manager, Change.study, Change.schedule)),
    (Event, (Event.details,)),
)
BETWEEN_DIGITS = (" ", ".", "-", "/", "(", ")", "\u00a0", "\u202f")


def tickets_of(db: Connection, contact: str) -> list[Row[Any]]:
    """Tickets on which a number or an address stands, in any spelling, oldest first.

    `contact`: E.164, or an address in lower case."""
    beside = [
        exists().where(table.ticket == Ticket.reference, _anywhere(columns, contact)) for table, columns in BESIDE
    ]
    known = or_(_anywhere(ON_TICKET, contact), *beside)
    return list(db.execute(select(Ticket.__table__).where(known).order_by(Ticket.opened_at)))


def calls_of(db: Connection, number: str) -> list[Row[Any]]:
    return list(db.execute(select(CallRow.__table__).where(CallRow.caller == number).order_by(CallRow.started_at)))


def letters_of(db: Connection, contact: str) -> list[Row[Any]]:
    written = _anywhere((LetterRow.sender, LetterRow.subject, LetterRow.text), contact)
    return list(db.execute(select(LetterRow.__table__).where(written).order_by(LetterRow.id)))


def forget_contact(db: Connection, contact: str, now: datetime) -> tuple[list[str], list[str]]:
    """On all that has ended; returns the tickets that forgot, and those that may not yet (retention.keeps)."""
    done: list[str] = []
    kept: list[str] = []
    for ticket in tickets_of(db, contact):
        forgotten = forget_ticket(db, ticket.reference, ASKED_FOR, now)
        (done if forgotten else kept).append(ticket.reference)
    forget_calls(db, (CallRow.caller == contact) & CallRow.ticket.is_(None))
    for letter in letters_of(db, contact):
        if letter.ticket is None and letter.verdict is not None:
            forget_letter(db, letter.id, letter.place, ASKED_FOR, now)
    return done, kept


def _anywhere(columns: tuple[Column, ...], contact: str) -> ColumnElement[bool]:
    return or_(*(_says(column, contact) for column in columns))


def _says(column: Column, contact: str) -> ColumnElement[bool]:
    """An address in any case; a number with or without its country, however its digits are set apart."""
    said = func.lower(cast(column, Text))
    if "@" in contact:
        return said.contains(contact, autoescape=True)
    for mark in BETWEEN_DIGITS:
        said = func.replace(said, mark, "")
    return said.contains(phone_numbers.significant(contact), autoescape=True)
