"""The bytes of a mail cut into its parts, as far as our bounds go: all that comes after sees no more than this."""

import email.policy
from collections.abc import Iterator, Sequence
from contextlib import suppress
from email.message import Message
from email.parser import BytesFeedParser, BytesHeaderParser
from itertools import count
from typing import Any

HEADERS_AT_MOST = 100_000  # characters of the first headers
LINES_AT_MOST = 1_000_000  # a mail of 50 MB has 700,000
MESSAGES_AT_MOST = 400  # parts, those that only hold others included
DEPTH_AT_MOST = 20  # every line is compared with the boundary of each part around it
FIELDS_AT_MOST = 10_000  # headers of all parts together
PARAMETERS_AT_MOST = 2_000  # characters of Content-Type and its kin: their parameters take the square of the length
CHUNK = 65_536


class Beyond(Exception):
    """There is more than is read; its words say of what."""


class Bounded(email.policy.Compat32):
    """Headers as they came, of which parameters are read no further than that."""

    number: Any = None

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        if self.number and next(self.number) > FIELDS_AT_MOST:
            raise Beyond("trop d'en-têtes : le reste n'a pas été lu")
        name, value = super().header_source_parse(list(sourcelines))
        return name, value[:PARAMETERS_AT_MOST] if name.lower().startswith("content-") else value


def parsed(raw: bytes) -> tuple[Message, str]:
    """The mail, and what was left out of it."""
    parts = _Parts()
    parser = BytesFeedParser(parts, policy=Bounded(number=count(1)))  # type: ignore[call-arg, arg-type]
    parts.begin()
    try:
        left_out = _feed(parser, raw)
        return parser.close(), left_out
    except Beyond as beyond:
        return parts.whole, str(beyond)


def headers_of(raw: bytes) -> Message:
    return BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw[:HEADERS_AT_MOST])


def _feed(parser: Any, raw: bytes) -> str:
    lines = 0
    for chunk in chunks(raw):
        lines += chunk.count(b"\n") + chunk.count(b"\r")
        if lines > 2 * LINES_AT_MOST:
            return "trop de lignes : les dernières n'ont pas été lues"
        parser.feed(chunk)
    return ""


def chunks(raw: bytes, begin: int = 0) -> Iterator[bytes]:
    """The mail in pieces, without a second copy of it."""
    return (raw[at : at + CHUNK] for at in range(begin, len(raw), CHUNK))


class _Parts:
    """Makes each part, and counts them; what was made before the bound stays readable."""

    def __init__(self) -> None:
        self._made: list[Message] = []

    def begin(self) -> None:
        """The parser has tried whether we can make one."""
        self._made.clear()

    def __call__(self, policy: Any) -> Message:
        if len(self._made) >= MESSAGES_AT_MOST:
            raise Beyond("trop de parties : les dernières n'ont pas été lues")
        if self._made and _depth(self._made[0]) > DEPTH_AT_MOST:
            raise Beyond("trop de parties les unes dans les autres : le reste n'a pas été lu")
        self._made.append(Message(policy=policy))
        return self._made[-1]

    @property
    def whole(self) -> Message:
        return self._made[0]


def _depth(message: Message) -> int:
    """How many parts lie in one another at the place that was read last."""
    depth = 0
    with suppress(IndexError):
        while message.is_multipart():
            message, depth = message.get_payload()[-1], depth + 1  # type: ignore[index, assignment]
    return depth
