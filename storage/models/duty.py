"""Who is on duty, as it was told."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Due
from storage.types import Id, Json


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
    takeup: Mapped[str] = mapped_column(default="none")  # storage.rotas.shifts
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


class HandoverRow(Base):
    """One engineer asks another to take a piece of a turn, maybe for one of theirs."""

    __tablename__ = "handovers"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]  # as in the journal: the giver, or the admin who asks for them
    rota: Mapped[str]
    layer: Mapped[str]
    giver: Mapped[str]
    taker: Mapped[str]
    starts: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
    back_starts: Mapped[datetime | None]  # what the giver takes in return; none: nothing
    back_until: Mapped[datetime | None]
    word: Mapped[str]
    state: Mapped[str]  # services.turn_requests
    answered_at: Mapped[datetime | None]
