"""The ids of our own mail, signed: an answer that names one proves that its sender has read it."""

import hmac
import re
from hashlib import sha256

SIGNATURE = 16  # hex digits
_OURS = re.compile(rf"<?\s*([^\s<>@]+)\.([0-9a-f]{{{SIGNATURE}}})@[^\s<>@]+\s*>?")
INSTANCE = "X-Astreinte-Instance"  # header of all our mail


def compose(secret: str, message_id: str, domain: str) -> str:
    """RFC 5322: Message-ID, angle brackets included."""
    return f"<{message_id}.{_signature(secret, message_id)}@{domain}>"


def read(secret: str, written: str) -> str | None:
    """The id that we gave, from a Message-ID of ours; none when it is nobody's, or forged."""
    found = _OURS.fullmatch(written.strip())
    if not found or not hmac.compare_digest(_signature(secret, found[1]), found[2]):
        return None
    return found[1]


def instance(secret: str) -> str:
    """By which our own mail is known when it comes back, without telling anything of the key."""
    return _signature(secret, "instance")


def _signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), f"message-id:{text}".encode(), sha256).hexdigest()[:SIGNATURE]
