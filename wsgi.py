"""The web process: `gunicorn "wsgi:create_app()"`."""

import os

from flask import Flask

import logs
import web
import webhooks
from clock import Clock
from settings import Settings
from storage.database import Database
from webhooks.door import Context


def create_app(settings: Settings | None = None, database: Database | None = None, clock: Clock | None = None) -> Flask:
    """Assemble the application; refuses to start on an incomplete environment (SettingsFaults)."""
    if settings is None:
        logs.configure()
        settings = Settings.read(os.environ, line=True)
    database = database or Database(settings.database_url)
    clock = clock or settings.clock()
    app = Flask("astreinte", static_folder=None)
    app.secret_key = settings.secret_key
    app.url_map.strict_slashes = False  # a redirect would lose what Twilio posts
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    webhooks.register(app, Context(settings, database, clock))
    web.register(app, database, clock)
    return app
