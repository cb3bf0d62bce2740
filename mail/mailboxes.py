"""Which mailboxes are read, as `IMAP_URL` names them: one address each, separated by blanks."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    escalation: bool = False  # the hierarchy's own mailbox
    judges: frozenset[str] = frozenset()  # whose Authentication-Results are believed

    @property
    def name(self) -> str:
        """By which the database knows it; no password."""
        return f"{self.user}@{self.host}/{self.folder}"

    @classmethod
    def read(cls, url: str, mail_from: str) -> Self:
        """What the settings have found sound."""
        parts = urlsplit(url)
        options = parse_qs(parts.query, keep_blank_values=True)
        # By default what our own server would call itself: its name, or the domain it receives for.
        judges = options.get("authserv") or [parts.hostname or "", mail_from.rpartition("@")[2]]
        return cls(
            scheme=parts.scheme,
            host=parts.hostname or "",
            port=parts.port or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            escalation="escalation" in options,
            judges=frozenset(judge.lower() for judge in judges if judge),
        )


def addresses(imap_url: str, mail_from: str) -> tuple[Address, ...]:
    """All of them."""
    return tuple(Address.read(url, mail_from) for url in imap_url.split())
