"""Carrying out what a decision orders, in the call's own transaction; nobody is called from here."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, update

from directory.index import Directory
from directory.phone_numbers import is_mobile, pairs
from ivr import limits
from ivr.call import Call
from ivr.effects import (
    Effect,
    Escalate,
    JoinTicket,
    NoteMessage,
    NoteNumber,
    OpenTicket,
    PageAgain,
    SetCaller,
    WakeNow,
    WrongCode,
)
from ivr.limits import What
from notifications import texts
from services import hierarchy_escalation, open_ticket, repeat_calls
from storage.calls import tallies
from storage.mail import mail_outbox
from storage.models import Ticket
from storage.paging import notification_outbox, pages
from storage.tickets import journal, summaries
from tickets.history import CALLER


def apply(db: Connection, book: Directory, call: Call, orders: Iterable[Effect], now: datetime) -> Call:
    """Do what is ordered; returns the call with the ticket it has led to."""
    orders = tuple(orders)
    for order in orders:
        if isinstance(order, PageAgain):  # before its page, which may not be there yet
            tallies.alone(db, What.WAKE, order.reference)
    if call.ticket:
        pages.lock_page(db, call.ticket)
    for order in orders:
        match order:
            case OpenTicket():
                call = _open(db, book, call, order, now)
            case JoinTicket(reference):
                call = _join(db, call, reference, now)
            case PageAgain(reference):
                _worse(db, book, call, reference, now)
            case WrongCode(beyond):
                for held in (False, True) if beyond else (False,):
                    tallies.add(db, What.CODE, call.caller or tallies.WITHHELD, now, call=call.sid, held=held)
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
                asked = hierarchy_escalation.Request(way=texts.Way.PHONE, wish=wish, by=by, event=call.sid, how=known)
                hierarchy_escalation.escalate(db, book, reference, asked, now)
    return call


def _join(db: Connection, call: Call, reference: str, now: datetime) -> Call:
    journal.note(db, reference, "joined", CALLER, now, {"call": call.sid, "caller": call.caller})
    return replace(call, ticket=reference, joined=True)


def _worse(db: Connection, book: Directory, call: Call, reference: str, now: datetime) -> None:
    """Somebody is woken again, unless they just were."""
    tallies.alone(db, What.WAKE, reference)
    pages.lock_page(db, reference)
    if limits.may_wake(repeat_calls.last_woken(db, reference), now):
        journal.note(db, reference, "worse", CALLER, now, {"call": call.sid})
        pages.page_again(db, book, call.entity, reference, now)
    else:
        journal.note(db, reference, "worse_again", CALLER, now, {"call": call.sid})
        tallies.add(db, What.WAKE, reference, now, call=call.sid, held=True)


def _open(db: Connection, book: Directory, call: Call, order: OpenTicket, now: datetime) -> Call:
    """A ticket, or the one that says the same where the caller has had their share (ivr.limits)."""
    known = repeat_calls.ticket_of(db, book, call, order, now)
    return _say_again(db, book, call, order, known, now) if known else _open_new(db, book, call, order, now)


def _say_again(db: Connection, book: Directory, call: Call, order: OpenTicket, known: str, now: datetime) -> Call:
    tallies.add(db, What.TICKET, call.caller or tallies.WITHHELD, now, call=call.sid, held=True)
    call = _join(db, call, known, now)
    if order.pages:
        _worse(db, book, call, known, now)
    else:
        _note_message(db, book, call, NoteMessage(known, order.mail_to), now)
    return call


def _open_new(db: Connection, book: Directory, call: Call, order: OpenTicket, now: datetime) -> Call:
    is_one_of_many = repeat_calls.are_many(db, call, order, now)
    reference = open_ticket.declare(db, book, open_ticket.from_call(call, order), now, how={"line": call.line})
    call = replace(call, ticket=reference)
    if order.pages:
        pages.open_page(db, book, order.entity, reference, now, order.held)
    if is_one_of_many:
        _tell_together(db, book, call, order, now)
    else:
        mail_outbox.of_ticket(db, reference, "ouverture", order.mail_to, texts.desk_mail(about(book, call)), now)
    _receipt(db, book, call, now, of_loss=order.pages and order.client is not None)
    return call


def _tell_together(db: Connection, book: Directory, call: Call, order: OpenTicket, now: datetime) -> None:
    """The desk reads once, at the hour's end, of many tickets by callers who hide their number."""
    tallies.add(db, What.MAIL, tallies.WITHHELD, now, call=call.sid, held=True)
    ends, mail = _hour_end(now), texts.many_hidden_mail(about(book, call))
    mail_outbox.queue(db, order.mail_to, mail, f"hidden-{order.entity}-{ends:%Y%m%d%H}", now, leaves_at=ends)


def _hour_end(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + limits.SPAN


def _set_caller(db: Connection, book: Directory, call: Call, number: str, now: datetime) -> Call:
    call = replace(call, caller=number)
    if call.ticket and call.joined:  # its caller is somebody else
        journal.note(db, call.ticket, "call_back_number", CALLER, now, {"caller": number})
    elif call.ticket:
        summaries.set_caller(db, call.ticket, number, now)
        _note_contact(db, call.ticket, "")
        _receipt(db, book, call, now, typed=True)
    return call


def _note_message(db: Connection, book: Directory, call: Call, order: NoteMessage, now: datetime) -> None:
    """The desk hears of it; of many in an hour it hears once more, at its end."""
    journal.note(db, order.reference, "message_added", CALLER, now, {"call": call.sid, "caller": call.caller})
    told = about(book, call)
    if limits.may_mail(mail_outbox.count(db, order.reference, "message-", now - limits.SPAN)):
        mail = texts.added_mail(told)
        mail_outbox.of_ticket(db, order.reference, f"message-{call.sid}", order.mail_to, mail, now)
        return
    tallies.add(db, What.MAIL, order.reference, now, call=call.sid, held=True)
    ends = _hour_end(now)
    event, mail = f"messages-{ends:%Y%m%d%H}", texts.more_added_mail(told)
    mail_outbox.of_ticket(db, order.reference, event, order.mail_to, mail, now, leaves_at=ends)


def _note_number(db: Connection, call: Call, number: str, now: datetime) -> None:
    """Kept at once, beside the ticket's caller: whoever hangs up before confirming can still be called back."""
    if call.ticket:
        journal.note(db, call.ticket, "number_typed", CALLER, now, {"call": call.sid, "number": number})
    if call.ticket and not call.joined:
        _note_contact(db, call.ticket, f"{pairs(number)} (numéro tapé, non confirmé)")


def _note_contact(db: Connection, ticket: str, contact: str) -> None:
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(contact=contact))


def _receipt(
    db: Connection, book: Directory, call: Call, now: datetime, *, typed: bool = False, of_loss: bool = False
) -> None:
    """The reference by SMS, to a number that can read it, as far as that number has not had its share.

    `of_loss`: of a service, new, and reported by a client's own number: what was texted before is no reason."""
    number = call.caller or ""
    if not call.ticket or not is_mobile(number) or notification_outbox.has_receipt(db, call.ticket):
        return
    is_strangers = typed and not book.is_known(number)
    allowed = (of_loss and book.is_known(number)) or _may_text(db, book, number, now, typed=typed)
    tallies.add(db, What.TEXT, number, now, call=call.sid, held=not allowed)
    if allowed:
        if is_strangers:
            tallies.add(db, What.TYPED, number, now, call=call.sid)
        body = texts.receipt_sms(about(book, call))
        notification_outbox.queue(db, notification_outbox.RECEIPT, number, now, ticket=call.ticket, body=body)


def _may_text(db: Connection, book: Directory, number: str, now: datetime, *, typed: bool) -> bool:
    tallies.alone(db, What.TEXT, number)
    sent, everybody = tallies.count(db, What.TEXT, now, number), tallies.count(db, What.TYPED, now)
    return limits.may_text(sent, everybody, is_client=book.is_known(number), is_typed=typed)


def about(book: Directory, call: Call) -> texts.About:
    """The call's ticket in words."""
    client, entity = book.client(call.client or ""), book.known_entity(call.entity)
    return texts.About(
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
