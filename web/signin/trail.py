"""What the library of sign-in tells of accounts, written where those who keep accounts read it."""

from typing import Any

from flask import Flask
from flask_security import password_changed, password_reset

from storage import trail
from storage.trail import Done
from web.outside import Outside
from web.signin.people import Person, turned_away


def watch(app: Flask, outside: Outside) -> None:
    def noted(done: Done, user: Person, who: str = "") -> None:
        with outside.database.begin() as db:
            trail.note(db, user.id, done, who, outside.clock())

    def chosen(_: object, user: Person, **__: Any) -> None:
        noted(Done.CHOSEN, user, user.who)

    def refused(_: object, user: Person) -> None:
        noted(Done.TURNED_AWAY, user)

    password_reset.connect(chosen, app, weak=False)
    password_changed.connect(chosen, app, weak=False)
    turned_away.connect(refused, app, weak=False)
