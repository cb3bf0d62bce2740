"""Where somebody is signed in: a row for each browser, without which its cookie opens nothing."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from storage.models import Account, SessionRow

LASTS = timedelta(days=30)  # after it was last seen
EXACT = timedelta(minutes=5)  # within which a session that is seen again writes nothing


def begin(db: Connection, account: int, uniquifier: str, browser: str, now: datetime) -> str:
    """Somebody is let in; returns what their cookie says from now on."""
    token = secrets.token_urlsafe(24)
    row = {"account": account, "digest": _digest(token), "uniquifier": uniquifier, "browser": browser}
    db.execute(insert(SessionRow).values(**row, begun_at=now, seen_at=now))
    return token


def whose(db: Connection, token: str, now: datetime) -> Row[Any] | None:
    """The account, with `session` and `session_seen_at`; none when the session has ended, in whichever way."""
    columns = (Account.__table__, SessionRow.id.label("session"), SessionRow.seen_at.label("session_seen_at"))
    known = select(*columns).join(SessionRow, SessionRow.account == Account.id)
    return db.execute(known.where(SessionRow.digest == _digest(token), *_lives(now))).one_or_none()


def see(db: Connection, number: int, now: datetime) -> None:
    db.execute(update(SessionRow).where(SessionRow.id == number).values(seen_at=now))


def listed(db: Connection, account: int, now: datetime) -> Sequence[Row[Any]]:
    """The newest first."""
    known = select(SessionRow.__table__).join(Account, SessionRow.account == Account.id)
    return db.execute(known.where(Account.id == account, *_lives(now)).order_by(SessionRow.seen_at.desc())).all()


def end(db: Connection, account: int, number: int) -> bool:
    """One of that account's own; False when there is no such session any more."""
    ended = delete(SessionRow).where(SessionRow.id == number, SessionRow.account == account)
    return db.execute(ended.returning(SessionRow.id)).first() is not None


def forget_old(db: Connection, now: datetime) -> None:
    """Those that open nothing any more."""
    living = select(SessionRow.id).join(Account, SessionRow.account == Account.id).where(*_lives(now))
    db.execute(delete(SessionRow).where(SessionRow.id.not_in(living)))


def _lives(now: datetime) -> tuple[Any, ...]:
    """All sessions of an account end at once when its uniquifier is another."""
    return SessionRow.uniquifier == Account.fs_uniquifier, SessionRow.seen_at > now - LASTS


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
