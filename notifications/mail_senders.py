"""Whom a mail comes from, whether that is so, and what it is about: as far as the directory and our own server tell."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from directory.hours import Closed
from directory.index import Directory
from directory.model import Client
from ivr.effects import KIND_OF, Nature
from notifications import client_mails
from tickets.states import Kind

# Automatic answers at most: what stops a storm, and keeps us from writing to people whom somebody else has named.
TO_ONE = ((timedelta(hours=1), 3), (timedelta(days=1), 10))
TO_STRANGERS = ((timedelta(hours=1), 20), (timedelta(days=1), 100))  # whom nobody vouches for, together
TO_ALL = ((timedelta(hours=1), 120), (timedelta(days=1), 600))
ANSWERED_SINCE = timedelta(days=1)
READ_AT_MOST = 5_000  # characters of a mail in which a service is looked for
# Loss before change before question: what is worst is asked about first.
WORDS: Sequence[tuple[Nature, str]] = (
    (
        Nature.SERVICE_LOSS,
        "pannes?|coupures?|incidents?|indisponibles?|hors service|ne (?:marche|fonctionne) (?:plus|pas)"
        "|interrompue?s?|plus (?:de|d)",
    ),
    (Nature.CHANGE, "modifications?|modifier|changements?|changer|ajouter|ajout|creer|creation|migrer|migration"),
    (Nature.INFORMATION, "renseignements?|informations?|question|devis|comment"),
)


class Verdict(StrEnum):
    """What became of a mail."""

    OPENED = "opened"  # a ticket
    ATTACHED = "attached"  # to a ticket that was there
    AGAIN = "again"  # the same mail, delivered twice
    OURS = "ours"  # come back to us
    BOUNCE = "bounce"  # one of ours did not arrive
    QUARANTINED = "quarantined"  # a robot's, about nothing we know: kept for a person
    SET_APART = "set_apart"  # to read it has ended its reader: only what its headers tell was read


class Withheld(StrEnum):
    """Why whoever wrote was sent no automatic answer."""

    REFUSED = "refused"  # a server says that the mail is not from there
    UNWANTED = "unwanted"
    UNREADABLE = "unreadable"
    SENDER = "sender"  # the ceilings
    STRANGERS = "strangers"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Sender:
    client: Client
    name: str = ""  # of the contact, when it is one of the client's
    is_contact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a mail seems to be about: for a person to confirm."""

    entity: str | None = None
    service: str | None = None
    nature: Nature | None = None

    @property
    def kind(self) -> Kind:
        return KIND_OF[self.nature]


def sender(book: Directory, address: str) -> Sender | None:
    """The contact of that address; else the one client whose domain it is; else nobody."""
    for client in book.directory.clients:
        for contact in client.contacts:
            if contact.email and contact.email.lower() == address:
                return Sender(client, contact.name, is_contact=True)
    domain = address.rpartition("@")[2]
    having = [client for client in book.directory.clients if domain and domain in client.emails]
    return Sender(having[0]) if len(having) == 1 else None


def proposed(book: Directory, client: Client | None, at: datetime, subject: str, text: str) -> Proposal:
    """The one service that is named, among the client's contracts if there are any; the nature by its words."""
    said = _plain(f"{subject}\n{text[:READ_AT_MOST]}")
    day = book.day(at)
    bought = [(each.entity, each.service) for each in client.contracts if each.covers(day)] if client else []
    sold = [(entity.code, service) for entity in book.directory.entities for service in entity.services]
    for offered in filter(None, (bought, sold)):
        found = dict.fromkeys(each for each in offered if _names(said, each[1]))
        if len(found) == 1:
            ((entity, service),) = found
            return Proposal(entity=entity, service=service, nature=_nature(said))
    entities = {entity for entity, _ in bought}
    return Proposal(entity=entities.pop() if len(entities) == 1 else None, nature=_nature(said))


def _nature(said: str) -> Nature | None:
    return next((nature for nature, words in WORDS if re.search(rf"\b(?:{words})\b", said)), None)


def _names(said: str, service: str) -> bool:
    return re.search(rf"\b{re.escape(_plain(service))}\b", said) is not None


def _plain(text: str) -> str:
    """Without accents nor capitals."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join(bare.casefold().replace("’", "'").split())


def ceiling(
    answered: Sequence[tuple[str, bool, datetime]], sender: str, now: datetime, *, verified: bool
) -> Withheld | None:
    """Which one more automatic answer would pass. `answered`: those of late: to whom, whether vouched for, when."""
    theirs = [at for to, _, at in answered if to == sender]
    strangers = [at for _, vouched, at in answered if not vouched]
    if _full(theirs, TO_ONE, now):
        return Withheld.SENDER
    if not verified and _full(strangers, TO_STRANGERS, now):
        return Withheld.STRANGERS
    return Withheld.ALL if _full([at for _, _, at in answered], TO_ALL, now) else None


def _full(answered: Sequence[datetime], most: Sequence[tuple[timedelta, int]], now: datetime) -> bool:
    return any(sum(now - at < span for at in answered) >= number for span, number in most)


def receipt(
    book: Directory, reference: str, *, entity: str | None, client: str | None, asked: str, verified: bool, ask: bool,
    now: datetime,
) -> client_mails.Text:  # fmt: skip
    """What whoever has written is answered: the reference, when the desk reopens, and that a 24/7 client telephones.

    `asked`: their own subject, repeated to nobody who is not vouched for; `ask`: what it is about is not known yet."""
    known = book.known_entity(entity)
    line = book.directory.lines[0] if book.directory.lines else None
    judged = book.judge(line, known, now) if line and known else None
    reopens = judged.reopens if isinstance(judged, Closed) else None
    whose = book.client(client or "")
    may_call = bool(verified and reopens and whose and book.covered(whose, book.day(now), entity))
    return client_mails.receipt(
        book, reference, asked if verified else "", reopens, call=may_call, ask=verified and ask
    )
