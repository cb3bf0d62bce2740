"""Trouble on a voice request: whatever fails, whoever is on the line stays there.

One more try at the same address, then a last resort that needs nothing but speech."""

from collections.abc import Callable
from urllib.parse import urlencode

import structlog
from flask import Response, request

from webhooks import exchange
from webhooks.door import Context, as_twiml, form, nothing

log = structlog.get_logger()
View = Callable[[], Response]
# What Twilio brings once only: a redirect would lose it.
CARRIED = ("Digits", "RecordingSid", "RecordingUrl", "RecordingDuration", "DialCallSid", "DialBridged")


def kept(context: Context, view: View, last_resort: View) -> View:
    """The view, with its trouble: nobody hears "application error"."""

    def guarded() -> Response:
        try:
            return view()
        except Exception:
            log.exception("voice request failed", path=request.path, call=form().get("CallSid"))
            return _again(context) if "again" not in request.args else last_resort()

    return guarded


def _again(context: Context) -> Response:
    """Twilio comes back to the same address, with what it brought this time."""
    brought = {name: form()[name] for name in CARRIED if form().get(name)}
    query = urlencode({**request.args, **brought, "again": "1"})
    return as_twiml(exchange.plain_writer(context).redirect(f"{context.settings.public_url}{request.path}?{query}"))


def noted(note: Callable[[], None]) -> View:
    """A callback, which only takes note. In trouble 503: Twilio comes back where the address says so (#rc)."""

    def guarded() -> Response:
        try:
            note()
        except Exception:
            log.exception("callback failed", path=request.path, call=form().get("CallSid"))
            return Response("Incident technique.\n", 503, content_type="text/plain; charset=utf-8")
        return nothing()

    return guarded
