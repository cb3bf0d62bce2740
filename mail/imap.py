"""A mailbox read over IMAP: what came since last time, one message after another, nothing moved or deleted there."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from mail.mailboxes import Address

TIMEOUT = 10.0  # seconds a server may be silent
LARGEST = 50_000_000  # bytes; of a larger mail only the headers are read
_SIZE, _DATE = re.compile(rb"RFC822\.SIZE (\d+)"), re.compile(rb'INTERNALDATE "([^"]+)"')
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxTrouble(Exception):
    """The server is away, or refuses; later may help."""


@dataclass(frozen=True, slots=True)
class Fetched:
    uid: int
    raw: bytes
    received_at: datetime  # IMAP: INTERNALDATE, when our own server had it


class Post:
    """An open mailbox."""

    def __init__(self, box: BaseMailBox, address: Address):
        self._box, self.address = box, address
        status = box.folder.status(address.folder, ["UIDVALIDITY", "UIDNEXT"])
        self.validity = int(status["UIDVALIDITY"])
        self.last_uid = int(status["UIDNEXT"]) - 1  # of all that lay there when it was opened

    def unread(self, since: datetime | None) -> list[int]:
        """What nobody has read, of what lay there when it was opened, and what came since the eve of that day."""
        found = set(self._box.uids("UNSEEN"))
        if since is not None:
            eve = since - timedelta(days=1)
            found |= set(self._box.uids(f"SINCE {eve.day}-{MONTHS[eve.month - 1]}-{eve.year}"))
        return sorted(uid for uid in map(int, found) if uid <= self.last_uid)

    def since(self, uid: int) -> list[int]:
        """What came after that one. `n:*` always names the last one, be it older."""
        return sorted(each for each in map(int, self._box.uids(f"UID {uid + 1}:*")) if each > uid)

    def fetch(self, uid: int) -> Fetched | None:
        """Whole, without marking it as read; None when somebody has deleted it meanwhile."""
        about = self._ask(uid, "(RFC822.SIZE INTERNALDATE)")
        if about is None:
            return None
        size, date = _SIZE.search(about[0]), _DATE.search(about[0])
        wanted = "BODY.PEEK[HEADER]" if size and int(size[1]) > LARGEST else "BODY.PEEK[]"
        body = self._ask(uid, f"({wanted})")
        if body is None or body[1] is None:
            return None
        return Fetched(uid, body[1], _instant(date[1].decode()) if date else datetime.now(UTC))

    def mark(self, uid: int) -> None:
        """As read, for whoever looks into the mailbox; refused on one that is only to be read."""
        with suppress(Exception):
            self._box.flag(str(uid), "\\Seen", True)

    def wait(self, seconds: float) -> None:
        """IDLE: until the server says anything, or for so long."""
        self._box.idle.wait(timeout=seconds)

    def _ask(self, uid: int, what: str) -> tuple[bytes, bytes | None] | None:
        status, told = self._box.client.uid("fetch", str(uid), what)
        if status != "OK":
            raise MailboxTrouble(f"FETCH : {status}")
        for each in told:
            if isinstance(each, tuple):
                return each[0], each[1]
            if isinstance(each, bytes) and b"UID" in each:
                return each, None
        return None


@contextmanager
def opened(address: Address) -> Iterator[Post]:
    """Raises MailboxTrouble, whatever goes wrong between us and the server."""
    try:
        box = _connected(address)
        try:
            box.login(address.user, address.password, address.folder)
            yield Post(box, address)
        finally:
            with suppress(Exception):  # a bad goodbye takes nothing back
                box.logout()
    except (OSError, imaplib.IMAP4.error, _imap_tools_error()) as fault:
        raise MailboxTrouble(f"{type(fault).__name__} : {str(fault)[:200]}") from fault


def _connected(address: Address) -> BaseMailBox:
    context = ssl.create_default_context()
    match address.scheme:
        case "imaps":
            return MailBox(address.host, address.port, timeout=TIMEOUT, ssl_context=context)
        case "imap+starttls":
            return MailBoxStartTls(address.host, address.port, timeout=TIMEOUT, ssl_context=context)
        case _:
            return MailBoxUnencrypted(address.host, address.port, timeout=TIMEOUT)


def _imap_tools_error() -> type[Exception]:
    from imap_tools.errors import ImapToolsError

    return ImapToolsError


def _instant(text: str) -> datetime:
    """RFC 3501 date-time: " 7-Sep-2026 22:04:00 +0200"; the months are English everywhere."""
    day, month, rest = text.strip().split("-", 2)
    return datetime.strptime(f"{day}-{MONTHS.index(month) + 1}-{rest}", "%d-%m-%Y %H:%M:%S %z").astimezone(UTC)
