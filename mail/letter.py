"""A mail as it came, read as far as it can be: nothing in it is trusted, and nothing in it stops the reader."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """An attachment; its name is safe to keep and to show."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    message_id: str = ""  # RFC 5322, angle brackets included; "" when it has none
    sender: str = ""  # address, lower case
    sender_name: str = ""
    recipients: Sequence[str] = ()  # To, Cc, and where it was delivered, lower case
    subject: str = ""
    answers: Sequence[str] = ()  # Message-IDs, the nearest first
    text: str = ""  # plain, quotes included
    fresh: str = ""  # what the sender has written now, quotes cut off
    enclosed: Sequence[Enclosed] = ()
    instance: str = ""  # header of our own mail
    automatic: str = ""  # why it is taken for a robot's; "" for a person's
    silence: bool = False  # RFC 3834, Exchange: no automatic answer is wanted
    bounced: Sequence[str] = ()  # Message-IDs of what came back; also set, when empty, by `is_bounce`
    is_bounce: bool = False  # or another report of a server's
    report: str = ""  # RFC 3464: what it says instead of "failed"; RFC 8098: that it was displayed
    is_alone: bool = False  # From names one address, once: of two senders nobody vouches for either
    judged: str = ""  # RFC 8601: the outermost Authentication-Results in one line, whoever wrote it
    incomplete: str = ""  # what could not be read
    is_apart: bool = False  # reading it has ended its reader: nothing but its headers was read
