"""The web process: `gunicorn "wsgi:create_app()"`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flask import Flask

import logs
import web
import webhooks
from clock import Clock
from settings import Settings
from storage import hosts, server_clock
from storage.database import Database
from storage.patience import TELEPHONE
from web import probes
from web.outside import Outside
from webhooks.door import Context

if TYPE_CHECKING:
    from storage.audio import AudioStore
    from telephony.rest import Twilio


def create_app(
    settings: Settings | None = None,
    database: Database | None = None,
    clock: Clock | None = None,
    *,
    audio: AudioStore | None = None,
    twilio: Twilio | None = None,
) -> Flask:
    """Assemble the application; refuses to start on an incomplete environment (SettingsFaults)."""
    if settings is None:
        logs.configure()
        settings = Settings.read(os.environ, line=True)
    urgent = database or Database(settings.database_url, TELEPHONE)
    database = database or Database(settings.database_url)
    clock = clock or server_clock.of(database, settings.clock(), hosts.Notes(database))
    app = Flask("astreinte", static_folder=None)
    app.secret_key = settings.secret_key
    app.url_map.strict_slashes = False  # a redirect would lose what Twilio posts
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    context = Context(settings, urgent, clock)
    webhooks.register(app, context)
    app.register_blueprint(probes.blueprint(urgent, clock))
    web.register(app, Outside(settings, database, clock, context.shelf, audio, twilio))
    return app
