"""Bytes handed to a browser: sounds that a player asks for in pieces, files that are saved and never shown."""

import hashlib
import io
from http import HTTPStatus
from typing import Any

from flask import Response, abort, send_file
from sqlalchemy import Row

from telephony.failures import Failure, Refused
from web.audio import Sounds


def sound(sounds: Sounds, voice: Row[Any]) -> Response:
    """404 while there is none, 503 while its storage is away."""
    try:
        content = sounds.of(voice)
    except (FileNotFoundError, Refused):
        abort(HTTPStatus.NOT_FOUND)
    except (Failure, OSError):
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    if content is None:
        abort(HTTPStatus.NOT_FOUND)
    digest = hashlib.sha256(content).hexdigest()
    return send_file(io.BytesIO(content), mimetype="audio/x-wav", conditional=True, etag=digest)


def file(content: bytes, type: str, name: str) -> Response:
    """Whatever it calls itself, a browser saves it."""
    return send_file(io.BytesIO(content), mimetype=type, as_attachment=True, download_name=name)
