"""The journal of all tickets in the database: appended under one lock, verified from the first event."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage.database import at_the_end, lasting
from storage.models import Event, JournalHead
from storage.tickets import webhooks_out
from tickets.journal import JSON, SALT, Broken, Entry, following, may_be_erased
from tickets.journal import first_altered as first_altered_of


def note(
    db: Connection, ticket: str, kind: str, who: str, now: datetime, details: Mapping[str, JSON] | None = None
) -> None:
    """One event of this transaction; appended when it ends, for from then on everybody else's must wait."""
    lasting(db)
    told = dict(details or {})
    if may_be_erased(told):
        told[SALT] = secrets.token_hex(8)
    noted = {"ticket": ticket, "at": now, "kind": kind, "who": who, "details": told}
    at_the_end(db, _append).append(noted)


def last(db: Connection, ticket: str, kind: str) -> Row[Any] | None:
    """The newest event of that kind."""
    found = select(Event.__table__).where(Event.ticket == ticket, Event.kind == kind)
    return db.execute(found.order_by(Event.position.desc()).limit(1)).one_or_none()


def _append(db: Connection, noted: Sequence[dict[str, Any]]) -> None:
    """Each sealed onto the one before; the head's row is the lock."""
    head = db.execute(select(JournalHead).with_for_update()).one()
    position, digest, rows = head.position, head.digest, []
    for event in noted:
        entry = following(position, digest, **event)
        position, digest = entry.position, entry.digest
        rows.append(asdict(entry))
    db.execute(insert(Event), rows)
    webhooks_out.queue(db, rows)
    db.execute(update(JournalHead).values(position=position, digest=digest))


def of_ticket(db: Connection, ticket: str) -> Sequence[Row[Any]]:
    """All that has happened to it, in order."""
    return db.execute(select(Event.__table__).where(Event.ticket == ticket).order_by(Event.position)).all()


def entries(db: Connection, ticket: str | None = None) -> Iterator[Entry]:
    """All of them, or a ticket's, with their seals."""
    wanted = select(Event.__table__).order_by(Event.position)
    wanted = wanted.where(Event.ticket == ticket) if ticket else wanted
    for row in db.execute(wanted).yield_per(500):
        yield Entry(**row._asdict())


def first_unknown(db: Connection, extract: Iterable[Entry]) -> Broken | None:
    """The first entry of an extract that this journal does not have, sealed as it is."""
    for entry in extract:
        ours = db.execute(select(Event.digest).where(Event.position == entry.position)).scalar()
        if ours != entry.digest:
            return Broken(entry.position, "le journal ne l'a pas, ou pas ainsi")
    return None


def first_altered(db: Connection) -> Broken | None:
    """The first event that is not as it was written, a missing end included."""
    head = db.execute(select(JournalHead.digest)).scalar_one()
    return first_altered_of(entries(db), head)


def length(db: Connection) -> int:
    return int(db.execute(select(JournalHead.position)).scalar_one())
