"""Voicemails: announced by Twilio in either of two requests, any number of times, in any order."""

from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import journal
from storage.database import wake
from storage.models import CallRow, Voicemail
from storage.tickets import LINE

ABSENT = "absent"  # Twilio says there is none


def announce(
    db: Connection,
    *,
    recording: str,
    call: str,
    ticket: str | None,
    seconds: int,
    absent: bool,
    now: datetime,
) -> bool:
    """Twilio has a recording for us, or says that it has none; False when that was known."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    state = ABSENT if absent else "announced"
    entered = (
        dialect.insert(Voicemail)
        .values(
            recording=recording, call=call, ticket=ticket, announced_at=now, seconds=seconds,
            state=state, run_at=None if absent else now,
        )
        .on_conflict_do_nothing()
        .returning(Voicemail.recording)
    )  # fmt: skip
    if db.execute(entered).first() is None:
        return False
    if ticket:
        kind = "voicemail_absent" if absent else "voicemail"
        journal.note(db, ticket, kind, LINE, now, {"recording": recording, "seconds": seconds})
    wake(db)
    return True


def declare_absent(db: Connection, recording: str) -> None:
    """Announced first, then said not to exist: there is nothing to fetch."""
    waiting = Voicemail.state == "announced"
    db.execute(update(Voicemail).where(Voicemail.recording == recording, waiting).values(state=ABSENT, run_at=None))


def ticket_of(db: Connection, call: str) -> str | None:
    ticket: str | None = db.execute(select(CallRow.ticket).where(CallRow.sid == call)).scalar()
    return ticket
