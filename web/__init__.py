"""People's door: probes today; the console, the portal and sign-in later."""

from flask import Flask

from clock import Clock
from storage.database import Database
from web import errors, probes
from web.sessions import Sessions


def register(app: Flask, database: Database, clock: Clock) -> None:
    app.session_interface = Sessions()
    errors.register(app)
    app.register_blueprint(probes.blueprint(database, clock))
