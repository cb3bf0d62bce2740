"""What is known of people, taken away when its time has come, or when they ask; the log says what and why, never whom.

A ticket keeps its reference, instants, service, states and clocks: what it was about, not who. A ticket under a hold
keeps everything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, insert, literal_column, select, update

from recordings import naming
from recordings import retention as rules
from storage.accounts import audit_log, login_attempts, sessions
from storage.calls import tallies
from storage.calls.voicemails import ABSENT, PURGED
from storage.database import wake
from storage.models import (
    Asked,
    Attachment,
    Attempt,
    CallRow,
    Change,
    Delivery,
    Event,
    Hold,
    LetterRow,
    Mail,
    Message,
    Page,
    Purge,
    Reply,
    ReportRow,
    Ticket,
    TurnRow,
    Voicemail,
)  # fmt: skip
from storage.tickets import legal_holds, sla_clocks
from tickets.journal import may_be_erased
from tickets.states import FINAL

ERASED: ColumnElement[str] = literal_column(
    "'null'"
)  # of an event's details: the journal's trigger allows nothing else
ASKED_FOR, IN_TIME, UNUSED = "demande de la personne", "durée", "jamais joint"  # why
LEAVES_NO_TRACE = ("held", "released", "listened")  # tells nothing new of anybody
BEING_FETCHED = timedelta(minutes=10)  # longer than any fetch of a recording
# What people wrote of a ticket elsewhere than on it.
WRITTEN: Mapping[type[ReportRow] | type[Change], Sequence[str]] = {
    ReportRow: ("cause", "actions", "prevention", "waived"),
    Change: ("manager", "study", "schedule"),
}
BLANK = {"caller": None, "email": "", "contact": "", "site_contact": "", "keep_informed": "", "description": "",
         "location": "", "consequences": ""}  # fmt: skip


def due_audio(db: Connection, now: datetime, at_most: int) -> list[str]:
    """Recordings whose time has come, those of held tickets left out."""
    archived = select(Event.ticket, Event.at).where(Event.kind == "archived").subquery()
    found = (
        select(Voicemail.recording)
        .outerjoin(archived, archived.c.ticket == Voicemail.ticket)
        .where(
            Voicemail.state.not_in((PURGED, ABSENT)),
            ~exists().where(Hold.ticket == Voicemail.ticket),
            (Voicemail.announced_at <= now - rules.AUDIO) | (archived.c.at <= now - rules.AUDIO_AFTER_ARCHIVE),
        )
    )
    return list(db.execute(found.order_by(Voicemail.announced_at).limit(at_most)).scalars())


def forget_audio(db: Connection, voice: Row[Any], why: str, now: datetime) -> None:
    """A voice, wherever it is: the worker deletes at Twilio what still lies there, and the file."""
    db.execute(
        update(Voicemail)
        .where(Voicemail.recording == voice.recording)
        .values(state=PURGED, run_at=None if voice.deleted_at else now, place="", sha256="")
    )
    wake(db)
    place = voice.place or naming.place(voice.ticket, voice.recording, voice.announced_at)
    # Somebody may be fetching it: what they put there after this commit goes as well.
    _log(db, "audio", voice.recording, why, now, place, erased_at=now if voice.place else now + BEING_FETCHED)


def forget_due_audio(db: Connection, recording: str, now: datetime) -> None:
    """Unless its ticket has come under a hold, or it was forgotten meanwhile."""
    voice = db.execute(select(Voicemail.__table__).where(Voicemail.recording == recording).with_for_update()).one()
    if voice.state != PURGED and not (voice.ticket and legal_holds.held(db, voice.ticket)):
        forget_audio(db, voice, IN_TIME, now)


def due_tickets(db: Connection, now: datetime, at_most: int) -> list[str]:
    """Tickets that ended long ago, and of which people are still known, or known again."""
    lived = select(Event.at).where(Event.ticket == Ticket.reference, Event.kind.not_in(LEAVES_NO_TRACE))
    last = lived.order_by(Event.position.desc()).limit(1).scalar_subquery()
    found = select(Ticket.reference).where(
        Ticket.state.in_(FINAL), Ticket.erased_at.is_(None) | (Ticket.erased_at < last),
        ~exists().where(Hold.ticket == Ticket.reference), last <= now - rules.TICKETS,
    )  # fmt: skip
    return list(db.execute(found.order_by(Ticket.opened_at).limit(at_most)).scalars())


def forget_ticket(db: Connection, ticket: str, why: str, now: datetime) -> bool:
    """All that it knows of people; its clocks and states stay. False when it may not be forgotten (`keeps`)."""
    sla_clocks.lock_clock(db, ticket)
    if keeps(db, ticket):
        return False
    for voice in db.execute(select(Voicemail.__table__).where(Voicemail.ticket == ticket).with_for_update()).all():
        if voice.state != PURGED:
            forget_audio(db, voice, why, now)
    for letter in db.execute(select(LetterRow.id, LetterRow.place).where(LetterRow.ticket == ticket)).all():
        forget_letter(db, letter.id, letter.place, why, now)
    _forget_files(db, Attachment.ticket == ticket, ticket, why, now)
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(**BLANK, erased_at=now))
    call = select(Ticket.call).where(Ticket.reference == ticket).scalar_subquery()
    forget_calls(db, (CallRow.sid == call) | (CallRow.ticket == ticket))
    db.execute(update(Message).where(Message.ticket == ticket, Message.run_at.is_(None)).values(number="", body=""))
    pages = select(Page.id).where(Page.ticket == ticket)
    db.execute(update(Attempt).where(Attempt.page.in_(pages), Attempt.run_at.is_(None)).values(body=""))
    mails = update(Mail).where(Mail.ticket == ticket, Mail.run_at.is_(None))
    db.execute(mails.values(recipient="", subject="", body="", answers="", trouble=""))
    for table, columns in WRITTEN.items():
        db.execute(update(table).where(table.ticket == ticket).values(**dict.fromkeys(columns, "")))
    for event in db.execute(select(Event.position, Event.details).where(Event.ticket == ticket)).all():
        if event.details and may_be_erased(event.details):
            db.execute(update(Event).where(Event.position == event.position).values(details=ERASED))
    _log(db, "ticket", ticket, why, now)
    return True


def keeps(db: Connection, ticket: str) -> bool:
    """Whether it must still know people: it goes on, may be reopened, is held, or something is about to leave."""
    state = db.execute(select(Ticket.state).where(Ticket.reference == ticket)).scalar_one()
    leaving = [select(table.id).where(table.ticket == ticket, table.run_at.is_not(None)) for table in (Mail, Message)]
    waits = any(db.execute(each.limit(1)).first() for each in leaving)
    return state not in FINAL or legal_holds.held(db, ticket) or waits


def forget_letter(db: Connection, letter: int, place: str, why: str, now: datetime) -> None:
    """A mail and what was attached; a file that another mail has, too, stays."""
    _forget_files(db, Attachment.letter == letter, str(letter), why, now)
    db.execute(update(LetterRow).where(LetterRow.id == letter).values(sender="", subject="", text="", place=""))
    is_shared = db.execute(select(LetterRow.id).where(LetterRow.place == place)).first() is not None
    _log(db, "letter", str(letter), why, now, "" if is_shared else place)


def _forget_files(db: Connection, which: ColumnElement[bool], whose: str, why: str, now: datetime) -> None:
    attached = set(db.execute(select(Attachment.place).where(which)).scalars())
    db.execute(delete(Attachment).where(which))
    shared = set(db.execute(select(Attachment.place).where(Attachment.place.in_(attached))).scalars())
    for file in sorted(attached - shared):
        _log(db, "attachment", whose, why, now, file)


def forget_unused(db: Connection, places: Iterable[str], ticket: str, now: datetime) -> None:
    """Files that were kept and came onto no ticket, in a while: somebody may be sending them again."""
    for place in places:
        if not is_needed(db, place):
            _log(db, "attachment", ticket, UNUSED, now, place, erased_at=now + BEING_FETCHED)


def is_needed(db: Connection, place: str) -> bool:
    """Whether a file that was to go is a ticket's or a mail's by now: places are named by what lies there."""
    holders = [select(table.id).where(table.place == place).limit(1) for table in (Attachment, LetterRow)]
    return any(db.execute(each).first() for each in holders)


def forget_old_calls(db: Connection, now: datetime) -> int:
    """Numbers and keys of the call log; of calls that led to a ticket, with it at the latest."""
    held = exists().where(Hold.ticket == CallRow.ticket)
    old = (CallRow.started_at <= now - rules.CALLS, CallRow.caller.is_not(None), CallRow.ended_at.is_not(None), ~held)
    sids = db.execute(select(CallRow.sid).where(*old).limit(500)).scalars().all()
    forget_calls(db, CallRow.sid.in_(sids))
    for sid in sids:
        _log(db, "call", sid, IN_TIME, now)
    return len(sids)


def stray_letters(db: Connection, now: datetime, at_most: int) -> list[Row[Any]]:
    """Mail that led to no ticket."""
    stray = (LetterRow.ticket.is_(None), LetterRow.verdict.is_not(None), LetterRow.place != "")
    found = select(LetterRow.id, LetterRow.place).where(*stray, LetterRow.kept_at <= now - rules.STRAY_MAIL)
    return list(db.execute(found.limit(at_most)))


def forget_traces(db: Connection, now: datetime) -> None:
    """What only kept things from being done twice."""
    login_attempts.forget_old(db, now)
    sessions.forget_old(db, now)
    tallies.forget_old(db, now)
    audit_log.forget_before(db, now - rules.ACCOUNTS)
    before = now - rules.TRACES
    db.execute(delete(Reply).where(Reply.at <= before))
    db.execute(delete(Asked).where(Asked.at <= before))
    db.execute(delete(Delivery).where(Delivery.run_at.is_(None), Delivery.queued_at <= before))


def log(db: Connection) -> Iterator[Row[Any]]:
    yield from db.execute(select(Purge.__table__).order_by(Purge.id))


def forget_calls(db: Connection, which: ColumnElement[bool]) -> None:
    sids = select(CallRow.sid).where(which, CallRow.ended_at.is_not(None))
    db.execute(delete(TurnRow).where(TurnRow.call.in_(sids)))
    db.execute(update(CallRow).where(CallRow.sid.in_(sids)).values(caller=None, forwarded_from=""))


def _log(
    db: Connection, what: str, subject: str, why: str, now: datetime, place: str = "", erased_at: datetime | None = None
) -> None:
    """A file is erased by the worker, after the commit that has forgotten it, and again until it is gone."""
    due = {"place": place, "run_at": (erased_at or now) if place else None}
    db.execute(insert(Purge).values(at=now, what=what, subject=subject, why=why, **due))
    wake(db)
