"""Bytes handed to a browser: sounds that a player asks for in pieces, files that are saved and never shown."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from flask import Response, abort, send_file
from sqlalchemy import Row

from telephony.failures import Failure, Refused
from web.audio import Sounds

log = structlog.get_logger()


def sound(sounds: Sounds, voice: Row[Any]) -> Response:
    content = _had(lambda: sounds.of(voice))
    digest = hashlib.sha256(content).hexdigest()
    return send_file(io.BytesIO(content), mimetype="audio/x-wav", conditional=True, etag=digest)


def attached(sounds: Sounds, attachment: Row[Any]) -> Response:
    """A file that came with a mail, or was sent on the portal."""
    return file(_had(lambda: sounds.kept(attachment.place)), "application/octet-stream", attachment.name)


def file(content: bytes, type: str, name: str) -> Response:
    """Whatever it calls itself, a browser saves it."""
    return send_file(io.BytesIO(content), mimetype=type, as_attachment=True, download_name=name)


def _had(fetch: Callable[[], bytes | None]) -> bytes:
    """404 while there is none, 503 while its storage is away."""
    try:
        content = fetch()
    except (FileNotFoundError, Refused):
        abort(HTTPStatus.NOT_FOUND)
    except (Failure, OSError) as trouble:
        log.warning("bytes not to be had", trouble=str(trouble))
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    return content if content is not None else abort(HTTPStatus.NOT_FOUND)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """CSV as spreadsheets here open it: semicolons, and the mark by which they know UTF-8."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows([heads, *rows])
    return file(b"\xef\xbb\xbf" + written.getvalue().encode(), "text/csv", name)
