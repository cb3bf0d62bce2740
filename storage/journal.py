"""The journal of all tickets in the database: appended under one lock, verified from the first event."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.database import at_the_end, lasting
from storage.models import Event, JournalHead
from tickets.journal import JSON, Broken, Entry, digest_of, seal
from tickets.journal import first_altered as first_altered_of


def note(
    db: Connection, ticket: str, kind: str, who: str, now: datetime, details: Mapping[str, JSON] | None = None
) -> None:
    """One event of this transaction; appended when it ends, for from then on everybody else's must wait."""
    lasting(db)
    facts = dict(details or {})
    content = {"ticket": ticket, "at": now, "kind": kind, "who": who, "details_digest": digest_of(facts)}
    at_the_end(db, _append).append((content, facts))


def _append(db: Connection, noted: Sequence[tuple[dict[str, Any], Mapping[str, JSON]]]) -> None:
    """Each sealed onto the one before; the head's row is the lock."""
    head = db.execute(select(JournalHead).with_for_update()).one()
    position, digest, rows = head.position, head.digest, []
    for content, facts in noted:
        position, previous = position + 1, digest
        digest = seal(previous, position=position, **content)
        rows.append({**content, "position": position, "details": facts, "previous": previous, "digest": digest})
    db.execute(insert(Event), rows)
    db.execute(update(JournalHead).values(position=position, digest=digest))


def entries(db: Connection) -> Iterator[Entry]:
    for row in db.execute(select(Event.__table__).order_by(Event.position)).yield_per(500):
        yield Entry(**row._asdict())


def first_altered(db: Connection) -> Broken | None:
    """The first event that is not as it was written, a missing end included."""
    head = db.execute(select(JournalHead.digest)).scalar_one()
    return first_altered_of(entries(db), head)


def length(db: Connection) -> int:
    return int(db.execute(select(JournalHead.position)).scalar_one())
