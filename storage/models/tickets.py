"""Tickets, what belongs to one, and the journal of all."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Due
from storage.types import Id, Json


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
    respond_kept: Mapped[bool | None]  # none while it runs, or where nothing is promised
    restore_kept: Mapped[bool | None]
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


class TicketClock(Due, Base):
    """The commitments of a ticket: due when one of them comes into danger, or is broken.

    Nothing else is kept: what has run is computed from the ticket's events, and so is what was told."""

    __tablename__ = "clocks"
    ticket: Mapped[str] = mapped_column(ForeignKey("tickets.reference"), primary_key=True)
