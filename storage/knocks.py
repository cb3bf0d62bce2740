"""Tries to sign in, counted where all processes see them: too many, and nobody is let in for a while."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, func, insert, select

from storage.models import Knock

SPAN = timedelta(minutes=15)


def knock(db: Connection, what: str, now: datetime) -> int:
    """One more try; returns how many there were of late, this one included."""
    digest = _digest(what)
    db.execute(insert(Knock).values(digest=digest, at=now))
    lately = select(func.count()).where(Knock.digest == digest, Knock.at > now - SPAN)
    return int(db.execute(lately).scalar_one())


def forget(db: Connection, what: str) -> None:
    """Somebody was let in: the tries before were theirs."""
    db.execute(delete(Knock).where(Knock.digest == _digest(what)))


def forget_old(db: Connection, now: datetime) -> None:
    db.execute(delete(Knock).where(Knock.at <= now - SPAN))


def _digest(what: str) -> str:
    return sha256(what.encode("utf-8", "replace")).hexdigest()
