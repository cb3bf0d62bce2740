"""A client's message at an address that carries its permission: for the link's page, and for Twilio's <Play>."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from flask import Blueprint, Response, request, send_file
from sqlalchemy import Row

from recordings import signal, soundness
from storage.calls import listening, voicemails
from telephony import addresses
from telephony.failures import Failure, Refused
from web.errors import said
from web.outside import Outside

if TYPE_CHECKING:
    from storage.audio import AudioStore
    from telephony.rest import Twilio

EXPIRED = "Cette adresse de message n'est plus valable : ouvrez de nouveau la page du ticket."
GONE = "Ce message n'est plus là."
NOT_YET = "Ce message n'est pas encore disponible : réessayez dans un instant."
log = structlog.get_logger()


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("audio", __name__)
    sounds = Sounds(outside)

    @routes.get("/audio/<token>.wav")
    def listen(token: str) -> Response:
        """The sound, whole or in the pieces that a player asks for."""
        if request.query_string == addresses.ON_CALL.encode():
            return _on_call(lambda: _listen(outside, sounds, token))
        return _listen(outside, sounds, token)

    return routes


def _on_call(listen: Callable[[], Response]) -> Response:
    """Twilio ends a call whose <Play> fails: on the telephone something is heard in any case."""
    try:
        answer = listen()
    except Exception:
        log.exception("sound not to be had")
        return _played(signal.missing())
    return answer if answer.status_code < HTTPStatus.BAD_REQUEST else _played(signal.missing())


def _listen(outside: Outside, sounds: Sounds, token: str) -> Response:
    recording = addresses.recording_of(outside.settings, token, outside.clock())
    if recording is None:
        return said(404, EXPIRED)
    with outside.database.read() as db:
        voicemail = voicemails.find(db, recording)
    if voicemail is None or voicemail.state in (voicemails.ABSENT, voicemails.PURGED):
        return said(404, GONE)
    try:
        sound = sounds.of(voicemail)
    except (FileNotFoundError, Refused):
        return said(404, GONE)
    except (Failure, OSError) as trouble:
        log.warning("sound not to be had", recording=recording, trouble=str(trouble))
        return _later(503)
    if sound is None:
        return _later(404)
    if fault := soundness.fault(sound, None, 0):
        log.error("sound spoilt", recording=recording, fault=fault)
        return said(404, GONE)
    answer = _played(sound)
    if voicemail.ticket and request.method == "GET" and answer.status_code != 304:
        with outside.database.begin(lasting=False) as db:
            listening.note(db, voicemail.ticket, recording, outside.clock())
    return answer


class Sounds:
    """Where the sound of a message is to be had; opened at the first listening, after the server's fork."""

    def __init__(self, outside: Outside):
        self._outside = outside

    def of(self, voicemail: Row[Any]) -> bytes | None:
        """Ours once it is kept, else Twilio's, passed through; none while Twilio does not have it.

        Raises FileNotFoundError, OSError, Failure."""
        if voicemail.place:
            return self._kept.get(voicemail.place)
        audio = self._twilio.recording(voicemail.recording)
        return audio.content if audio else None

    def kept(self, place: str) -> bytes:
        """Raises FileNotFoundError, OSError."""
        return self._kept.get(place)

    def keep(self, place: str, content: bytes) -> None:
        """Raises OSError."""
        self._kept.put(place, content)

    @cached_property
    def _kept(self) -> AudioStore:
        from storage.audio import AudioStore

        return self._outside.audio or AudioStore(self._outside.settings.recordings_url)

    @cached_property
    def _twilio(self) -> Twilio:
        from telephony.rest import Twilio

        return self._outside.twilio or Twilio(self._outside.settings)


def _played(sound: bytes) -> Response:
    """A player seeks by asking for ranges, also of what is only passed through."""
    digest = hashlib.sha256(sound).hexdigest()
    return send_file(io.BytesIO(sound), mimetype="audio/x-wav", conditional=True, etag=digest)


def _later(status: int) -> Response:
    answer = said(status, NOT_YET)
    answer.headers["Retry-After"] = "5"
    return answer
