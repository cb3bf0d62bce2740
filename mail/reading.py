"""From the bytes of a mail to what it says. RFC 5322, RFC 2045; and what real programs write instead."""

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256
from itertools import islice
from typing import Any

from mailparser_reply import EmailReplyParser

from mail import markup, parsing
from mail.identity import INSTANCE
from mail.letter import Enclosed, Letter

PARTS_AT_MOST = 200
ENCLOSED_AT_MOST = 50
TEXT_AT_MOST = 100_000  # characters
DECODED_AT_MOST = 1_000_000  # bytes of a text part
SAME_AT_MOST = 20  # headers of one name
IDS_AT_MOST = 100  # Message-IDs of a thread, or in a bounce
RECIPIENTS_AT_MOST = 200
ADDRESS_AT_MOST = 320  # characters; RFC 5321: 64 before the @, 255 after it
CHARSET_AT_MOST = 40
TYPE_AT_MOST = 127
REASON_AT_MOST = 200
ID_AT_MOST = 998
NAME_AT_MOST = 120
ENDING_AT_MOST = 20  # of a file's name
QUOTES_AT_MOST = 3_000  # characters in which the end of an answer is looked for; a third of a second at the worst
NO_ALPHABETS = {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"}
HEADER_AT_MOST = 4_000  # characters of one that are read: decoding is slow
# Headers, and which of their values tell a robot.
AUTOMATIC: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("Auto-Submitted", lambda value: value not in ("", "no")),
    ("Precedence", lambda value: value in ("bulk", "junk", "list", "auto_reply")),
    ("X-Autoreply", bool),
    ("X-Autorespond", bool),
    ("X-Auto-Response", bool),
    ("List-Id", bool),
    ("List-Unsubscribe", bool),
    ("X-Loop", bool),
)
SILENT = ("all", "oof", "autoreply")
# What its author wrote; the others are added on the way, and differ from one mailbox to the next.
AUTHORS = (
    "From", "Sender", "Reply-To", "To", "Cc", "Date", "Subject", "Message-ID", "In-Reply-To", "References",
    "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
)  # fmt: skip
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(r"<([^\s<>]+)>")
_FORWARDED = re.compile(r"^-{3,} ?(?:Message d'origine|Message transféré|Original Message) ?-{3,}", re.MULTILINE | re.I)
_FOLDED = re.compile(r"^(Le \S[^\n]{5,150})\n([^\n]{0,120}a écrit ?:)$", re.MULTILINE)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')


def read(raw: bytes) -> Letter:
    """All that can be read; what cannot is said in `incomplete`, never raised."""
    try:
        return _kept(_letter(*parsing.parsed(raw)))
    except Exception as fault:
        return without_body(raw, f"{type(fault).__name__} : le corps ne se lit pas")


def without_body(raw: bytes, why: str) -> Letter:
    """What its headers alone tell; never raised."""
    with suppress(Exception):
        return _kept(_headers(parsing.headers_of(raw), why))
    return Letter(incomplete=why)


def _kept(letter: Letter) -> Letter:
    return Letter(**{name: _keepable(getattr(letter, name)) for name in Letter.__slots__})


def message_id(raw: bytes) -> str:
    """RFC 5322, angle brackets included; "" when it has none that can be read."""
    with suppress(Exception):
        return str(_keepable(next(iter(_ids(parsing.headers_of(raw), "Message-ID")), "")))
    return ""


def essence(raw: bytes) -> str:
    """SHA-256 of what its author wrote: the same for every copy of one mail, whichever way each has come.

    A Message-ID alone is anybody's to write."""
    digest = sha256()
    with suppress(Exception):
        headers = parsing.headers_of(raw)
        for name in AUTHORS:
            written = ["".join(value.split()) for value in _raw(headers, name)]
            digest.update(repr((name, written)).encode("utf-8", "backslashreplace"))
    end = _END_OF_HEADERS.search(raw)
    for chunk in parsing.chunks(raw, end.end() if end else 0):
        digest.update(chunk.translate(None, b" \t\r\n"))  # servers fold and trim lines
    return digest.hexdigest()


def _keepable(value: Any) -> Any:
    """Text without what no database keeps: NUL, and halves of characters."""
    match value:
        case str():
            return value.replace("\x00", "").encode("utf-8", "replace").decode()
        case tuple():
            return tuple(map(_keepable, value))
        case Enclosed():
            return replace(value, name=_keepable(value.name), type=_keepable(value.type))
    return value


def _letter(message: Message, incomplete: str) -> Letter:
    """Whole, unless one of its parts is beyond reading."""
    known = _headers(message, incomplete)
    plain, rich, enclosed, lost = [], [], list[Enclosed](), incomplete
    for number, part in enumerate(_parts(message)):
        if number == PARTS_AT_MOST or len(enclosed) > ENCLOSED_AT_MOST:
            lost = "trop de parties : les dernières n'ont pas été lues"
            break
        if _is_enclosed(part):
            enclosed.append(_enclosed(part, number))
        elif part.get_content_type() == "text/html":
            rich.append(markup.text(_decoded(part)))
        elif part.get_content_maintype() == "text":
            plain.append(_decoded(part))
    text = "\n".join(plain or rich)[:TEXT_AT_MOST].replace("\x00", "")
    values = {name: getattr(known, name) for name in Letter.__slots__}
    is_bounce = known.is_bounce or message.get_content_type() == "multipart/report"
    came_back = _inside(message) if is_bounce else ()
    return Letter(
        **values
        | {
            "text": text,
            "fresh": unquoted(text),
            "enclosed": tuple(enclosed[:ENCLOSED_AT_MOST]),
            "is_bounce": is_bounce,
            "report": _harmless(message) if is_bounce else "",
            "bounced": tuple(dict.fromkeys([*came_back, *(known.answers if is_bounce else ())])),
            "incomplete": lost,
        }
    )


# ---------------------------------------------------------------- headers
def _headers(message: Message, incomplete: str) -> Letter:
    addresses = _addresses(message, "From")
    name, sender = next((each for each in addresses if _is_address(each[1])), ("", ""))
    nearest = [*_ids(message, "In-Reply-To"), *reversed(_ids(message, "References"))]
    return Letter(
        message_id=next(iter(_ids(message, "Message-ID")), "")[:ID_AT_MOST],
        sender=sender,
        sender_name=name[:NAME_AT_MOST],
        recipients=tuple(islice(_recipients(message), RECIPIENTS_AT_MOST)),
        subject=_said(message, "Subject")[:500],
        answers=tuple(dict.fromkeys(nearest[:IDS_AT_MOST])),
        instance=_said(message, INSTANCE)[:NAME_AT_MOST],
        automatic=next(_robots(message), "")[:REASON_AT_MOST],
        silence=any(word in SILENT for word in _words(message, "X-Auto-Response-Suppress")),
        is_bounce=_is_bounce(message, sender),
        is_alone=len(_raw(message, "From")) == len(addresses) == 1,
        judged=" ".join(next(iter(_raw(message, "Authentication-Results")), "").split()),
        incomplete=incomplete,
    )


def _recipients(message: Message) -> Iterator[str]:
    for header in ("To", "Cc", "Delivered-To", "X-Original-To"):
        yield from (address for _, address in _addresses(message, header) if _is_address(address))


def _is_address(text: str) -> bool:
    return text.count("@") == 1 and len(text) <= ADDRESS_AT_MOST


def _raw(message: Message, name: str) -> list[str]:
    """The headers of that name, the outermost first, as they came."""
    named = (str(value) for header, value in message.raw_items() if header.lower() == name.lower())
    return [_repaired(value) for value in islice(named, SAME_AT_MOST)]


def _said(message: Message, name: str) -> str:
    """A header in one line, however it was encoded; as it came, when that cannot be undone."""
    written = next(iter(_raw(message, name)), "").replace("\x00", "")
    with suppress(Exception):
        return " ".join(str(make_header(decode_header(written))).split()) or " ".join(written.split())
    return " ".join(written.split())


def _repaired(value: str) -> str:
    """Bytes above ASCII that nobody encoded, as the parser keeps them: UTF-8, else what Windows writes."""
    value = value[:HEADER_AT_MOST]
    if not any("\udc80" <= letter <= "\udcff" for letter in value):
        return value
    raw = value.encode("ascii", "surrogateescape")
    with suppress(UnicodeDecodeError):
        return raw.decode()
    return raw.decode("cp1252", "replace")


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """Names and addresses of a header that may come several times; of forged ones, whatever stands there."""
    with suppress(Exception):
        found = getaddresses(_raw(message, name))
        return [(_plain_name(name), address.strip().lower()) for name, address in found[:RECIPIENTS_AT_MOST]]
    return []


def _plain_name(name: str) -> str:
    with suppress(Exception):
        return " ".join(str(make_header(decode_header(name))).split())
    return name


def _ids(message: Message, name: str) -> list[str]:
    """Message-IDs, angle brackets included."""
    found = (each for value in _raw(message, name) for each in _MESSAGE_ID.findall(value))
    return [f"<{each}>"[:ID_AT_MOST] for each in found if "@" in each.strip("@")]


def _words(message: Message, name: str) -> list[str]:
    return [word.strip().lower() for word in _said(message, name).split(",")]


def _robots(message: Message) -> Iterator[str]:
    for name, tells in AUTOMATIC:
        value = _said(message, name).partition(";")[0].strip().lower()
        if tells(value):
            yield f"{name}: {value}"


def _is_bounce(message: Message, sender: str) -> bool:
    empty = _said(message, "Return-Path") == "<>"
    return (empty and sender.startswith(("mailer-daemon@", "postmaster@"))) or sender.startswith("mailer-daemon@")


# ---------------------------------------------------------------- parts
def _parts(message: Message) -> Iterator[Message]:
    """Leaves, in order; a mail within the mail is one."""
    ahead = [message]
    while ahead:
        part = ahead.pop()
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            ahead.extend(reversed(_children(part)))
        else:
            yield part


def _first(message: Message) -> Sequence[Message]:
    return tuple(islice(_parts(message), PARTS_AT_MOST))


def _children(part: Message) -> list[Message]:
    return [child for child in part.get_payload() if isinstance(child, Message)]


def _is_enclosed(part: Message) -> bool:
    has_name = bool(part.get_filename())
    return part.get_content_disposition() == "attachment" or has_name or part.get_content_maintype() != "text"


def _enclosed(part: Message, number: int) -> Enclosed:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        children = _children(part) if isinstance(part.get_payload(), list) else []
        content = _bytes(children[0]) if children else b""
        name = "message.eml"
    else:
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else _bytes(part)
        name = f"piece-{number}"
    return Enclosed(name=safe_name(_filename(part)) or name, type=kind[:TYPE_AT_MOST], content=content)


def _bytes(message: Message) -> bytes:
    with suppress(Exception):
        return message.as_bytes()
    return b""


def _filename(part: Message) -> str:
    with suppress(Exception):
        return str(make_header(decode_header(_repaired(str(part.get_filename() or "")))))
    return ""


def safe_name(name: str) -> str:
    """A file name of one's own folder, that hides neither its end nor itself."""
    cleaned = _UNSAFE.sub("_", " ".join(name.split())).strip(". ")
    if len(cleaned) <= NAME_AT_MOST:
        return cleaned
    stem, dot, ending = cleaned.rpartition(".")
    ending = dot + ending[:ENDING_AT_MOST]
    return stem[: NAME_AT_MOST - len(ending)] + ending


def _decoded(part: Message) -> str:
    """Text in whatever alphabet it really is."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    named = str(part.get_content_charset() or "")[:CHARSET_AT_MOST]
    # What calls itself Latin-1 is what Windows writes.
    tried = ("cp1252" if named in ("iso-8859-1", "latin-1", "latin1") else named, "utf-8")
    for charset in filter(None, tried):
        with suppress(LookupError, UnicodeError):
            if codecs.lookup(charset).name not in NO_ALPHABETS:
                return _read_as(charset, raw)
    return raw[:DECODED_AT_MOST].decode("cp1252", "replace")


def _read_as(charset: str, raw: bytes) -> str:
    """Its beginning, when it is long; a character that is cut through there is left out. Raises UnicodeError."""
    if len(raw) <= DECODED_AT_MOST:
        return raw.decode(charset)
    return codecs.getincrementaldecoder(charset)().decode(raw[:DECODED_AT_MOST])


def unquoted(text: str) -> str:
    """What is new in an answer; all of it when nothing would be left."""
    if len(text) > QUOTES_AT_MOST:  # the library's patterns take the square of the length
        head = unquoted(text[:QUOTES_AT_MOST])
        return head if len(head) < QUOTES_AT_MOST // 2 else text.strip()
    here = _FOLDED.sub(r"\1 \2", markup.sparse(_FORWARDED.split(text)[0]))  # and of empty lines, too
    with suppress(Exception):
        here = EmailReplyParser(languages=["fr", "en"]).read(here).latest_reply or ""
    return here.strip() or text.strip()


def _harmless(message: Message) -> str:
    """What a report says that is no failure; "" for one, and for what says nothing: old servers wrote bare texts."""
    kind = str(message.get_param("report-type") or "").lower()
    if kind not in ("", "delivery-status"):
        return kind
    parts = [part for part in _first(message) if part.get_content_type() == "message/delivery-status"]
    groups = [group for part in parts if isinstance(part.get_payload(), list) for group in _children(part)]
    told = [action for group in groups for action in _said(group, "Action").lower().split()[:1]]
    return "" if not told or "failed" in told else told[0][:REASON_AT_MOST]


def _inside(message: Message) -> Sequence[str]:
    """Message-IDs of the mail that a bounce brings back, whole or its headers alone."""
    found: list[str] = []
    for part in _first(message):
        if part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list):
            found += [each for child in _children(part) for each in _ids(child, "Message-ID")]
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            headers = parsing.headers_of(_decoded(part).encode("utf-8", "surrogateescape"))
            found += _ids(headers, "Message-ID")
    return found[:IDS_AT_MOST]
