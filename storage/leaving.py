"""The end of a call, however we learn of it: what somebody who leaves has a right to is done, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from ivr.book import Book
from ivr.call import Call
from ivr.decision import Scene
from ivr.dialogue import decide
from ivr.events import HungUp
from ivr.facts import NOTHING_KNOWN
from ivr.orders import Order
from ivr.unseen import ticket_for
from storage import calls, facts, orders
from storage.calls import Standing
from storage.versions import Shelf


def hung_up(db: Connection, shelf: Shelf, sid: str, now: datetime) -> None:
    """The call is over. Twilio repeats and reorders requests: an ended call stays ended."""
    standing = calls.load(db, sid)
    if standing is None or standing.call.ended:
        return
    book = shelf.book(db, standing.version)
    call = orders.carry_out(db, book, standing.call, _left_behind(db, book, standing.call, now), now)
    calls.end(db, standing, replace(call, ended=True), now, book.zone)


def ticket_of(db: Connection, shelf: Shelf, standing: Standing, now: datetime, *, spoken: bool) -> str | None:
    """The ticket of a call that has left a message, maybe an empty one; opened now when there is none."""
    was_judged = standing.turn < 0 and not spoken  # found later, and seen to deserve none
    if standing.call.ticket or was_judged:
        return standing.call.ticket
    book = shelf.book(db, standing.version)
    # Whoever had been found eligible wakes somebody, here as by hanging up.
    due = _left_behind(db, book, standing.call, now) or _by_itself(book, standing.call, now)
    opened = orders.carry_out(db, book, standing.call, due, now)
    calls.left(db, standing.call.sid, opened.ticket)
    return opened.ticket


def _left_behind(db: Connection, book: Book, call: Call, now: datetime) -> Sequence[Order]:
    return decide(book, call, HungUp(), facts.gather(db, book, call, HungUp(), now), now).orders


def _by_itself(book: Book, call: Call, now: datetime) -> Sequence[Order]:
    """A message of which the dialogue knows nothing."""
    order = ticket_for(Scene(book, call, NOTHING_KNOWN, now), spoken=True)
    return (order,) if order else ()
