"""Voicemails: announced by Twilio in either of two requests, any number of times, in any order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import wake
from storage.models import CallRow, Voicemail
from storage.tickets import journal
from tickets.history import LINE

ABSENT = "absent"  # Twilio says there is none
FOREIGN = "d'un autre numéro du compte"
PURGED = "purged"  # its time has come (services.erasure)


def announce(
    db: Connection,
    *,
    recording: str,
    call: str,
    ticket: str | None,
    seconds: int,
    absent: bool,
    now: datetime,
) -> None:
    """Twilio has a recording for us, or says that it has none; told again, only what is new counts."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    entered = (
        dialect.insert(Voicemail)
        .values(recording=recording, call=call, announced_at=now, seconds=seconds, state="announced", run_at=now)
        .on_conflict_do_nothing()
        .returning(Voicemail.recording)
    )
    if db.execute(entered).first() is not None:
        wake(db)
    known = db.execute(select(Voicemail.ticket, Voicemail.seconds).where(Voicemail.recording == recording)).one()
    if ticket and known.ticket is None:
        _change(db, recording, ticket=ticket)
        _note(db, ticket, recording, seconds, now)
    if seconds and not known.seconds:
        _change(db, recording, seconds=seconds)
    if absent:
        _declare_absent(db, recording, known.ticket or ticket, now)


def is_early(db: Connection, call: str) -> bool:
    """Whether a call that we do not know has left a message: it was announced, and fetched, all the same."""
    early = (Voicemail.call == call, Voicemail.ticket.is_(None), Voicemail.seconds > 0)
    return db.execute(select(Voicemail.recording).where(*early)).first() is not None


def adopt(db: Connection, now: datetime) -> None:
    """Messages whose call has a ticket by now go to it, wherever their audio lies."""
    found = select(Voicemail.recording, Voicemail.seconds, CallRow.ticket).join(CallRow, CallRow.sid == Voicemail.call)
    early = found.where(Voicemail.ticket.is_(None), CallRow.ticket.is_not(None))
    for recording, seconds, ticket in db.execute(early).all():
        _change(db, recording, ticket=ticket)
        _note(db, str(ticket), recording, seconds, now)


def _note(db: Connection, ticket: str, recording: str, seconds: int, now: datetime) -> None:
    journal.note(db, ticket, "voicemail", LINE, now, {"recording": recording, "seconds": seconds})


def leave_alone(db: Connection, recording: str) -> None:
    """Somebody else's: nothing is done with it, here or at Twilio."""
    _change(db, recording, state=ABSENT, run_at=None, trouble=FOREIGN)


def look_again(db: Connection, recording: str, now: datetime) -> None:
    """Twilio lists what it did not know before: its later word counts."""
    _change(db, recording, state="announced", announced_at=now, run_at=now, tries=0, trouble="")
    wake(db)


def give_up(db: Connection, recording: str, ticket: str | None, why: str, now: datetime) -> None:
    """No sound will come of it any more."""
    _declare_absent(db, recording, ticket, now, why=why)


def _declare_absent(db: Connection, recording: str, ticket: str | None, now: datetime, **more: str) -> None:
    """There is nothing to fetch, unless it has been fetched already."""
    waiting = (Voicemail.recording == recording) & (Voicemail.state == "announced")
    gone = update(Voicemail).where(waiting).values(state=ABSENT, run_at=None).returning(Voicemail.recording)
    if db.execute(gone).first() is not None and ticket:
        journal.note(db, ticket, "voicemail_absent", LINE, now, {"recording": recording, **more})


def _change(db: Connection, recording: str, **values: object) -> None:
    db.execute(update(Voicemail).where(Voicemail.recording == recording).values(**values))


def find(db: Connection, recording: str) -> Row[Any] | None:
    return db.execute(select(Voicemail.__table__).where(Voicemail.recording == recording)).one_or_none()


def of_ticket(db: Connection, ticket: str) -> Sequence[Row[Any]]:
    """Every message that its callers left, oldest first."""
    found = select(Voicemail.__table__).where(Voicemail.ticket == ticket)
    return db.execute(found.order_by(Voicemail.announced_at, Voicemail.recording)).all()


def newest_of(db: Connection, ticket: str) -> str | None:
    """The ticket's last message, wherever its audio is by now."""
    heard = (Voicemail.ticket == ticket) & Voicemail.state.not_in((ABSENT, PURGED)) & (Voicemail.seconds > 0)
    newest = select(Voicemail.recording).where(heard).order_by(Voicemail.announced_at.desc()).limit(1)
    found: str | None = db.execute(newest).scalar()
    return found


def playable(db: Connection, ticket: str) -> tuple[str | None, bool]:
    """The ticket's newest message whose sound is sure to be there; and whether another one is still to come.

    Its sound is there once it is kept, or was had whole from Twilio while our own storage was away."""
    left = [one for one in of_ticket(db, ticket) if one.seconds > 0 and one.state not in (ABSENT, PURGED)]
    ready = [one for one in left if one.place or one.size]
    newest = ready[-1].recording if ready else None
    return newest, bool(left) and left[-1].recording != newest
