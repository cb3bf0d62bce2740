"""What is to be done besides speaking: saved in the same transaction, carried out after the call."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tickets.escalations import Wish
from tickets.states import Kind


class Nature(StrEnum):
    SERVICE_LOSS = "service_loss"
    CHANGE = "change"
    INFORMATION = "information"


class Refusal(StrEnum):
    """Why nobody is woken, whatever the hour."""

    NO_OPTION = "no_option"
    CHANGE = "change"
    INFORMATION = "information"
    UNVERIFIED = "unverified"


KIND_OF: dict[Nature | None, Kind] = {
    None: Kind.INCIDENT,
    Nature.SERVICE_LOSS: Kind.INCIDENT,
    Nature.CHANGE: Kind.CHANGE_REQUEST,
    Nature.INFORMATION: Kind.INFORMATION_REQUEST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """A new ticket with what the call has established; `pages` wakes the engineer on call in the same commit."""

    nature: Nature | None = None
    refusal: Refusal | None = None
    verified: bool = False
    entity: str | None = None
    client: str | None = None
    service: str | None = None
    sites: tuple[str, ...] = ()
    pages: bool = False
    held: timedelta = timedelta(0)  # how long the page waits for somebody to accept the call itself
    mail_to: str = ""  # the desk that reads it at reopening; none: nobody is written to

    @property
    def kind(self) -> Kind:
        return KIND_OF[self.nature]


@dataclass(frozen=True, slots=True)
class JoinTicket:
    """The caller reports again what is already known: noted on the ticket."""

    reference: str


@dataclass(frozen=True, slots=True)
class PageAgain:
    """It got worse: somebody is woken again."""

    reference: str


@dataclass(frozen=True, slots=True)
class WrongCode:
    """A code that no client has was typed: counted, for codes can be guessed."""

    beyond: bool = False  # it was the call's only try, so many were wrong before


@dataclass(frozen=True, slots=True)
class WakeNow:
    """Nobody has accepted the call: its page goes out."""

    reference: str


@dataclass(frozen=True, slots=True)
class NoteMessage:
    """A message follows on a ticket that was there before; its desk is told."""

    reference: str
    mail_to: str


@dataclass(frozen=True, slots=True)
class NoteNumber:
    """A withheld caller has typed where to call back, and may not live to confirm it."""

    number: str  # E.164


@dataclass(frozen=True, slots=True)
class SetCaller:
    """A withheld caller has confirmed where to call back."""

    number: str  # E.164


@dataclass(frozen=True, slots=True)
class Escalate:
    """Somebody asks for the hierarchy: what comes of it is the one rule's to say (tickets.escalations)."""

    reference: str
    wish: Wish


Effect = OpenTicket | JoinTicket | PageAgain | WakeNow | NoteMessage | NoteNumber | SetCaller | Escalate | WrongCode
