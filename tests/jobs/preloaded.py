"""The web application as gunicorn preloads it, with a database connection that was opened before the fork."""

import os

from flask import Flask

from settings import Settings
from storage import health
from storage.database import Database
from wsgi import create_app


def application() -> Flask:
    settings = Settings.read(os.environ, line=True)
    database = Database(settings.database_url)
    with database.read() as db:
        health.counts(db)  # the connection stays in the pool
    return create_app(settings, database)
