"""Standby as it is proved and paid: when turns were announced, work that was done, statements that were issued."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import Id


class NoticeRow(Base):
    """A part of a turn that somebody learned of, written once (storage/migrations/triggers.py)."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    engineer: Mapped[str]
    rota: Mapped[str]
    layer: Mapped[str]
    starts: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime]
    announced_at: Mapped[datetime]
    days: Mapped[int]  # standby.notice
    verdict: Mapped[str]
    reason: Mapped[str]  # of whoever changed the rota
    agreed: Mapped[bool]  # whoever takes it has said so
    who: Mapped[str]  # changed it, as in the journal


class ReceiptRow(Base):
    """Whoever learned of it has said so, at that instant; written once."""

    __tablename__ = "receipts"
    notice: Mapped[int] = mapped_column(Id, ForeignKey("notices.id"), primary_key=True)
    at: Mapped[datetime]


class InterventionRow(Base):
    """Work done on standby, travel included, as its engineer or an admin declares it; a correction is a new row."""

    __tablename__ = "interventions"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    engineer: Mapped[str]
    ticket: Mapped[str]  # its reference; empty for work without one
    starts: Mapped[datetime]
    until: Mapped[datetime]
    travel: Mapped[int]  # minutes of it
    on_site: Mapped[bool]
    who: Mapped[str]  # declared it, as in the journal
    at: Mapped[datetime]
    replaces: Mapped[int | None] = mapped_column(ForeignKey("interventions.id"), unique=True)
    withdrawn: Mapped[bool]  # it never was: the one that it replaces counts no more, nor does this one
    __table_args__ = (Index("interventions_of", "engineer", "starts"),)


class StatementRow(Base):
    """A month of one engineer as it was issued; never changed, a correction is a new row."""

    __tablename__ = "statements"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    engineer: Mapped[str]
    month: Mapped[str]  # 2026-09
    number: Mapped[int]  # 1, 2 …: each corrects the one before
    issued_at: Mapped[datetime]
    who: Mapped[str]  # as in the journal
    document: Mapped[str]  # canonical JSON (standby.statements)
    digest: Mapped[str]  # SHA-256 of the document
    reason: Mapped[str]  # of a correction
    __table_args__ = (UniqueConstraint("engineer", "month", "number"),)
