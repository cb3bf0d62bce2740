"""Mail that leaves, and mail that comes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Due
from storage.types import Id, Json


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
    attached: Mapped[str] = mapped_column(default="")  # jobs.mail_sender
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
    verdict: Mapped[str | None]  # notifications.mail_senders
    reason: Mapped[str] = mapped_column(default="")
    ticket: Mapped[str | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]  # with a receipt, or another automatic answer
    withheld: Mapped[str] = mapped_column(default="")  # why it was not (notifications.mail_senders)
    readings: Mapped[int] = mapped_column(default=0)  # begun, and ended with whoever read
    __table_args__ = (
        UniqueConstraint("mailbox", "key"),
        Index("letters_key", "key"),
        Index("letters_sender", "sender", "answered_at"),
        Index("letters_answered", "answered_at"),
    )


class Attachment(Base):
    """A file that came with a mail, or was sent on the portal; the same content is kept once a ticket."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    letter: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    sent_by: Mapped[str] = mapped_column(default="")  # without a letter: who, as in the journal,
    sent_at: Mapped[datetime | None]  # and when
    ticket: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str]
    type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]  # SHA-256
    place: Mapped[str]
    __table_args__ = (UniqueConstraint("ticket", "digest"),)
