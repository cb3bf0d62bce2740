"""Twilio's door: one URL per happening on a call, an SMS, a recording.

Load, decide, save, say in one transaction; nobody is called from here."""

from flask import Flask

from webhooks import alert, calls, messages, recordings, team, texts
from webhooks.door import Context, attach


def register(app: Flask, context: Context) -> None:
    """Hang Twilio's door on the application, under /webhooks."""
    attach(app, *(part.blueprint(context) for part in (calls, alert, team, recordings, texts, messages)))
