"""Calls and recordings that Twilio knows and we did not: entered late, with all they are owed, once."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from directory import phone_numbers
from ivr.call import Call
from ivr.decision import DialogueContext
from ivr.effects import OpenTicket
from ivr.facts import NOTHING_KNOWN
from ivr.recovered_call import ticket_for
from services import apply_effects, call_end
from storage.calls import live_calls, voicemails
from storage.calls.live_calls import CallSnapshot
from storage.directory.versions import DirectoryCache
from storage.models import CallRow
from storage.tickets import journal
from tickets.history import LINE


def is_known(db: Connection, sid: str) -> bool:
    return db.execute(select(CallRow.sid).where(CallRow.sid == sid)).first() is not None


def enter(
    db: Connection, shelf: DirectoryCache, *, version: int, sid: str, from_: str, to: str, forwarded_from: str,
    started_at: datetime, ended_at: datetime, spoken: bool, now: datetime,
) -> None:  # fmt: skip
    """A call that is over and that we never saw: its log entry, and the ticket it deserves by the directory of then."""
    book = shelf.book(db, version)
    call = Call(sid=sid, line=to, caller=phone_numbers.caller(from_), started_at=started_at)
    if not live_calls.begin(db, call, version, forwarded_from):
        return  # it has just come by its usual way
    spoken = spoken or voicemails.is_early(db, sid)
    order = ticket_for(DialogueContext(book, call, NOTHING_KNOWN, now), spoken=spoken)
    if order:
        call = apply_effects.apply(db, book, _as_ordered(call, order), (order,), now)
        journal.note(db, call.ticket or "", "found_later", LINE, now, {"call": sid})
    live_calls.end(db, CallSnapshot(replace(call, ticket=None), version, -1), call, ended_at, book.zone)


def make_up(db: Connection, shelf: DirectoryCache, sid: str, now: datetime) -> None:
    """A call that we entered, and whose answer never reached Twilio: its caller was told nothing at all.

    To us it looks like one who has hung up in the greeting; it gets what a call that we never saw gets."""
    standing = live_calls.load(db, sid)
    if standing is None or standing.turn > 0 or standing.call.ticket:
        return
    book = shelf.book(db, standing.version)
    order = ticket_for(DialogueContext(book, standing.call, NOTHING_KNOWN, now), spoken=False)
    if order:
        call = apply_effects.apply(db, book, _as_ordered(standing.call, order), (order,), now)
        journal.note(db, call.ticket or "", "found_later", LINE, now, {"call": sid})
        live_calls.left(db, sid, call.ticket)


def _as_ordered(call: Call, order: OpenTicket) -> Call:
    """The call with what its ticket says of it."""
    known = {"client": order.client, "entity": order.entity, "service": order.service, "sites": order.sites}
    return call.with_(**known, refusal=order.refusal)


def announce(db: Connection, shelf: DirectoryCache, *, recording: str, call: str, seconds: int, now: datetime) -> None:
    """A recording of which no request has told us; its call has a ticket, or gets one."""
    known = voicemails.find(db, recording)
    if known is not None:
        if known.state == voicemails.ABSENT and known.trouble != voicemails.FOREIGN:
            voicemails.look_again(db, recording, now)
        return
    standing = live_calls.load(db, call)
    ticket = call_end.ticket_of(db, shelf, standing, now, spoken=bool(seconds)) if standing else None
    voicemails.announce(
        db, recording=recording, call=call, ticket=ticket, seconds=seconds, absent=False, now=now
    )  # fmt: skip
