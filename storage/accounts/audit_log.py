"""What was done to accounts, by whom: written with the deed, read by those who keep accounts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from storage.models import Account, AccountEvent

_TABLE = AccountEvent.__table__
SHOWN = 100


class Done(StrEnum):
    INVITED = "invited"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    SIGNED_OUT = "signed_out"
    FACTOR_FORGOTTEN = "factor_forgotten"
    IDENTITY_FORGOTTEN = "identity_forgotten"
    CHOSEN = "chosen"  # a password
    TURNED_AWAY = "turned_away"  # by a wrong password or code
    BRAKED = "braked"  # likewise, once too often: the next try waits


WRITTEN: Mapping[str, str] = {
    Done.INVITED: "compte invité", Done.CHANGED: "compte changé", Done.CLOSED: "compte fermé",
    Done.REOPENED: "compte rouvert", Done.SIGNED_OUT: "sessions fermées",
    Done.FACTOR_FORGOTTEN: "deuxième facteur oublié", Done.IDENTITY_FORGOTTEN: "lien d'identité défait",
    Done.CHOSEN: "mot de passe choisi", Done.TURNED_AWAY: "connexion refusée",
    Done.BRAKED: "connexion refusée, les essais suivants attendent",
}  # fmt: skip


def note(
    db: Connection, account: int, done: Done, who: str, now: datetime, details: Mapping[str, object] | None = None
) -> None:  # fmt: skip
    """`who`: as in the journal; nobody on a terminal. `details`: of a change, what was and is; of a try, where from."""
    row = {"account": account, "kind": done, "who": who, "at": now, "details": dict(details or {})}
    db.execute(insert(AccountEvent).values(**row))


def listed(db: Connection, account: int | None = None, at_most: int = SHOWN) -> Sequence[Row[Any]]:
    """The newest first, each with the address of the account it is about."""
    found = select(_TABLE, Account.email).join(Account, Account.id == AccountEvent.account)
    if account is not None:
        found = found.where(AccountEvent.account == account)
    return db.execute(found.order_by(AccountEvent.id.desc()).limit(at_most)).all()


def forget_before(db: Connection, then: datetime) -> None:
    db.execute(delete(AccountEvent).where(AccountEvent.at <= then))
