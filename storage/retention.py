"""What is known of people, taken away when its time has come, or when they ask; the log says what and why, never whom.

A ticket keeps its reference, instants, service, states and clocks: what it was about, not who. A ticket under a hold
keeps everything."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, insert, literal_column, select, update

from recordings import retention as rules
from storage.database import wake
from storage.models import (
    Asked,
    Attachment,
    CallRow,
    Delivery,
    Event,
    Hold,
    LetterRow,
    Mail,
    Message,
    Purge,
    Reply,
    ReportRow,
    Ticket,
    TurnRow,
    Voicemail,
)  # fmt: skip
from storage.voicemails import PURGED
from tickets.journal import may_be_erased
from tickets.moves import Impossible
from tickets.states import OVER, State

ERASED: ColumnElement[str] = literal_column(
    "'null'"
)  # of an event's details: the journal's trigger allows nothing else
ASKED_FOR, IN_TIME = "demande de la personne", "durée"  # why
BLANK = {"caller": None, "email": "", "contact": "", "site_contact": "", "keep_informed": "", "description": "",
         "location": "", "consequences": ""}  # fmt: skip


def due_audio(db: Connection, now: datetime, at_most: int) -> list[Row[Any]]:
    """Voicemails whose time has come, those of held tickets left out."""
    archived = select(Event.ticket, Event.at).where(Event.kind == "archived").subquery()
    found = (
        select(Voicemail.recording, Voicemail.ticket, Voicemail.place, Voicemail.announced_at, archived.c.at)
        .outerjoin(archived, archived.c.ticket == Voicemail.ticket)
        .where(
            Voicemail.state != PURGED,
            ~exists().where(Hold.ticket == Voicemail.ticket),
            (Voicemail.announced_at <= now - rules.AUDIO) | (archived.c.at <= now - rules.AUDIO_AFTER_ARCHIVE),
        )
    )
    return list(db.execute(found.order_by(Voicemail.announced_at).limit(at_most)))


def forget_audio(db: Connection, recording: str, place: str, why: str, now: datetime) -> None:
    db.execute(
        update(Voicemail).where(Voicemail.recording == recording).values(state=PURGED, run_at=None, place="", sha256="")
    )
    _log(db, "audio", recording, why, now, place)


def due_tickets(db: Connection, now: datetime, at_most: int) -> list[str]:
    """Tickets that ended long ago, and of which people are still known."""
    last = select(Event.at).where(Event.ticket == Ticket.reference).order_by(Event.position.desc()).limit(1)
    found = select(Ticket.reference).where(
        Ticket.state.in_(OVER - {State.CLOSED}), Ticket.erased_at.is_(None),
        ~exists().where(Hold.ticket == Ticket.reference), last.scalar_subquery() <= now - rules.TICKETS,
    )  # fmt: skip
    return list(db.execute(found.order_by(Ticket.opened_at).limit(at_most)).scalars())


def forget_ticket(db: Connection, ticket: str, why: str, now: datetime) -> None:
    """All that it knows of people; its clocks and states stay."""
    for voice in db.execute(select(Voicemail.__table__).where(Voicemail.ticket == ticket)).all():
        if voice.state != PURGED:
            forget_audio(db, voice.recording, voice.place, why, now)
    for letter in db.execute(select(LetterRow.id, LetterRow.place).where(LetterRow.ticket == ticket)).all():
        forget_letter(db, letter.id, letter.place, why, now)
    db.execute(update(Ticket).where(Ticket.reference == ticket).values(**BLANK, erased_at=now))
    call = select(Ticket.call).where(Ticket.reference == ticket).scalar_subquery()
    _forget_calls(db, (CallRow.sid == call) | (CallRow.ticket == ticket))
    db.execute(update(Message).where(Message.ticket == ticket, Message.run_at.is_(None)).values(number="", body=""))
    db.execute(update(Mail).where(Mail.ticket == ticket, Mail.run_at.is_(None)).values(recipient="", body=""))
    texts = {"cause": "", "actions": "", "prevention": "", "waived": ""}
    db.execute(update(ReportRow).where(ReportRow.ticket == ticket).values(**texts))
    for event in db.execute(select(Event.position, Event.details).where(Event.ticket == ticket)).all():
        if event.details and may_be_erased(event.details):
            db.execute(update(Event).where(Event.position == event.position).values(details=ERASED))
    _log(db, "ticket", ticket, why, now)


def forget_letter(db: Connection, letter: int, place: str, why: str, now: datetime) -> None:
    """A mail and what was attached; a file that another mail has, too, stays."""
    attached = set(db.execute(select(Attachment.place).where(Attachment.letter == letter)).scalars())
    db.execute(delete(Attachment).where(Attachment.letter == letter))
    shared = set(db.execute(select(Attachment.place).where(Attachment.place.in_(attached))).scalars())
    db.execute(update(LetterRow).where(LetterRow.id == letter).values(sender="", subject="", text="", place=""))
    for file in sorted(attached - shared):
        _log(db, "attachment", str(letter), why, now, file)
    is_shared = db.execute(select(LetterRow.id).where(LetterRow.place == place)).first() is not None
    _log(db, "letter", str(letter), why, now, "" if is_shared else place)


def forget_old_calls(db: Connection, now: datetime) -> int:
    """Numbers and keys of the call log; of calls that led to a ticket, with it at the latest."""
    held = exists().where(Hold.ticket == CallRow.ticket)
    old = (CallRow.started_at <= now - rules.CALLS, CallRow.caller.is_not(None), CallRow.ended_at.is_not(None), ~held)
    sids = db.execute(select(CallRow.sid).where(*old).limit(500)).scalars().all()
    _forget_calls(db, CallRow.sid.in_(sids))
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
    before = now - rules.TRACES
    db.execute(delete(Reply).where(Reply.at <= before))
    db.execute(delete(Asked).where(Asked.at <= before))
    db.execute(delete(Delivery).where(Delivery.run_at.is_(None), Delivery.queued_at <= before))


# ---------------------------------------------------------------- a hold
def hold(db: Connection, ticket: str, who: str, why: str, now: datetime) -> None:
    """Raises Impossible when it is held already."""
    if held(db, ticket):
        raise Impossible("Ce ticket est déjà conservé.")
    db.execute(insert(Hold).values(ticket=ticket, who=who, why=why, since=now))


def release(db: Connection, ticket: str) -> None:
    """Raises Impossible when it is not held."""
    if not held(db, ticket):
        raise Impossible("Ce ticket n'est pas conservé exprès.")
    db.execute(delete(Hold).where(Hold.ticket == ticket))


def held(db: Connection, ticket: str) -> bool:
    return db.execute(select(Hold.ticket).where(Hold.ticket == ticket)).first() is not None


# ---------------------------------------------------------------- a person's rights
def tickets_of(db: Connection, contact: str) -> list[Row[Any]]:
    """Tickets that know a number or an address, wherever it is written."""
    wrote = exists().where(LetterRow.ticket == Ticket.reference, LetterRow.sender == contact)
    called = exists().where(CallRow.ticket == Ticket.reference, CallRow.caller == contact)
    written = [column.contains(contact, autoescape=True) for column in (Ticket.contact, Ticket.keep_informed)]
    known: ColumnElement[bool] = (Ticket.caller == contact) | (Ticket.email == contact) | wrote | called
    for each in written:
        known = known | each
    return list(db.execute(select(Ticket.__table__).where(known).order_by(Ticket.opened_at)))


def calls_of(db: Connection, number: str) -> list[Row[Any]]:
    return list(db.execute(select(CallRow.__table__).where(CallRow.caller == number).order_by(CallRow.started_at)))


def letters_of(db: Connection, address: str) -> list[Row[Any]]:
    return list(db.execute(select(LetterRow.__table__).where(LetterRow.sender == address).order_by(LetterRow.id)))


def forget_contact(db: Connection, contact: str, now: datetime) -> tuple[list[str], list[str]]:
    """On all that has ended; returns the tickets that forgot, and those under way or held, which may not."""
    done, kept = [], []
    for ticket in tickets_of(db, contact):
        if ticket.state not in OVER or held(db, ticket.reference):
            kept.append(ticket.reference)
            continue
        forget_ticket(db, ticket.reference, ASKED_FOR, now)
        done.append(ticket.reference)
    _forget_calls(db, (CallRow.caller == contact) & CallRow.ticket.is_(None))
    for letter in letters_of(db, contact):
        if letter.ticket is None:
            forget_letter(db, letter.id, letter.place, ASKED_FOR, now)
    return done, kept


def log(db: Connection) -> Iterator[Row[Any]]:
    yield from db.execute(select(Purge.__table__).order_by(Purge.id))


def _forget_calls(db: Connection, which: ColumnElement[bool]) -> None:
    sids = select(CallRow.sid).where(which, CallRow.ended_at.is_not(None))
    db.execute(delete(TurnRow).where(TurnRow.call.in_(sids)))
    db.execute(update(CallRow).where(CallRow.sid.in_(sids)).values(caller=None, forwarded_from=""))


def _log(db: Connection, what: str, subject: str, why: str, now: datetime, place: str = "") -> None:
    """A file is erased by the worker, after the commit that has forgotten it, and again until it is gone."""
    due = {"place": place, "run_at": now if place else None}
    db.execute(insert(Purge).values(at=now, what=what, subject=subject, why=why, **due))
    wake(db)
