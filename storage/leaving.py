"""The end of a call, however we learn of it: what somebody who leaves has a right to is done, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, update

from ivr.book import Book
from ivr.call import Call
from ivr.dialogue import decide
from ivr.events import HungUp
from ivr.orders import OpenTicket, Order
from storage import calls, facts, orders
from storage.calls import Standing
from storage.models import CallRow
from storage.versions import Shelf


def hung_up(db: Connection, shelf: Shelf, sid: str, now: datetime) -> None:
    """The call is over. Twilio repeats and reorders requests: an ended call stays ended."""
    standing = calls.load(db, sid)
    if standing is None or standing.call.ended:
        return
    book = shelf.book(db, standing.version)
    call = orders.carry_out(db, book, standing.call, _left_behind(db, book, standing.call, now), now)
    calls.end(db, standing, replace(call, ended=True), now)


def ticket_of(db: Connection, shelf: Shelf, standing: Standing, now: datetime) -> str | None:
    """The ticket of a call that has left a message; opened now when there is none."""
    if standing.call.ticket:
        return standing.call.ticket
    book = shelf.book(db, standing.version)
    # Whoever had been found eligible wakes somebody, here as by hanging up.
    due = _left_behind(db, book, standing.call, now) or (_for_desk(book, standing.call),)
    opened = orders.carry_out(db, book, standing.call, due, now)
    db.execute(update(CallRow).where(CallRow.sid == standing.call.sid).values(ticket=opened.ticket))
    return opened.ticket


def _left_behind(db: Connection, book: Book, call: Call, now: datetime) -> Sequence[Order]:
    return decide(book, call, HungUp(), facts.gather(db, book, call, HungUp()), now).orders


def _for_desk(book: Book, call: Call) -> OpenTicket:
    """A message that came by a way of its own: kept for the desk, nobody is woken."""
    client = book.client_of(call.caller)
    return OpenTicket(
        entity=call.entity,
        client=client.code if client else None,
        verified=client is not None,
        mail_to=book.organisation.support_email,
    )
