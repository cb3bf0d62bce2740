"""What the library of sign-in tells of accounts, written where those who keep accounts read it."""

from typing import Any

from flask import Flask, g
from flask_security import password_changed, password_reset

from storage.accounts import audit_log
from storage.accounts.audit_log import Done
from web.outside import Outside
from web.signin.rate_limit import Counted
from web.signin.signals import listen
from web.signin.user_store import Person, turned_away


def watch(app: Flask, outside: Outside) -> None:
    def noted(done: Done, user: Person, who: str = "", **details: str) -> None:
        with outside.database.begin() as db:
            audit_log.note(db, user.id, done, who, outside.clock(), details)

    def chosen(_: object, user: Person, **__: Any) -> None:
        noted(Done.CHOSEN, user, user.who)

    def refused(_: object, user: Person) -> None:
        counted: Counted | None = g.get("counted")
        braked = counted is not None and counted.is_last
        network = {"network": counted.network} if counted and counted.network else {}
        noted(Done.BRAKED if braked else Done.TURNED_AWAY, user, **network)

    listen(password_reset, chosen, app)
    listen(password_changed, chosen, app)
    listen(turned_away, refused, app)
