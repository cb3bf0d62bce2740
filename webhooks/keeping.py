"""A caller's voice, announced in two requests that come in any order: kept once, never without a ticket."""

import re

from sqlalchemy import Connection, update

from ivr.book import Book
from ivr.call import Call
from ivr.orders import OpenTicket
from storage import calls, orders, voicemails
from storage.calls import Standing
from storage.models import CallRow
from webhooks import exchange
from webhooks.door import Context, number, value

_SID = re.compile(r"RE[0-9a-f]{32}")


def announced() -> str:
    """The recording this request speaks of. Twilio: `RecordingSid`, or only the end of `RecordingUrl`."""
    found = _SID.search(value("RecordingSid")) or _SID.search(value("RecordingUrl"))
    return found.group() if found else ""


def keep(context: Context, db: Connection, sid: str, *, absent: bool = False) -> None:
    """Put the request's recording, if any, on the list of those to fetch; a call without a ticket gets one."""
    recording = announced()
    if recording:
        voicemails.announce(
            db,
            recording=recording,
            call=sid,
            ticket=ticket_of(context, db, sid),
            seconds=number("RecordingDuration"),
            absent=absent,
            now=context.clock(),
        )


def ticket_of(context: Context, db: Connection, sid: str) -> str | None:
    """The call's ticket, opened now when there is none; none for a call of which we know nothing."""
    standing = _standing(context, db, sid)
    if standing is None or standing.call.ticket:
        return standing.call.ticket if standing else None
    book, now = context.shelf.book(db, standing.version), context.clock()
    # Whoever had been found eligible wakes somebody, here as by hanging up.
    due = exchange.left_behind(db, book, standing.call, now) or (_for_desk(book, standing.call),)
    opened = orders.carry_out(db, book, standing.call, due, now)
    db.execute(update(CallRow).where(CallRow.sid == sid).values(ticket=opened.ticket))
    return opened.ticket


def _standing(context: Context, db: Connection, sid: str) -> Standing | None:
    """The call, entered now if its first request was lost and this one tells whose it is."""
    standing = calls.load(db, sid)
    if standing is None and value("To"):
        exchange.arrived(context, db)
        standing = calls.load(db, sid)
    return standing


def _for_desk(book: Book, call: Call) -> OpenTicket:
    """A message that came by a way of its own: kept for the desk, nobody is woken."""
    client = book.client_of(call.caller)
    return OpenTicket(
        entity=call.entity,
        client=client.code if client else None,
        verified=client is not None,
        mail_to=book.organisation.support_email,
    )
