"""Calendars' secret addresses: given to somebody, revoked when they are lost; the secret itself is not kept."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from directory.index import Directory
from storage.models import Feed, ShiftRow
from storage.rotas import shifts

BACK = timedelta(days=90)  # shifts that are over stay in a calendar so long
SECRET_BYTES = 24
_TABLE = Feed.__table__


class Of(StrEnum):
    """Whose shifts a calendar has."""

    ENGINEER = "engineer"
    ROTA = "rota"
    ENTITY = "entity"


@dataclass(frozen=True, slots=True)
class Calendar:
    feed: Row[Any]
    shifts: Sequence[Row[Any]]  # the cancelled ones too


def create(db: Connection, kind: Of, code: str, now: datetime) -> tuple[int, str]:
    """A new address; returns its number and its secret, which nobody can find out again."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = {"kind": kind, "code": code, "digest": _digest(secret), "created_at": now}
    number = db.execute(insert(Feed).values(**row).returning(Feed.id)).scalar_one()
    return number, secret


def revoke(db: Connection, number: int, now: datetime) -> bool:
    """False when there is no such address, or when it was revoked before."""
    revoked = update(Feed).where(Feed.id == number, Feed.revoked_at.is_(None)).values(revoked_at=now)
    return db.execute(revoked.returning(Feed.id)).first() is not None


def of_engineer(db: Connection, engineer: str) -> Sequence[Row[Any]]:
    """Addresses of somebody's own shifts that still answer."""
    mine = (Feed.kind == Of.ENGINEER, Feed.code == engineer, Feed.revoked_at.is_(None))
    return db.execute(select(_TABLE).where(*mine).order_by(Feed.id)).all()


def listed(db: Connection) -> Sequence[Row[Any]]:
    return db.execute(select(_TABLE).order_by(Feed.id)).all()


def read(db: Connection, book: Directory, secret: str, now: datetime) -> Calendar | None:
    """What the calendar of that secret shows; none when it is nobody's, or revoked."""
    known = select(_TABLE).where(Feed.digest == _digest(secret), Feed.revoked_at.is_(None))
    feed = db.execute(known).one_or_none()
    if feed is None:
        return None
    return Calendar(feed, shifts.listed(db, now - BACK, now + shifts.HORIZON, _whose(book, feed)))


def _whose(book: Directory, feed: Row[Any]) -> Any:
    match Of(feed.kind):
        case Of.ENGINEER:
            return ShiftRow.engineer == feed.code
        case Of.ROTA:
            return ShiftRow.rota == feed.code
        case Of.ENTITY:
            return ShiftRow.rota.in_([entity.rota for entity in book.directory.entities if entity.code == feed.code])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
