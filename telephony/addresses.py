"""Addresses that carry their own permission: the link in an engineer's SMS, a message that Twilio plays.

Signed with SECRET_KEY. A link must be short: an SMS has 160 characters."""

import base64
import hmac
import re
from datetime import datetime, timedelta

from settings import Settings

SIGNATURE = 12  # letters of base64: 72 bits, tried one request at a time
AUDIO_FOR = timedelta(hours=1)
ON_CALL = "call=1"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LINK = re.compile(rf"([\w-]{{{SIGNATURE}}})([0-9a-z]{{1,12}})", re.ASCII)
_AUDIO = re.compile(r"(RE[0-9a-f]{32})-([0-9]{1,12})-([\w-]{32})", re.ASCII)


def link(settings: Settings, attempt: int) -> str:
    """The one-tap link of an attempt: for its person, its ticket. Its age is the attempt's."""
    key = _base36(attempt)
    return f"{settings.public_url}/t/{_sign(settings, 'take', key, SIGNATURE)}{key}"


def shift_link(settings: Settings, shift: int) -> str:
    """Where whoever takes a shift up says so; valid as long as the shift."""
    key = _base36(shift)
    return f"{settings.public_url}/s/{_sign(settings, 'shift', key, SIGNATURE)}{key}"


def shift_of(settings: Settings, token: str) -> int | None:
    """The shift of a link's token; none unless we have signed it."""
    return _number_in(settings, "shift", token)


def handover_link(settings: Settings, handover: int) -> str:
    """Where a colleague answers to a turn that is asked of them; valid as long as the turn."""
    key = _base36(handover)
    return f"{settings.public_url}/h/{_sign(settings, 'handover', key, SIGNATURE)}{key}"


def handover_of(settings: Settings, token: str) -> int | None:
    """The hand-over of a link's token; none unless we have signed it."""
    return _number_in(settings, "handover", token)


def attempt_of(settings: Settings, token: str) -> int | None:
    """The attempt of a link's token; none unless we have signed it."""
    return _number_in(settings, "take", token)


def _number_in(settings: Settings, purpose: str, token: str) -> int | None:
    found = _LINK.fullmatch(token)
    if not found or not hmac.compare_digest(found[1], _sign(settings, purpose, found[2], SIGNATURE)):
        return None
    return int(found[2], 36)


def audio(settings: Settings, recording: str, now: datetime) -> str:
    """Where a message can be listened to for an hour."""
    said = f"{recording}-{int((now + AUDIO_FOR).timestamp())}"
    return f"{settings.public_url}/audio/{said}-{_sign(settings, 'audio', said, 32)}.wav"


def audio_on_call(settings: Settings, recording: str, now: datetime) -> str:
    """The same for <Play>: where the sound is not to be had after all, a signal answers and the call goes on."""
    return f"{audio(settings, recording, now)}?{ON_CALL}"


def recording_of(settings: Settings, token: str, now: datetime) -> str | None:
    """The recording of an audio address (its last part, without .wav); none when foreign or expired."""
    found = _AUDIO.fullmatch(token)
    if not found or not hmac.compare_digest(found[3], _sign(settings, "audio", f"{found[1]}-{found[2]}", 32)):
        return None
    return found[1] if now.timestamp() < int(found[2]) else None


def _sign(settings: Settings, purpose: str, said: str, letters: int) -> str:
    digest = hmac.digest(settings.secret_key.encode(), f"{purpose}:{said}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode()[:letters]


def _base36(number: int) -> str:
    figures = ""
    while number:
        number, figure = divmod(number, 36)
        figures = _DIGITS[figure] + figures
    return figures or "0"
