"""The journal of all tickets in the database: appended under one lock, verified from the first event."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.database import lasting
from storage.models import Event, JournalHead
from tickets.journal import JSON, Broken, Entry, digest_of, seal
from tickets.journal import first_altered as first_altered_of


def note(
    db: Connection, ticket: str, kind: str, who: str, now: datetime, details: Mapping[str, JSON] | None = None
) -> None:
    """Append one event, sealed onto the one before; the head's row is the lock."""
    lasting(db)
    head = db.execute(select(JournalHead).with_for_update()).one()
    position, facts = head.position + 1, dict(details or {})
    content = {"position": position, "ticket": ticket, "at": now, "kind": kind, "who": who}
    digest = seal(head.digest, **content, details_digest=digest_of(facts))
    sealed = {"details_digest": digest_of(facts), "previous": head.digest, "digest": digest}
    db.execute(insert(Event).values(**content, details=facts, **sealed))
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
