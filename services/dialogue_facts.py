"""What the dialogue must know of the tickets before it decides: gathered only where it may matter."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from directory.index import Directory
from ivr import limits
from ivr.call import Call, DialogueState
from ivr.events import Event, Pressed
from ivr.facts import NOTHING_KNOWN, Facts
from ivr.limits import What
from services import hierarchy_escalation, repeat_calls
from storage.calls import tallies
from storage.tickets import summaries
from tickets import reference

_MAY_JOIN = frozenset(
    {DialogueState.NATURE, DialogueState.CODE, DialogueState.SERVICE, DialogueState.SITE, DialogueState.JOINED}
)


def gather(db: Connection, book: Directory, call: Call, event: Event, now: datetime) -> Facts:
    if call.stage in _MAY_JOIN:
        client = _client(book, call, event)
        known = Facts(of_client=summaries.unfinished_of(db, client)) if client else NOTHING_KNOWN
        return _more(db, book, call, event, known, now)
    if call.stage is DialogueState.REFERENCE and isinstance(event, Pressed):
        typed = reference.parse(event.keys, book.organisation.ticket_prefix)
        return _followed(db, typed) if typed else NOTHING_KNOWN
    if call.stage is DialogueState.FOLLOWED and call.ticket:
        return _followed(db, call.ticket)
    return NOTHING_KNOWN


def _more(db: Connection, book: Directory, call: Call, event: Event, known: Facts, now: datetime) -> Facts:
    """What limits go by."""
    if (
        call.client is None
        and call.stage in (DialogueState.NATURE, DialogueState.CODE)
        and _wakes_unverified(book, call)
    ):
        known = replace(known, may_wake=repeat_calls.may_wake(db, call, now))
    if call.stage is DialogueState.CODE and isinstance(event, Pressed):
        mine = tallies.count(db, What.CODE, now, call.caller or tallies.WITHHELD)
        tries = limits.code_tries(mine, tallies.count(db, What.CODE, now), shown=bool(call.caller))
        return replace(known, code_tries=tries)
    if call.stage is DialogueState.JOINED and call.ticket:
        return replace(known, worse_at=repeat_calls.last_woken(db, call.ticket))
    return known


def _wakes_unverified(book: Directory, call: Call) -> bool:
    entity = book.known_entity(call.entity)
    return entity is not None and entity.page_unverified


def _client(book: Directory, call: Call, event: Event) -> str | None:
    """Whose tickets may be joined: the caller's client, or the one whose code was just typed."""
    typed = book.client(event.keys) if call.stage is DialogueState.CODE and isinstance(event, Pressed) else None
    return typed.code if typed else call.client


def _followed(db: Connection, ticket: str) -> Facts:
    known = summaries.find(db, ticket)
    return Facts(followed=known, past=hierarchy_escalation.past(db, ticket)) if known else NOTHING_KNOWN
