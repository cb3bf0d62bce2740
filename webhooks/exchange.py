"""Load, decide, save, say: one transaction for one exchange with a caller."""

from datetime import datetime

from sqlalchemy import Connection

from directory import phone_numbers
from directory.index import Directory
from ivr.call import Call
from ivr.dialogue import decide
from ivr.events import Event, Pressed, Rang
from ivr.steps import HangUp
from services import apply_effects, dialogue_facts
from storage.calls import live_calls
from storage.calls.live_calls import CallSnapshot
from storage.directory import versions
from telephony.twiml import Voice, Writer
from webhooks.door import Context, form, value


def arrived(context: Context, db: Connection) -> str:
    """The call that the request speaks of: entered and greeted."""
    if value("Direction").startswith("outbound"):  # a leg of ours, which nobody has to greet
        return plain_writer(context).document((HangUp(),))
    return rang(
        context, db, sid=form()["CallSid"], from_=value("From"), to=value("To"), forwarded_from=value("ForwardedFrom")
    )


def rang(context: Context, db: Connection, *, sid: str, from_: str, to: str, forwarded_from: str) -> str:
    """A call arrives: enter it, greet. A repeated arrival hears the same greeting."""
    now = context.clock()
    version = versions.newest(db)
    book = context.shelf.book(db, version)
    call = Call(sid=sid, line=to, caller=phone_numbers.caller(from_), started_at=now)
    if not live_calls.begin(db, call, version, forwarded_from):
        return live_calls.answer_of(db, sid, 0) or ""
    return _turn(context, db, book, CallSnapshot(call, version, -1), Rang(), now)


def happened(context: Context, db: Connection, sid: str, turn: int, event: Event) -> str | None:
    """Something happened on a call that is known; none when it is not.

    `turn` is the one this event makes: an earlier one is a repetition, and hears its answer again. One that
    makes no sense hears the last answer."""
    standing = live_calls.load(db, sid)
    if standing is None:
        return None
    if turn != standing.turn + 1:
        return (live_calls.answer_of(db, sid, turn) if turn else None) or standing.answer
    book = context.shelf.book(db, standing.version)
    return _turn(context, db, book, standing, event, context.clock())


def only_talk(context: Context, sid: str, turn: int, event: Event) -> str | None:
    """The answer to an event that does nothing but lead the conversation on, given without a lock.

    None when there is more to it, or when something else happens on the call at the same moment."""
    with context.database.alone() as db:
        standing = live_calls.peek(db, sid)
        if standing is None or standing.call.ended or turn != standing.turn + 1:
            return None
        now, book = context.clock(), context.shelf.book(db, standing.version)
        decision = decide(book, standing.call, event, dialogue_facts.gather(db, book, standing.call, event, now), now)
        if decision.orders or decision.call.ticket != standing.call.ticket:
            return None
        answer = writer(context, book, standing.turn + 2).document(decision.heard)
        added = live_calls.add_next(db, standing, decision.call, answer=answer, now=now, **_named(event))
    return answer if added else None


def _turn(
    context: Context, db: Connection, book: Directory, standing: CallSnapshot, event: Event, now: datetime
) -> str:
    known = dialogue_facts.gather(db, book, standing.call, event, now)
    decision = decide(book, standing.call, event, known, now)
    call = apply_effects.apply(db, book, decision.call, decision.orders, now)
    answer = writer(context, book, standing.turn + 2).document(decision.heard)
    live_calls.add_turn(db, standing, call, answer=answer, now=now, **_named(event))
    return answer


def _named(event: Event) -> dict[str, str]:
    return {"event": type(event).__name__, "keys": event.keys if isinstance(event, Pressed) else ""}


def writer(context: Context, book: Directory, turn: int) -> Writer:
    organisation = book.organisation
    voice = Voice(organisation.language, organisation.voice)
    return Writer(context.settings.public_url, voice, context.settings.twilio_caller_id, turn)


def plain_writer(context: Context) -> Writer:
    """For documents that say nothing, or must be said without knowing the directory."""
    return Writer(context.settings.public_url, Voice("fr-FR", ""), context.settings.twilio_caller_id, 0)
