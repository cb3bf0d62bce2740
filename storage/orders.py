"""Carrying out what a decision orders, in the call's own transaction; nobody is called from here."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert

from ivr import wording
from ivr.book import Book
from ivr.call import Call
from ivr.numbers import is_mobile
from ivr.orders import Escalate, JoinTicket, OpenTicket, Order, PageAgain, SetCaller
from storage import journal, pages, tickets
from storage.database import wake
from storage.models import Mail, TextMessage

CALLER = "appelant"  # who: whoever is on the line


def carry_out(db: Connection, book: Book, call: Call, orders: Iterable[Order], now: datetime) -> Call:
    """Do what is ordered; returns the call with the ticket it has led to."""
    for order in orders:
        match order:
            case OpenTicket():
                call = _open(db, book, call, order, now)
            case JoinTicket(reference):
                journal.note(db, reference, "joined", CALLER, now, {"call": call.sid, "caller": call.caller})
            case PageAgain(reference):
                journal.note(db, reference, "worse", CALLER, now, {"call": call.sid})
                pages.page_again(db, book, call.entity, reference, now)
            case SetCaller(number):
                call = _set_caller(db, book, call, number, now)
            case Escalate():
                _escalate(db, book, call, order, now)
    return call


def _open(db: Connection, book: Book, call: Call, order: OpenTicket, now: datetime) -> Call:
    reference = tickets.open_ticket(db, book, call, order, now)
    call = replace(call, ticket=reference)
    if order.pages:
        pages.open_page(db, book, order.entity, reference, now)
    if order.mail_to:
        _mail(db, reference, "ouverture", order.mail_to, wording.desk_mail(about(book, call)), now)
    _receipt(db, book, call, now)
    return call


def _set_caller(db: Connection, book: Book, call: Call, number: str, now: datetime) -> Call:
    call = replace(call, caller=number)
    if call.ticket and not call.joined:
        tickets.set_caller(db, call.ticket, number, now)
        _receipt(db, book, call, now)
    return call


def _escalate(db: Connection, book: Book, call: Call, order: Escalate, now: datetime) -> None:
    due = order.due_at.isoformat() if order.due_at else None
    journal.note(db, order.reference, "client_escalated", CALLER, now, {"call": call.sid, "due_at": due})
    address = book.organisation.escalation_email
    if address and (order.due_at is None or now > order.due_at):
        told = wording.escalation_mail(about(book, call))
        _mail(db, order.reference, f"escalade-{call.sid}", address, told, now)


def _receipt(db: Connection, book: Book, call: Call, now: datetime) -> None:
    """The reference by SMS, to a number that can read it."""
    if call.ticket and call.caller and is_mobile(call.caller):
        body = wording.receipt_sms(about(book, call))
        db.execute(
            insert(TextMessage).values(ticket=call.ticket, number=call.caller, body=body, queued_at=now, run_at=now)
        )
        wake(db)


def _mail(db: Connection, ticket: str, event: str, to: str, text: tuple[str, str], now: datetime) -> None:
    subject, body = text
    db.execute(
        insert(Mail).values(
            ticket=ticket, message_id=f"{ticket}.{event}", recipient=to,
            subject=subject, body=body, queued_at=now, run_at=now,
        )
    )  # fmt: skip
    wake(db)


def about(book: Book, call: Call) -> wording.About:
    """The call's ticket in words."""
    client = book.client(call.client) if call.client else None
    return wording.About(
        reference=call.ticket or "",
        organisation=book.organisation.name,
        line=book.line(call.line).number,
        received_at=call.started_at.astimezone(book.zone),
        entity=book.entity(call.entity).name if call.entity else "",
        client=client.name if client else "",
        service=call.service or "",
        sites=call.sites,
        caller=call.caller,
        refusal=call.refusal,
    )
