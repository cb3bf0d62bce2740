"""The journal: events that are only ever added, each sealed over the one before it.

The seal holds the digest of an event's details, not the details: personal data can be erased when its time
has come, and the chain still shows that nothing else was touched. An entry at the end may be taken away
unseen unless the last seal is also known from elsewhere (`head`)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

# No float: databases do not all write one as they have read it.
JSON = bool | int | str | Sequence["JSON"] | Mapping[str, "JSON"] | None

# Details with one of these may have to be erased; a random part keeps them from being guessed from their digest.
PERSONAL = frozenset({"caller", "number", "to", "text", "why", "waived", "manager"})
SALT = "salt"
GENESIS = "0" * 64  # what the first entry calls its previous one


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    position: int  # 1, 2, 3 …
    ticket: str
    at: datetime  # aware
    kind: str
    who: str
    details: Mapping[str, JSON] | None  # none: erased
    details_digest: str
    previous: str  # digest of the entry before
    digest: str


@dataclass(frozen=True, slots=True)
class Broken:
    position: int
    reason: str  # in French, for the person who checks


def may_be_erased(details: Mapping[str, JSON]) -> bool:
    return not PERSONAL.isdisjoint(details)


def plain(details: Mapping[str, JSON] | None) -> dict[str, JSON]:
    """Details as people and programs read them; nothing where they were erased."""
    return {name: value for name, value in (details or {}).items() if name != SALT}


def digest_of(details: Mapping[str, JSON]) -> str:
    """A digest of details; short ones can be guessed from it, so what is to be erased needs a random part."""
    return _sha256(details)


def seal(previous: str, *, position: int, ticket: str, at: datetime, kind: str, who: str, details_digest: str) -> str:
    """The digest of an entry."""
    assert at.tzinfo is not None, "a naive time would be sealed differently on another machine"
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256([previous, position, ticket, moment, kind, who, details_digest])


def following(
    position: int, previous: str, *, ticket: str, at: datetime, kind: str, who: str, details: Mapping[str, JSON]
) -> Entry:
    """The entry to add after the one at that position with that digest; after 0 and GENESIS, the first."""
    position += 1
    details_digest = digest_of(details)
    return Entry(
        position=position,
        ticket=ticket,
        at=at,
        kind=kind,
        who=who,
        details=details,
        details_digest=details_digest,
        previous=previous,
        digest=seal(
            previous,
            position=position,
            ticket=ticket,
            at=at,
            kind=kind,
            who=who,
            details_digest=details_digest,
        ),
    )


def as_json(entry: Entry) -> dict[str, JSON]:
    """An entry for whoever checks it elsewhere, with all that its seal is made of."""
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {name: getattr(entry, name) for name in Entry.__slots__} | {"at": moment}


def from_json(told: Mapping[str, Any]) -> Entry:
    """Raises ValueError for what is no entry."""
    try:
        entry = Entry(**{**told, "at": datetime.fromisoformat(told["at"])})
        entry.at.astimezone(UTC)
    except (TypeError, KeyError, AttributeError) as fault:
        raise ValueError("ce n'est pas un événement du journal") from fault
    return entry


def first_altered_alone(entries: Iterable[Entry]) -> Broken | None:
    """The first entry of an extract that is not as it was sealed, or stands out of its order.

    What lies between them is not there: that nothing was left out only the whole journal shows."""
    last = 0
    for entry in entries:
        if entry.position <= last:
            return Broken(entry.position, "les événements ne sont pas dans leur ordre")
        if reason := _fault(entry, entry.position, entry.previous):
            return Broken(entry.position, reason)
        last = entry.position
    return None


def first_altered(entries: Iterable[Entry], head: str | None = None) -> Broken | None:
    """The first fault of a whole journal, read in its order; `head` is the last seal as known elsewhere."""
    position, previous = 0, GENESIS
    for position, entry in enumerate(entries, start=1):
        if reason := _fault(entry, position, previous):
            return Broken(position, reason)
        previous = entry.digest
    if head is not None and head != previous:
        return Broken(position + 1, "la fin du journal manque : le dernier scellé connu n'est pas atteint")
    return None


def _fault(entry: Entry, position: int, previous: str) -> str:
    if entry.position != position:
        return f"position {entry.position} au lieu de {position} : un événement manque ou est déplacé"
    if entry.previous != previous:
        return "l'événement ne suit pas le précédent : un événement a été remplacé, ajouté ou retiré"
    if entry.details is not None and digest_of(entry.details) != entry.details_digest:
        return "les détails ont été modifiés"
    sealed = seal(
        entry.previous,
        position=entry.position,
        ticket=entry.ticket,
        at=entry.at,
        kind=entry.kind,
        who=entry.who,
        details_digest=entry.details_digest,
    )
    return "" if sealed == entry.digest else "le contenu a été modifié"


def _sha256(content: JSON) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), default=dict)
    return sha256(canonical.encode("ascii")).hexdigest()
