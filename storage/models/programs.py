"""Other programs: what they may ask, and what they are told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Due
from storage.types import Id, Json


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
