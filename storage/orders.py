"""Carrying out what a decision orders, in the call's own transaction; nobody is called from here."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, update

from ivr import wording
from ivr.book import Book
from ivr.call import Call
from ivr.numbers import is_mobile, pairs
from ivr.orders import Escalate, JoinTicket, NoteMessage, NoteNumber, OpenTicket, Order, PageAgain, SetCaller, WakeNow
from storage import declaring, escalating, journal, mails, messages, pages, tickets
from storage.models import Ticket
from tickets.life import CALLER


def carry_out(db: Connection, book: Book, call: Call, orders: Iterable[Order], now: datetime) -> Call:
    """Do what is ordered; returns the call with the ticket it has led to."""
    if call.ticket:
        pages.hold(db, call.ticket)
    for order in orders:
        match order:
            case OpenTicket():
                call = _open(db, book, call, order, now)
            case JoinTicket(reference):
                journal.note(db, reference, "joined", CALLER, now, {"call": call.sid, "caller": call.caller})
            case PageAgain(reference):
                journal.note(db, reference, "worse", CALLER, now, {"call": call.sid})
                pages.page_again(db, book, call.entity, reference, now)
            case WakeNow(reference):
                pages.wake_now(db, reference, now)
            case NoteMessage():
                _note_message(db, book, call, order, now)
            case NoteNumber(number):
                _note_number(db, call, number, now)
            case SetCaller(number):
                call = _set_caller(db, book, call, number, now)
            case Escalate(reference, wish):
                by = pairs(call.caller) if call.caller else "un numéro masqué"
                known = {"call": call.sid, "caller": call.caller}
                asked = escalating.Request(way=wording.Way.PHONE, wish=wish, by=by, event=call.sid, how=known)
                escalating.escalate(db, book, reference, asked, now)
    return call


def _open(db: Connection, book: Book, call: Call, order: OpenTicket, now: datetime) -> Call:
    reference = declaring.declare(db, book, declaring.from_call(call, order), now, how={"line": call.line})
    call = replace(call, ticket=reference)
    if order.pages:
        pages.open_page(db, book, order.entity, reference, now, order.held)
    mails.of_ticket(db, reference, "ouverture", order.mail_to, wording.desk_mail(about(book, call)), now)
    _receipt(db, book, call, now)
    return call


def _set_caller(db: Connection, book: Book, call: Call, number: str, now: datetime) -> Call:
    call = replace(call, caller=number)
    if call.ticket and call.joined:  # its caller is somebody else
        journal.note(db, call.ticket, "call_back_number", CALLER, now, {"caller": number})
    elif call.ticket:
        tickets.set_caller(db, call.ticket, number, now)
        _note_contact(db, call.ticket, "")
        _receipt(db, book, call, now)
    return call


def _note_message(db: Connection, book: Book, call: Call, order: NoteMessage, now: datetime) -> None:
    journal.note(db, order.reference, "message_added", CALLER, now, {"call": call.sid, "caller": call.caller})
    told = wording.added_mail(about(book, call))
    mails.of_ticket(db, order.reference, f"message-{call.sid}", order.mail_to, told, now)


def _note_number(db: Connection, call: Call, number: str, now: datetime) -> None:
    """Kept at once, beside the ticket's caller: whoever hangs up before confirming can still be called back."""
    if call.ticket:
        journal.note(db, call.ticket, "number_typed", CALLER, now, {"call": call.sid, "number": number})
    if call.ticket and not call.joined:
        _note_contact(db, call.ticket, f"{pairs(number)} (numéro tapé, non confirmé)")


def _note_contact(db: Connection, ticket: str, contact: str) -> None:
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(contact=contact))


def _receipt(db: Connection, book: Book, call: Call, now: datetime) -> None:
    """The reference by SMS, to a number that can read it."""
    if call.ticket and call.caller and is_mobile(call.caller):
        body = wording.receipt_sms(about(book, call))
        messages.receipt(db, call.ticket, call.caller, body, now)


def about(book: Book, call: Call) -> wording.About:
    """The call's ticket in words."""
    client, entity = book.client(call.client or ""), book.known_entity(call.entity)
    return wording.About(
        reference=call.ticket or "",
        organisation=book.organisation.name,
        line=book.line(call.line).number,
        received_at=call.started_at.astimezone(book.zone),
        entity=entity.name if entity else call.entity or "",
        client=client.name if client else "",
        service=call.service or "",
        sites=call.sites,
        caller=call.caller,
        refusal=call.refusal,
    )
