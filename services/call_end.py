"""The end of a call, however we learn of it: what somebody who leaves has a right to is done, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from directory.index import Directory
from ivr.call import Call
from ivr.decision import DialogueContext
from ivr.dialogue import decide
from ivr.effects import Effect
from ivr.events import HungUp
from ivr.facts import NOTHING_KNOWN
from ivr.recovered_call import ticket_for
from services import apply_effects, dialogue_facts
from storage.calls import live_calls
from storage.calls.live_calls import CallSnapshot
from storage.directory.versions import DirectoryCache


def hung_up(db: Connection, shelf: DirectoryCache, sid: str, now: datetime) -> None:
    """The call is over. Twilio repeats and reorders requests: an ended call stays ended."""
    standing = live_calls.load(db, sid)
    if standing is None or standing.call.ended:
        return
    book = shelf.book(db, standing.version)
    call = apply_effects.apply(db, book, standing.call, _left_behind(db, book, standing.call, now), now)
    live_calls.end(db, standing, replace(call, ended=True), now, book.zone)


def ticket_of(
    db: Connection, shelf: DirectoryCache, standing: CallSnapshot, now: datetime, *, spoken: bool
) -> str | None:
    """The ticket of a call that has left a message, maybe an empty one; opened now when there is none."""
    was_judged = standing.turn < 0 and not spoken  # found later, and seen to deserve none
    if standing.call.ticket or was_judged:
        return standing.call.ticket
    book = shelf.book(db, standing.version)
    # Whoever had been found eligible wakes somebody, here as by hanging up.
    due = _left_behind(db, book, standing.call, now) or _by_itself(book, standing.call, now)
    opened = apply_effects.apply(db, book, standing.call, due, now)
    live_calls.left(db, standing.call.sid, opened.ticket)
    return opened.ticket


def _left_behind(db: Connection, book: Directory, call: Call, now: datetime) -> Sequence[Effect]:
    return decide(book, call, HungUp(), dialogue_facts.gather(db, book, call, HungUp(), now), now).orders


def _by_itself(book: Directory, call: Call, now: datetime) -> Sequence[Effect]:
    """A message of which the dialogue knows nothing."""
    order = ticket_for(DialogueContext(book, call, NOTHING_KNOWN, now), spoken=True)
    return (order,) if order else ()
