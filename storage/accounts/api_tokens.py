"""Programs' permissions: given with scopes and an end, revoked when they are lost; the secret itself is not kept."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage.models import Asked, Token

PREFIX = "ast_"
SECRET_BYTES = 32


class Scope(StrEnum):
    READ = "tickets:read"
    WRITE = "tickets:write"
    ROTA = "rota:read"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever presents a token that holds."""

    id: int
    name: str
    scopes: Collection[str]
    client: str | None  # the only one whose tickets it sees

    @property
    def who(self) -> str:
        """In the journal."""
        return f"api:{self.name}"


def create(
    db: Connection, name: str, scopes: Collection[Scope], expires_at: datetime, now: datetime, client: str | None = None
) -> tuple[int, str]:
    """A new token; returns its number and its secret, which nobody can find out again."""
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = {"name": name, "scopes": sorted(scopes), "client": client, "created_at": now, "expires_at": expires_at}
    number = db.execute(insert(Token).values(**row, digest=_digest(secret)).returning(Token.id)).scalar_one()
    return number, secret


def revoke(db: Connection, number: int, now: datetime) -> bool:
    """False when there is no such token, or when it was revoked before."""
    revoked = update(Token).where(Token.id == number, Token.revoked_at.is_(None)).values(revoked_at=now)
    return db.execute(revoked.returning(Token.id)).first() is not None


def listed(db: Connection) -> Sequence[Row[Any]]:
    return db.execute(select(Token.__table__).order_by(Token.id)).all()


def bearer(db: Connection, secret: str, now: datetime) -> Bearer | None:
    """None for a token of nobody, an expired or a revoked one."""
    holds = (Token.digest == _digest(secret), Token.revoked_at.is_(None), Token.expires_at > now)
    row = db.execute(select(Token.__table__).where(*holds)).one_or_none()
    return Bearer(row.id, row.name, row.scopes, row.client) if row else None


def asked(db: Connection, token: int, key: str) -> Row[Any] | None:
    """What was done for that key before."""
    return db.execute(select(Asked.__table__).where(Asked.token == token, Asked.key == key)).one_or_none()


def remember(db: Connection, token: int, key: str, body: str, ticket: str, now: datetime) -> None:
    db.execute(insert(Asked).values(token=token, key=key, body=body, ticket=ticket, at=now))


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
