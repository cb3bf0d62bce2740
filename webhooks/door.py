"""The lock on Twilio's door, and what every request through it carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

import structlog
from flask import Blueprint, Flask, Request, Response, g, request

from clock import Clock
from settings import Settings
from storage.database import Database
from storage.directory.versions import DirectoryCache
from telephony import twiml
from telephony.signature import is_ours

log = structlog.get_logger()
METHODS = ("GET", "POST")  # as an address is configured at Twilio
FIELDS_AT_MOST = 300
LARGEST = 64_000  # bytes; Twilio sends about 2,000, an SMS of ten segments included
MOST = 2**31 - 1  # of a whole number: what both databases keep
PATH_AS_IT_IS = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class Context:
    """What the doors need of the outside world."""

    settings: Settings
    database: Database
    clock: Clock
    shelf: DirectoryCache = field(default_factory=DirectoryCache)


@dataclass(frozen=True, slots=True)
class Fields:
    """What a request brings, by name."""

    form: Mapping[str, str]
    query: Mapping[str, str]


def lock(blueprint: Blueprint, settings: Settings) -> None:
    """Nothing passes without Twilio's signature: 403, and no effect."""

    @blueprint.before_request
    def _check() -> Response | None:
        brought: Request = request._get_current_object()  # type: ignore[attr-defined]  # the proxy's, seen through once
        brought.max_content_length = LARGEST
        parameters = _signed(brought)
        signature = brought.headers.get("X-Twilio-Signature", "")
        url = settings.public_url + requested(brought)
        if parameters is None or not is_ours(signature, url, parameters, settings.auth_tokens):
            names = sorted(name[:40] for name, _ in parameters or ())  # a stranger's, maybe a megabyte long
            log.warning("signature refused", path=request.path[:200], parameters=names[:40])
            return Response("Signature refusée.\n", 403, content_type="text/plain; charset=utf-8")
        query = _by_name(parse_qsl(brought.query_string.decode(errors="replace"), keep_blank_values=True))
        g.fields = Fields(_by_name(parameters) if brought.method == "POST" else query, query)
        return None


def requested(brought: Request) -> str:
    """Path and query exactly as Twilio requested them, accents still percent-encoded."""
    raw: str | None = brought.environ.get("RAW_URI")  # gunicorn
    if raw and raw.startswith("/"):
        return raw
    query = brought.query_string.decode("latin-1")
    return quote(brought.path, safe=PATH_AS_IT_IS) + (f"?{query}" if query else "")


def _signed(brought: Request) -> Sequence[tuple[str, str]] | None:
    """The fields that were signed beside the address; none when the body is no form."""
    if brought.method not in METHODS:
        return None
    if brought.method == "GET":  # its fields are in the address
        return ()
    try:
        body = brought.get_data(cache=False).decode()
        return parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS_AT_MOST)
    except ValueError:  # not UTF-8, or more fields than Twilio has
        return None


def _by_name(given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The first of a repeated name counts; PostgreSQL keeps no text with a NUL in it."""
    return {name: value.replace("\0", "") for name, value in reversed(given)}


def form() -> Mapping[str, str]:
    given: Mapping[str, str] = g.fields.form
    return given


def value(name: str) -> str:
    """A parameter, or the one that our own redirect carried on for it."""
    brought: Fields = g.fields
    return brought.form.get(name) or brought.query.get(name, "")


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
