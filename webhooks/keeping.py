"""A caller's voice, announced in two requests that come in any order: kept once, never without a ticket."""

import re
from datetime import datetime

from sqlalchemy import Connection, update

from ivr.book import Book
from ivr.call import Call
from ivr.orders import OpenTicket
from storage import calls, orders, voicemails
from storage.models import CallRow
from webhooks.door import Context

_SID = re.compile(r"RE[0-9a-f]{32}")


def recording_sid(sid: str, url: str) -> str:
    """Twilio names the recording in `RecordingSid`, or only at the end of `RecordingUrl`."""
    found = _SID.search(sid) or _SID.search(url)
    return found.group() if found else ""


def keep(context: Context, db: Connection, sid: str, recording: str, seconds: int) -> None:
    """Put the recording on the list of those to fetch; a call without a ticket gets one for it."""
    now, standing = context.clock(), calls.load(db, sid)
    ticket = standing.call.ticket if standing else None
    if standing and ticket is None:
        book = context.shelf.book(db, standing.version)
        ticket = _ticket_for(db, book, standing.call, now)
    voicemails.announce(db, recording=recording, call=sid, ticket=ticket, seconds=seconds, absent=False, now=now)


def _ticket_for(db: Connection, book: Book, call: Call, now: datetime) -> str | None:
    """A message that came by a way of its own: kept for the desk, nobody is woken."""
    client = book.client_of(call.caller)
    desk = book.organisation.support_email
    order = OpenTicket(
        entity=call.entity, client=client.code if client else None, verified=client is not None, mail_to=desk
    )
    opened = orders.carry_out(db, book, call, (order,), now)
    db.execute(update(CallRow).where(CallRow.sid == call.sid).values(ticket=opened.ticket))
    return opened.ticket
