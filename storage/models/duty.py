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
