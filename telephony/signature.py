"""Twilio's request signature: computed in ten lines, because every webhook pays for it.

Source: Twilio, Security, "Validating requests": HMAC-SHA1 of the URL and the sorted parameters.
The SDK's RequestValidator is the reference in the tests."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit


def sign(token: str, url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """`url` as Twilio requested it, query included and fragment not; parameters of the form, if any."""
    message = url + "".join(name + value for name, value in sorted(set(parameters)))
    return base64.b64encode(hmac.new(token.encode(), message.encode(), hashlib.sha1).digest()).decode()


def is_ours(signature: str, url: str, parameters: Sequence[tuple[str, str]], tokens: Iterable[str]) -> bool:
    """Signed with one of the tokens; with and without the port, which Twilio drops for https voice.

    `url` as it reached us: a fragment or `user:password@` is never part of what is signed."""
    given = signature.encode()
    return bool(given) and any(
        hmac.compare_digest(sign(token, spelled, parameters).encode(), given)
        for token in tokens
        for spelled in _spellings(url)
    )


def _spellings(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = host.removesuffix(f":{parts.port}")
    rest = url.partition("#")[0].partition("://")[2][len(parts.netloc) :]
    with_port = host if parts.port else f"{host}:{443 if parts.scheme == 'https' else 80}"
    return f"{parts.scheme}://{bare}{rest}", f"{parts.scheme}://{with_port}{rest}"
