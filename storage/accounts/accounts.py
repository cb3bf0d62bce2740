"""Who may sign in: people of ours with their roles, people of a client's who see its tickets alone."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from directory.index import Directory
from storage.models import Account
from translatable import Refused


class Role(StrEnum):
    ADMIN = "admin"
    ENGINEER = "engineer"
    DESK = "desk"
    CLIENT = "client"


ROLES: dict[Role, str] = {
    Role.ADMIN: "administrateur",
    Role.ENGINEER: "ingénieur",
    Role.DESK: "accueil",
    Role.CLIENT: "client",
}


NO_FACTOR: Mapping[str, Any] = {
    "tf_primary_method": None, "tf_totp_secret": None, "tf_last_counter": None, "mf_recovery_codes": [],
}  # fmt: skip
NO_IDENTITY: Mapping[str, Any] = {"oidc_issuer": None, "oidc_subject": None}


class Unsound(Refused):
    """An account that makes no sense; the message is the French sentence that says why."""


def add(
    db: Connection, email: str, roles: Collection[Role], now: datetime, *, name: str = "", engineer: str | None = None,
    client: str | None = None, entities: Sequence[str] = (),
) -> int:  # fmt: skip
    """A new account without a password: whoever follows its invitation chooses one. Raises Unsound."""
    check(roles, engineer, client)
    row = {
        "email": email.lower(), "name": name, "active": True, "fs_uniquifier": secrets.token_hex(16),
        "roles": sorted(roles), "engineer": engineer, "client": client, "entities": list(entities), "locale": "",
        "mf_recovery_codes": [], "created_at": now,
    }  # fmt: skip
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    entered = dialect.insert(Account).values(**row).on_conflict_do_nothing(index_elements=["email"])
    number: int | None = db.execute(entered.returning(Account.id)).scalar()
    if number is None:
        raise Unsound("Un compte existe déjà pour %(email)s.", email=email.lower())
    return number


def check(roles: Collection[Role], engineer: str | None, client: str | None) -> None:
    """Raises Unsound."""
    if not roles:
        raise Unsound("Un compte a au moins un rôle.")
    if Role.CLIENT in roles and (len(roles) > 1 or engineer):
        raise Unsound("Un compte de client n'a pas d'autre rôle.")
    if (Role.CLIENT in roles) != bool(client):
        raise Unsound("Choisissez un client pour un compte de client, et pour lui seul.")
    if Role.ENGINEER in roles and not engineer:
        raise Unsound("Choisissez quel ingénieur de l'annuaire a ce compte.")


def find(db: Connection, **by: object) -> Row[Any] | None:
    """The account with that id, email or fs_uniquifier."""
    ((column, value),) = by.items()
    return db.execute(select(Account.__table__).where(getattr(Account, column) == value)).one_or_none()


def change(db: Connection, account: int, values: Mapping[str, Any]) -> None:
    db.execute(update(Account).where(Account.id == account).values(**values))


def sign_out(db: Connection, account: int) -> None:
    """All sessions end, and every invitation or reset that is still about."""
    change(db, account, {"fs_uniquifier": secrets.token_hex(16)})


def renew(db: Connection, account: int, uniquifier: str) -> str | None:
    """As signing out, once: the new uniquifier, none for whoever knew one that is past."""
    still = (Account.id == account, Account.fs_uniquifier == uniquifier)
    fresh = update(Account).where(*still).values(fs_uniquifier=secrets.token_hex(16)).returning(Account.fs_uniquifier)
    return db.execute(fresh).scalar()


def use_code(db: Connection, account: int, before: Sequence[str], after: Sequence[str]) -> bool:
    """A recovery code is used up; False when somebody else was faster with it."""
    still = (Account.id == account, Account.mf_recovery_codes == list(before))
    used = update(Account).where(*still).values(mf_recovery_codes=list(after)).returning(Account.id)
    return db.execute(used).first() is not None


def use_counter(db: Connection, account: int, counter: int) -> bool:
    """A code of the second factor is used up; False when it, or a later one, was before."""
    unused = (Account.id == account, Account.tf_last_counter.is_(None) | (Account.tf_last_counter < counter))
    used = update(Account).where(*unused).values(tf_last_counter=counter).returning(Account.id)
    return db.execute(used).first() is not None


def of_identity(db: Connection, issuer: str, subject: str) -> Row[Any] | None:
    """Whoever is called that there."""
    there = (Account.oidc_issuer == issuer, Account.oidc_subject == subject)
    return db.execute(select(Account.__table__).where(*there)).one_or_none()


def link(db: Connection, account: int, issuer: str, subject: str) -> bool:
    """Once: False when the account is linked already, or that identity is somebody else's."""
    if of_identity(db, issuer, subject) is not None:
        return False
    free = (Account.id == account, Account.oidc_subject.is_(None))
    linked = update(Account).where(*free).values(oidc_issuer=issuer, oidc_subject=subject).returning(Account.id)
    return db.execute(linked).first() is not None


def listed(db: Connection) -> Sequence[Row[Any]]:
    return db.execute(select(Account.__table__).order_by(Account.email)).all()


def admins(db: Connection) -> list[Row[Any]]:
    """Those that are open."""
    return [row for row in listed(db) if row.active and Role.ADMIN in row.roles]


def lock_accounts(db: Connection) -> None:
    """Whoever takes something from an account: one at a time, each sees what the one before left."""
    db.execute(select(Account.id).order_by(Account.id).with_for_update())


def somebody_keeps_the_whole(db: Connection) -> None:
    """Raises Unsound when nobody is left who could let the others in."""
    if not any(not row.entities for row in admins(db)):
        raise Unsound("Il ne resterait aucun administrateur de l'ensemble : nommez-en un autre d'abord.")


def oversees(theirs: Collection[str], others: Collection[str]) -> bool:
    """Whether an admin of some entities (none named: all) keeps somebody who works for others."""
    return not theirs or bool(set(theirs) & set(others))


def any_admin(db: Connection) -> bool:
    """Whether somebody can let the others in."""
    return bool(admins(db))


def names(db: Connection, book: Directory) -> dict[str, str]:
    """How each account is called, by what it is called in the journal."""
    return {who(row.id): _called(row, book) for row in listed(db)}


def _called(row: Row[Any], book: Directory) -> str:
    """Clients name themselves as they like: whose they are comes first, lest one passes for an engineer of ours."""
    if row.client is None:
        return str(row.name or row.email)
    client = book.client(row.client)
    return f"{client.name if client else row.client} · {row.name or row.email}"


def addresses(db: Connection) -> dict[str, str]:
    """The mail address of each, likewise."""
    return {who(row.id): row.email for row in listed(db)}


def who(account: int) -> str:
    """In the journal, of somebody who is no engineer."""
    return f"compte:{account}"
