"""Whom we reach, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Due
from storage.types import Id, Json


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
    hurried: Mapped[int | None]  # during which of its firings somebody said that it got worse
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]  # whoever has it was asked whether they still do
    nobody_since: Mapped[datetime | None]  # since when none of its steps reaches anybody
    hierarchy_told_at: Mapped[datetime | None]  # of that, once for each time that it looks for somebody
    desk_told_at: Mapped[datetime | None]  # that its entity has opened and nobody has it, likewise
    __table_args__ = (CheckConstraint("state in ('pending', 'acknowledged', 'cancelled')", name="state"),)


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
    pressed_at: Mapped[
        datetime | None
    ]  # a key came in its call: a person has it in hand, whatever listens for machines
    handed_on: Mapped[int | None]  # during which firing of the page the person handed the ticket on
    __table_args__ = (UniqueConstraint("page", "firing", "engineer", "channel"),)


class Message(Due, Base):
    """An SMS or a call that wakes nobody: to a client about a ticket, to an engineer about their shifts."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket: Mapped[str | None] = mapped_column(ForeignKey("tickets.reference"), index=True)
    shift: Mapped[int | None] = mapped_column(ForeignKey("shifts.id"))
    kind: Mapped[str]  # storage.paging.notification_outbox
    channel: Mapped[str] = mapped_column(default="sms")
    number: Mapped[str]
    body: Mapped[str]  # written when it leaves, if nothing could be said before
    queued_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="intended")
    provider_sid: Mapped[str | None] = mapped_column(unique=True)


class Reply(Base):
    """What an engineer's SMS was answered: delivered again, it is answered again and does nothing."""

    __tablename__ = "replies"
    sid: Mapped[str] = mapped_column(primary_key=True)  # Twilio: MessageSid
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
