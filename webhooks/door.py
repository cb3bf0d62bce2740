"""The lock on Twilio's door, and what every request through it carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

import structlog
from flask import Blueprint, Flask, Response, g, request

from clock import Clock
from settings import Settings
from storage.database import Database
from storage.versions import Shelf
from telephony import twiml
from telephony.signature import is_ours

log = structlog.get_logger()
METHODS = ("GET", "POST")  # as an address is configured at Twilio
FIELDS_AT_MOST = 300
MOST = 2**31 - 1  # of a whole number: what both databases keep
PATH_AS_IT_IS = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class Context:
    """What the doors need of the outside world."""

    settings: Settings
    database: Database
    clock: Clock
    shelf: Shelf = field(default_factory=Shelf)


def lock(blueprint: Blueprint, settings: Settings) -> None:
    """Nothing passes without Twilio's signature: 403, and no effect."""

    @blueprint.before_request
    def _check() -> Response | None:
        parameters = _signed()
        signature = request.headers.get("X-Twilio-Signature", "")
        url = settings.public_url + requested()
        if parameters is None or not is_ours(signature, url, parameters, settings.auth_tokens):
            names = sorted(name[:40] for name, _ in parameters or ())  # a stranger's, maybe a megabyte long
            log.warning("signature refused", path=request.path[:200], parameters=names[:40])
            return Response("Signature refusée.\n", 403, content_type="text/plain; charset=utf-8")
        brought = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
        given = parameters if request.method == "POST" else brought
        # The first of a repeated name counts; PostgreSQL keeps no text with a NUL in it.
        g.form = {name: value.replace("\0", "") for name, value in reversed(given)}
        return None


def requested() -> str:
    """Path and query exactly as Twilio requested them, accents still percent-encoded."""
    raw: str | None = request.environ.get("RAW_URI")  # gunicorn
    if raw and raw.startswith("/"):
        return raw
    query = request.query_string.decode("latin-1")
    return quote(request.path, safe=PATH_AS_IT_IS) + (f"?{query}" if query else "")


def _signed() -> Sequence[tuple[str, str]] | None:
    """The fields that were signed beside the address; none when the body is no form."""
    if request.method not in METHODS:
        return None
    if request.method == "GET":  # its fields are in the address
        return ()
    try:
        body = request.get_data(cache=False).decode()
        return parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS_AT_MOST)
    except ValueError:
        return None


def form() -> Mapping[str, str]:
    fields: Mapping[str, str] = g.form
    return fields


def value(name: str) -> str:
    """A parameter, or the one that our own redirect carried on for it."""
    return form().get(name) or request.args.get(name, "")


def number(name: str) -> int:
    """A whole number, 0 when absent or nonsense."""
    text = value(name)
    return min(int(text[:10]), MOST) if text.isascii() and text.isdigit() else 0


def as_twiml(document: str) -> Response:
    return Response(document, content_type=twiml.CONTENT_TYPE)


def nothing() -> Response:
    """The answer to a status callback. Twilio: anything but 204 or empty TwiML is a warning."""
    return Response(status=204)


def attach(app: Flask, *blueprints: Blueprint) -> None:
    for blueprint in blueprints:
        app.register_blueprint(blueprint, url_prefix="/webhooks")
