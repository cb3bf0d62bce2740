"""People's door: probes today; the console, the portal and sign-in later."""

from flask import Flask

from clock import Clock
from storage.database import Database
from web import errors, probes


def register(app: Flask, database: Database, clock: Clock) -> None:
    errors.register(app)
    app.register_blueprint(probes.blueprint(database, clock))
