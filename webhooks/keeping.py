"""A caller's voice, announced in two requests that come in any order: kept once, never without a ticket."""

import re

from sqlalchemy import Connection

from services import call_end
from storage.calls import live_calls, voicemails
from storage.calls.live_calls import CallSnapshot
from webhooks import exchange
from webhooks.door import Context, number, value

_SID = re.compile(r"RE[0-9a-f]{32}")


def announced() -> str:
    """The recording this request speaks of. Twilio: `RecordingSid`, or only the end of `RecordingUrl`."""
    found = _SID.search(value("RecordingSid")) or _SID.search(value("RecordingUrl"))
    return found.group() if found else ""


def keep(context: Context, db: Connection, sid: str, *, absent: bool = False) -> None:
    """Put the request's recording, if any, on the list of those to fetch; a call without a ticket gets one."""
    recording, seconds = announced(), number("RecordingDuration")
    if recording:
        voicemails.announce(
            db,
            recording=recording,
            call=sid,
            ticket=ticket_of(context, db, sid, spoken=seconds > 0),
            seconds=seconds,
            absent=absent,
            now=context.clock(),
        )


def ticket_of(context: Context, db: Connection, sid: str, *, spoken: bool) -> str | None:
    """The call's ticket, opened now when there is none; none for a call of which we know nothing."""
    standing = _standing(context, db, sid)
    return call_end.ticket_of(db, context.shelf, standing, context.clock(), spoken=spoken) if standing else None


def _standing(context: Context, db: Connection, sid: str) -> CallSnapshot | None:
    """The call, entered now if its first request was lost and this one tells whose it is."""
    standing = live_calls.load(db, sid)
    if standing is None and value("To"):
        exchange.arrived(context, db)
        standing = live_calls.load(db, sid)
    return standing
