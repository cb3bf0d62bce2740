"""Who may sign in, where they are signed in, and how often somebody has tried."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import Id, Json


class Account(Base):
    """A person who signs in: on our side, or a client's."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None]  # argon2; none until the invitation is followed
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)  # changed, all sessions end
    roles: Mapped[Any] = mapped_column(Json)  # storage.accounts.accounts
    engineer: Mapped[str | None]  # who of the directory this is
    client: Mapped[str | None]  # whose tickets are seen in the portal, and no others
    entities: Mapped[Any] = mapped_column(Json)  # whose rotas an admin keeps; none named: all
    locale: Mapped[str] = mapped_column(default="")  # none: the browser's
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]  # encrypted with SECRET_KEY
    tf_last_counter: Mapped[int | None] = mapped_column(Id)  # a code is good once
    mf_recovery_codes: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    oidc_issuer: Mapped[str | None]  # who else may say that it is this person,
    oidc_subject: Mapped[str | None]  # and what they are called there, whatever becomes of their address
    __table_args__ = (Index("accounts_identity", "oidc_issuer", "oidc_subject", unique=True),)


class AccountEvent(Base):
    """One thing that was done to an account, or tried with it."""

    __tablename__ = "account_events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str]  # storage.accounts.audit_log
    who: Mapped[str]  # as in the journal; none: nobody of ours, or a terminal
    at: Mapped[datetime] = mapped_column(index=True)
    details: Mapped[Any] = mapped_column(Json)  # of a change: what was and what is, by what is changed


class SessionRow(Base):
    """One browser that somebody is signed in with."""

    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)  # SHA-256 of what its cookie says
    uniquifier: Mapped[str]  # the account's, when it began
    browser: Mapped[str]  # in words, for its owner to know it again
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Knock(Base):
    """One try to sign in, by what was tried: an account, an address of the network; one form, by what it said."""

    __tablename__ = "knocks"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str]  # of what was tried, for an address is personal
    at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (Index("knocks_of", "digest", "at"),)
