"""Accounts as the library of sign-in wants them: found and kept by our own statements, a transaction each."""

from datetime import datetime
from typing import Any

from blinker import signal
from flask import current_app, session
from flask_login import current_user
from flask_security import RoleMixin, UserDatastore, UserMixin
from flask_security.totp import Totp
from passlib.exc import UsedTokenError
from sqlalchemy import Row

from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.database import Database

KEPT = (
    "email", "name", "password", "active", "fs_uniquifier", "engineer", "client", "entities", "locale",
    "tf_primary_method", "tf_totp_secret", "tf_last_counter", "mf_recovery_codes",
)  # fmt: skip


turned_away = signal("somebody is turned away")


class Part(RoleMixin):
    """A role, as the library wants one."""

    def __init__(self, name: str):
        self.name = name


class Person(UserMixin):
    """Whoever has signed in, or is about to."""

    id: int
    fs_uniquifier: str = ""  # the library looks whether there is one
    name: str
    engineer: str | None
    client: str | None
    entities: list[str]
    locale: str
    tf_last_counter: int | None
    signed_in_at: datetime | None
    session: int | None = None  # by which they are in
    tf_phone_number: str | None = None  # the library asks for one; codes are never sent

    def __init__(self, row: Row[Any]):
        self.id, self.signed_in_at = row.id, row.signed_in_at
        self._read = {column: getattr(row, column) for column in KEPT}
        for column, value in self._read.items():
            setattr(self, column, value)
        self.roles = [Part(name) for name in row.roles]

    def changed(self) -> dict[str, Any]:
        """What is no longer as it was read."""
        return {column: getattr(self, column) for column in KEPT if getattr(self, column) != self._read[column]}

    def is_kept(self, **values: Any) -> None:
        """The account has these now."""
        for column, value in values.items():
            setattr(self, column, value)
        self._read |= values

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:
        """Told by the library of a wrong password or code."""
        turned_away.send(current_app._get_current_object(), user=self)  # type: ignore[attr-defined]

    @property
    def held(self) -> frozenset[Role]:
        return frozenset(Role(part.name) for part in self.roles)

    @property
    def keeps_the_whole(self) -> bool:
        """An admin of some entities keeps their rotas: neither everybody's directory nor accounts."""
        return Role.ADMIN in self.held and not self.entities

    @property
    def sees(self) -> frozenset[str] | None:
        """The entities whose clients, tickets and calls they read of; none: all of them, as desk and engineers do."""
        some = Role.ADMIN in self.held and self.entities and not self.held & {Role.ENGINEER, Role.DESK}
        return frozenset(self.entities) if some else None

    @property
    def who(self) -> str:
        """In the journal: the engineer, else the account."""
        return self.engineer or accounts.who(self.id)

    @property
    def said(self) -> str:
        return self.name or self.email


class People(UserDatastore):
    """`put` keeps at once: the library's own commit has nothing left to do."""

    def __init__(self, database: Database):
        super().__init__(Person, Part)
        self.database = database

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Person | None:
        ((column, value),) = by.items()
        with self.database.read() as db:
            row = accounts.find(db, **{column: str(value).lower() if column == "email" else value})
        return Person(row) if row else None

    def find_role(self, role: str) -> Part | None:
        return Part(role) if role in list(Role) else None

    def put(self, model: Any) -> Any:
        """Only what has changed here: an admin may have shut the account since it was read."""
        if changed := model.changed():
            with self.database.begin() as db:
                accounts.change(db, model.id, changed)
            model.is_kept(**changed)
        return model

    def commit(self) -> None:
        pass

    def renew(self, user: Person) -> bool:
        """What was sent to them has served; False when it had already."""
        with self.database.begin() as db:
            uniquifier = accounts.renew(db, user.id, user.fs_uniquifier)
        user.fs_uniquifier = uniquifier or user.fs_uniquifier
        return uniquifier is not None

    def mf_delete_recovery_code(self, user: Any, idx: int) -> bool:
        """Once, also for two who are as fast as each other."""
        before = list(user.mf_recovery_codes)
        after = before[:idx] + before[idx + 1 :]
        with self.database.begin() as db:
            used = accounts.use_code(db, user.id, before, after)
        user.is_kept(mf_recovery_codes=after)
        return used

    def use_counter(self, user: Any, counter: int) -> bool:
        """Once, in whichever process."""
        with self.database.begin() as db:
            used = accounts.use_counter(db, user.id, counter)
        user.is_kept(tf_last_counter=counter)
        return used


KEY = "factor_key"  # in the session: whose, and the key that is being set up, as the library seals it


class Once(Totp):
    """A code that was used is used up, in whichever process; the library takes a TokenError for a wrong code."""

    def generate_totp_secret(self) -> str:
        """The same until it serves: a telephone that has read one would keep an entry that opens nothing."""
        whose, key = session.get(KEY, ("", ""))
        if whose != current_user.fs_uniquifier:
            key = super().generate_totp_secret()
            session[KEY] = [current_user.fs_uniquifier, key]
        return str(key)

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        if not user_store().use_counter(user, tmatch.counter):
            raise UsedTokenError


def forget_key() -> None:
    """It serves now: whoever sets up anew gets another."""
    session.pop(KEY, None)


def user_store() -> People:
    store: People = current_app.extensions["security"].datastore
    return store
