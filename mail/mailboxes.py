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
    judges: frozenset[str] = frozenset()  # whose Authentication-Results are believed; none: nobody's

    @property
    def name(self) -> str:
        """By which the database knows it; no password."""
        return f"{self.user}@{self.host}/{self.folder}"

    @classmethod
    def read(cls, url: str) -> Self:
        """What the settings have found sound."""
        parts = urlsplit(url)
        options = parse_qs(parts.query, keep_blank_values=True)
        return cls(
            scheme=parts.scheme,
            host=parts.hostname or "",
            port=parts.port or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            escalation="escalation" in options,
            judges=frozenset(judge.lower() for judge in options.get("authserv", ()) if judge),
        )


def addresses(imap_url: str) -> tuple[Address, ...]:
    """All of them."""
    return tuple(Address.read(url) for url in imap_url.split())
