"""The tables. Rules live in the pure packages; here is only what is kept, and under which constraints.

Instants are UTC; numbers E.164; codes those of the directory's file."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.types import Id, Instant, Json


class Base(DeclarativeBase):
    # Named constraints, so that a later step can find them on both databases.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, str: Text}  # noqa: RUF012 - SQLAlchemy's own convention


class Due:
    """A row that is work: due when `run_at` has come, claimed by moving it to the end of a lease."""

    run_at: Mapped[datetime | None] = mapped_column(index=True)  # none: nothing to do
    tries: Mapped[int] = mapped_column(default=0)  # turns begun since the last success
    trouble: Mapped[str] = mapped_column(default="")  # why the last turn failed


# ---------------------------------------------------------------- the directory, the calls
class DirectoryVersion(Base):
    """The directory as it was loaded; never changed, a new load is a new row."""

    __tablename__ = "directories"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    loaded_at: Mapped[datetime]
    digest: Mapped[str]  # SHA-256 of the document
    document: Mapped[str]  # canonical JSON


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


# ---------------------------------------------------------------- tickets and their journal
class Sequence(Base):
    """The last number given in a year; its row is the lock that leaves no gap."""

    __tablename__ = "sequences"
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Ticket(Base):
    __tablename__ = "tickets"
    reference: Mapped[str] = mapped_column(primary_key=True)  # write-once, as are the two instants
    received_at: Mapped[datetime]  # the call's arrival
    opened_at: Mapped[datetime] = mapped_column(index=True)
    qualified_at: Mapped[datetime | None]  # caller, service, level and sites known
    kind: Mapped[str]
    nature: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    refusal: Mapped[str | None]
    verified: Mapped[bool]
    drill: Mapped[bool] = mapped_column(default=False)  # an exercise: nobody has called
    call: Mapped[str | None] = mapped_column(ForeignKey("calls.sid"), unique=True)  # a call opens one at most
    entity: Mapped[str | None]
    client: Mapped[str | None]
    service: Mapped[str | None]
    sites: Mapped[Any] = mapped_column(Json)
    level: Mapped[str | None]  # of the contract, at the opening
    caller: Mapped[str | None]
    email: Mapped[str] = mapped_column(default="")  # of whoever declared it in writing
    contact: Mapped[str] = mapped_column(default="")  # who declares, and how to reach them
    site_contact: Mapped[str] = mapped_column(default="")  # who is on site
    keep_informed: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    consequences: Mapped[str] = mapped_column(default="")
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    due_respond_at: Mapped[datetime | None]
    due_restore_at: Mapped[datetime | None]
    follows: Mapped[str | None]  # reference of a former ticket
    erased_at: Mapped[datetime | None]  # when what is known of people was taken away
    __table_args__ = (Index("tickets_of_client", "client", "state"),)


class ReportRow(Base):
    """A ticket's closure report, written any number of times until the ticket is closed; then its figures are kept."""

    __tablename__ = "reports"
    ticket: Mapped[str] = mapped_column(ForeignKey("tickets.reference"), primary_key=True)
    cause: Mapped[str] = mapped_column(default="")
    actions: Mapped[str] = mapped_column(default="")
    prevention: Mapped[str] = mapped_column(default="")
    written_by: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime | None]
    closings: Mapped[int] = mapped_column(default=0)  # times it was closed
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(default="")
    waived: Mapped[str] = mapped_column(default="")  # why the client was not written to
    restored_at: Mapped[datetime | None]
    gross: Mapped[int | None]  # seconds
    net: Mapped[int | None]
    counted: Mapped[int | None]
    kept: Mapped[Any] = mapped_column(Json)  # each commitment that was made: kept or not
    __table_args__ = (Index("reports_closed", "closed_at"),)


class Change(Base):
    """What a change request has that no other ticket has."""

    __tablename__ = "changes"
    ticket: Mapped[str] = mapped_column(ForeignKey("tickets.reference"), primary_key=True)
    size: Mapped[str | None]  # minor, major
    support_level: Mapped[int | None]  # 1 or 2, of a minor one
    manager: Mapped[str] = mapped_column(default="")  # of the project, of a major one
    study: Mapped[str] = mapped_column(default="")
    starts: Mapped[datetime | None]  # as planned
    until: Mapped[datetime | None]
    schedule: Mapped[str] = mapped_column(default="")
    plans: Mapped[int] = mapped_column(default=0)  # times a schedule was sent


class Event(Base):
    """What happened to a ticket: append-only, each sealed by a hash over itself and the one before."""

    __tablename__ = "events"
    position: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)  # from 1, no gap
    ticket: Mapped[str] = mapped_column(ForeignKey("tickets.reference"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    who: Mapped[str]
    details: Mapped[Any] = mapped_column(Json)
    details_digest: Mapped[str]
    previous: Mapped[str]
    digest: Mapped[str]


class JournalHead(Base):
    """How far the journal goes, so that a missing end is noticed; its row is the lock of the chain."""

    __tablename__ = "journal_head"
    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    position: Mapped[int]
    digest: Mapped[str]
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


# ---------------------------------------------------------------- work that is due
class Page(Due, Base):
    """Waking people for a ticket, step by step, until one of them acknowledges."""

    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket: Mapped[str] = mapped_column(ForeignKey("tickets.reference"), index=True)
    opened_at: Mapped[datetime]
    since: Mapped[datetime]  # from which its steps' delays count
    state: Mapped[str] = mapped_column(default="pending")
    policy: Mapped[Any] = mapped_column(Json)  # frozen when the page opened
    step: Mapped[int] = mapped_column(default=-1)  # the last that fired, from 0
    firing: Mapped[int] = mapped_column(default=0)  # how many have fired, repetitions included
    fired_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]  # whoever has it was asked whether they still do
    __table_args__ = (CheckConstraint("state in ('pending', 'acknowledged', 'cancelled')", name="state"),)


class TicketClock(Due, Base):
    """The commitments of a ticket: due when one of them comes into danger, or is broken.

    Nothing else is kept: what has run is computed from the ticket's events, and so is what was told."""

    __tablename__ = "clocks"
    ticket: Mapped[str] = mapped_column(ForeignKey("tickets.reference"), primary_key=True)


class Attempt(Due, Base):
    """One try to reach one person by one channel; written before Twilio is asked."""

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    page: Mapped[int] = mapped_column(ForeignKey("pages.id"), index=True)
    step: Mapped[int]
    firing: Mapped[int]  # of the page, from 1
    engineer: Mapped[str]
    channel: Mapped[str]
    number: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]  # when it is due
    sent_at: Mapped[datetime | None]  # when Twilio is known to have it
    state: Mapped[str] = mapped_column(default="intended")
    provider_sid: Mapped[str | None] = mapped_column(unique=True)
    error: Mapped[str] = mapped_column(default="")
    failed_at: Mapped[datetime | None]  # known to reach nobody
    handed_on: Mapped[int | None]  # during which firing of the page the person handed the ticket on
    __table_args__ = (UniqueConstraint("page", "firing", "engineer", "channel"),)


class Message(Due, Base):
    """An SMS or a call that wakes nobody: to a client about a ticket, to an engineer about their shifts."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket: Mapped[str | None] = mapped_column(ForeignKey("tickets.reference"), index=True)
    shift: Mapped[int | None] = mapped_column(ForeignKey("shifts.id"))
    kind: Mapped[str]  # storage.messages
    channel: Mapped[str] = mapped_column(default="sms")
    number: Mapped[str]
    body: Mapped[str]  # written when it leaves, if nothing could be said before
    queued_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="intended")
    provider_sid: Mapped[str | None] = mapped_column(unique=True)


# ---------------------------------------------------------------- who is on duty, as it was told
class ShiftRow(Due, Base):
    """One person's duty in one layer, as published: what has begun is never moved, what falls away is kept.

    Due where whoever takes over is asked to confirm."""

    __tablename__ = "shifts"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)  # of its calendar event
    rota: Mapped[str]
    layer: Mapped[str]
    engineer: Mapped[str]
    starts: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
    published_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)  # times it was changed
    cancelled_at: Mapped[datetime | None]
    takes_over_from: Mapped[Any] = mapped_column(Json)  # codes of whoever is relieved
    takeup: Mapped[str] = mapped_column(default="none")  # storage.shifts
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class Feed(Base):
    """A calendar's secret address, for whoever was given it, until it is revoked."""

    __tablename__ = "feeds"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]  # engineer, rota, entity
    code: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)  # SHA-256 of the secret, which is shown once
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Reply(Base):
    """What an engineer's SMS was answered: delivered again, it is answered again and does nothing."""

    __tablename__ = "replies"
    sid: Mapped[str] = mapped_column(primary_key=True)  # Twilio: MessageSid
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")


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


class Mail(Due, Base):
    """Mail that waits to leave, has left, or came back."""

    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket: Mapped[str | None] = mapped_column(index=True)
    message_id: Mapped[str] = mapped_column(unique=True)  # signed, and given our domain, as it leaves
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    answers: Mapped[str] = mapped_column(default="")  # Message-ID of the mail that asked for this receipt
    attached: Mapped[str] = mapped_column(default="")  # jobs.mailing
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="queued")


class Mailbox(Base):
    """How far a mailbox has been read; nothing in it is moved or deleted."""

    __tablename__ = "mailboxes"
    name: Mapped[str] = mapped_column(primary_key=True)  # user, host and folder
    validity: Mapped[int]  # IMAP: UIDVALIDITY
    last_uid: Mapped[int] = mapped_column(Id)
    earlier: Mapped[Any] = mapped_column(Json)  # IMAP: UIDs before that one that are still to be fetched
    read_at: Mapped[datetime | None]


class LetterRow(Due, Base):
    """A mail that came, kept whole at `place`; due until it is known what becomes of it."""

    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mailbox: Mapped[str]
    escalation: Mapped[bool]  # came by the hierarchy's address
    key: Mapped[str]  # SHA-256 of what its author wrote: the same for every copy
    message_id: Mapped[str] = mapped_column(default="", index=True)
    digest: Mapped[str]  # SHA-256 of the whole
    place: Mapped[str]  # below RECORDINGS_URL
    size: Mapped[int]  # bytes
    received_at: Mapped[datetime]  # IMAP: INTERNALDATE; a mail's own date is anybody's
    kept_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")  # without its quotes
    verified: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str | None]  # ivr.intake
    reason: Mapped[str] = mapped_column(default="")
    ticket: Mapped[str | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]  # with a receipt
    __table_args__ = (
        UniqueConstraint("mailbox", "key"),
        Index("letters_key", "key"),
        Index("letters_sender", "sender", "answered_at"),
    )


class Attachment(Base):
    """A file that came with a mail; the same content is kept once a ticket."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    letter: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    ticket: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str]
    type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]  # SHA-256
    place: Mapped[str]
    __table_args__ = (UniqueConstraint("ticket", "digest"),)


class Token(Base):
    """A program's permission to use the API: what, for whom, until when; the secret itself is not kept."""

    __tablename__ = "tokens"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)  # SHA-256
    scopes: Mapped[Any] = mapped_column(Json)
    client: Mapped[str | None]  # none: all clients' tickets
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Asked(Base):
    """A request that must be done once: asked again with its key, it is answered the same."""

    __tablename__ = "asked"
    token: Mapped[int] = mapped_column(ForeignKey("tokens.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)  # HTTP: Idempotency-Key
    body: Mapped[str]  # SHA-256 of what was asked
    ticket: Mapped[str]
    at: Mapped[datetime]


class Hook(Base):
    """An address of somebody's own system, told of what happens to tickets."""

    __tablename__ = "hooks"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]  # signs what is told
    client: Mapped[str | None]  # none: all clients' tickets
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Delivery(Due, Base):
    """One event for one hook; told until it is taken, or for three days."""

    __tablename__ = "deliveries"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    hook: Mapped[int] = mapped_column(ForeignKey("hooks.id"))
    event: Mapped[int] = mapped_column(ForeignKey("events.position"))
    queued_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="queued")
    __table_args__ = (UniqueConstraint("hook", "event"),)


class Hold(Base):
    """A ticket of which nothing is erased, whatever its age: a court, an insurer."""

    __tablename__ = "holds"
    ticket: Mapped[str] = mapped_column(ForeignKey("tickets.reference"), primary_key=True)
    who: Mapped[str]
    why: Mapped[str]
    since: Mapped[datetime]


class Purge(Due, Base):
    """What was erased, and why; never what it said. Due while a file outside the database is still to be erased."""

    __tablename__ = "purges"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str]  # audio, call, ticket, letter
    subject: Mapped[str] = mapped_column(index=True)  # sid, reference or number of what it was
    why: Mapped[str]
    place: Mapped[str] = mapped_column(default="")  # below RECORDINGS_URL, until it is gone


class Chore(Due, Base):
    """Periodic work: its handler sets the next moment."""

    __tablename__ = "chores"
    name: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[datetime | None]
