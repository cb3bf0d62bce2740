"""The directory as it was loaded, and what was said on the telephone."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Due
from storage.types import Id, Json


class DirectoryVersion(Base):
    """The directory as it was loaded; never changed, a new load is a new row."""

    __tablename__ = "directories"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    loaded_at: Mapped[datetime]
    digest: Mapped[str]  # SHA-256 of the document
    document: Mapped[str]  # canonical JSON
    who: Mapped[str] = mapped_column(default="")  # made it; nobody for a file that was loaded on a terminal
    reason: Mapped[str] = mapped_column(default="")  # of turns announced late
    agreed: Mapped[bool] = mapped_column(default=False)  # whoever takes them has said so


class CallRow(Base):
    __tablename__ = "calls"
    sid: Mapped[str] = mapped_column(primary_key=True)  # Twilio: CallSid
    directory: Mapped[int] = mapped_column(ForeignKey("directories.id"))  # the version the caller hears
    line: Mapped[str]
    caller: Mapped[str | None]  # none: withheld
    forwarded_from: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    ticket: Mapped[str | None] = mapped_column(index=True)
    stumbles: Mapped[int] = mapped_column(default=0)  # times that Twilio could not use our answer
    # As it ended, for the log and its figures.
    outcome: Mapped[str | None]  # none: not over
    entity: Mapped[str | None]
    step: Mapped[str] = mapped_column(default="")  # what had been asked last
    hour: Mapped[int | None]  # of the day at which it began, by the line's clock
    handled_by: Mapped[str] = mapped_column(default="")  # called back a caller who had given up
    handled_at: Mapped[datetime | None]

    __table_args__ = (Index("calls_caller", "caller", "started_at"), Index("calls_outcome", "outcome", "started_at"))


class TurnRow(Base):
    """One exchange with a caller: what happened, what was answered, and where that left the call."""

    __tablename__ = "turns"
    call: Mapped[str] = mapped_column(ForeignKey("calls.sid"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 0, in the order heard
    at: Mapped[datetime]
    asked: Mapped[str]  # the stage this turn answered
    event: Mapped[str]
    keys: Mapped[str] = mapped_column(default="")
    answer: Mapped[str]  # TwiML, given again to a repeated request
    state: Mapped[Any] = mapped_column(Json)


class Acceptance(Base):
    """A colleague pressed 1 in the whisper: only then has somebody answered."""

    __tablename__ = "acceptances"
    leg: Mapped[str] = mapped_column(primary_key=True)  # Twilio: CallSid of the colleague's leg
    call: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]


class Voicemail(Due, Base):
    """A caller's voice: announced by Twilio, fetched to our own storage, then deleted at Twilio."""

    __tablename__ = "voicemails"
    recording: Mapped[str] = mapped_column(primary_key=True)  # Twilio: RecordingSid
    call: Mapped[str] = mapped_column(index=True)
    ticket: Mapped[str | None] = mapped_column(index=True)
    announced_at: Mapped[datetime]
    seconds: Mapped[int]
    state: Mapped[str] = mapped_column(default="announced")
    place: Mapped[str] = mapped_column(default="")  # below RECORDINGS_URL
    size: Mapped[int | None]  # bytes
    sha256: Mapped[str] = mapped_column(default="")
    stored_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]  # at Twilio
