"""Twilio's request signature: computed in ten lines, because every webhook pays for it.

Source: Twilio, Security, "Validating requests": HMAC-SHA1 of the URL and the sorted parameters.
The SDK's RequestValidator is the reference in the tests."""

import base64
import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import urlsplit


def sign(token: str, url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """`url` as Twilio requested it, query included and fragment not; parameters of the form, if any."""
    return _seal(token, url + _in_order(parameters)).decode()


def is_ours(signature: str, url: str, parameters: Sequence[tuple[str, str]], tokens: Iterable[str]) -> bool:
    """Signed with one of the tokens; with and without the port, which Twilio drops for https voice.

    `url` as it reached us: a fragment or `user:password@` is never part of what is signed."""
    if not signature:
        return False
    given, signed = signature.encode(), _in_order(parameters)
    return any(
        hmac.compare_digest(_seal(token, spelled + signed), given) for token in tokens for spelled in _spellings(url)
    )


def _in_order(parameters: Iterable[tuple[str, str]]) -> str:
    return "".join([name + value for name, value in sorted(set(parameters))])


def _seal(token: str, message: str) -> bytes:
    seal = _keyed(token).copy()
    seal.update(message.encode())
    return base64.b64encode(seal.digest())


@lru_cache(maxsize=8)
def _keyed(token: str) -> hmac.HMAC:
    """To be copied: OpenSSL looks its digest up for every new one, at ten times the cost of the digest."""
    return hmac.new(token.encode(), digestmod="sha1")


def _spellings(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = host.removesuffix(f":{parts.port}")
    rest = url.partition("#")[0].partition("://")[2][len(parts.netloc) :]
    with_port = host if parts.port else f"{host}:{443 if parts.scheme == 'https' else 80}"
    return f"{parts.scheme}://{bare}{rest}", f"{parts.scheme}://{with_port}{rest}"
