"""Versions of the directory: the newest serves new calls, a call keeps the one it began with."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from directory.index import Directory
from directory.model import DirectoryData
from directory.visibility import Part
from storage import directory as files
from storage.database import one_at_a_time
from storage.models import CallRow, Chore, DirectoryVersion

PUBLISHING = "shifts"  # the chore that publishes the rotas
PUBLISHED_AFTER = timedelta(minutes=2)
NONE = 0  # the version before the first one
_ONE_AT_A_TIME = 3123  # of whoever changes the directory
KEPT = 8  # versions held by a process: the newest, and those of calls still going on
KEPT_WITHOUT_CLIENTS = 400  # a year of changes to the rotas

_NEWEST = select(func.max(DirectoryVersion.id))


class NoDirectory(Exception):
    """Aucun annuaire n'est chargé : lancez « astreinte load nvl.toml »."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class Why:
    """Of turns that are announced late: a reason, and whether whoever takes them agrees."""

    reason: str = ""
    agreed: bool = False


UNSAID = Why()


def load(db: Connection, directory: DirectoryData, now: datetime, who: str = "", why: Why = UNSAID) -> bool:
    """Make this the newest version; False when it already is. `who`: as in the journal; nobody on a terminal."""
    if isinstance(directory, Part):
        raise TypeError("a part of the directory is no directory")
    document = files.to_json(directory)
    digest = hashlib.sha256(document.encode()).hexdigest()
    newest = select(DirectoryVersion.digest).order_by(DirectoryVersion.id.desc()).limit(1)
    if db.execute(newest).scalar() == digest:
        return False
    row = {"loaded_at": now, "digest": digest, "document": document, "who": who}
    db.execute(insert(DirectoryVersion).values(**row, reason=why.reason, agreed=why.agreed))
    # Several changes one after the other are published, and told, together.
    db.execute(update(Chore).where(Chore.name == PUBLISHING).values(run_at=now + PUBLISHED_AFTER, tries=0))
    return True


def is_empty(db: Connection) -> bool:
    """No directory has been loaded yet."""
    return newest_if_any(db) == NONE


def newest_if_any(db: Connection) -> int:
    """NONE before the first one."""
    return db.execute(_NEWEST).scalar() or NONE


def newest(db: Connection) -> int:
    """The version that serves a call beginning now. Raises NoDirectory."""
    if (version := newest_if_any(db)) == NONE:
        raise NoDirectory
    return version


def succeed(
    db: Connection, seen: int, directory: DirectoryData, now: datetime, who: str = "", why: Why = UNSAID
) -> bool:
    """Make this the newest version, unless another one has come since the one that it was made from.

    `seen`: that one; NONE for the first of all."""
    one_at_a_time(db, _ONE_AT_A_TIME, "")
    return newest_if_any(db) == seen and load(db, directory, now, who, why)


def before(db: Connection, version: int) -> int | None:
    """The version that this one took over from."""
    return db.execute(select(func.max(DirectoryVersion.id)).where(DirectoryVersion.id < version)).scalar()


def listed(db: Connection, at_most: int) -> Sequence[Row[int, datetime, str]]:
    """The newest versions: id, loaded_at, who."""
    wanted = select(DirectoryVersion.id, DirectoryVersion.loaded_at, DirectoryVersion.who)
    return list(db.execute(wanted.order_by(DirectoryVersion.id.desc()).limit(at_most)).all())


def began(db: Connection) -> datetime:
    """When the first directory was loaded. Raises NoDirectory."""
    first: datetime | None = db.execute(select(func.min(DirectoryVersion.loaded_at))).scalar()
    if first is None:
        raise NoDirectory
    return first


def in_force(db: Connection, start: datetime, end: datetime) -> list[tuple[int, datetime, datetime]]:
    """The versions by which [start, end) went or will go, each with its part of it: an edit never moves history.

    Before the first one was loaded, the first one counts. Raises NoDirectory."""
    rows = db.execute(select(DirectoryVersion.id, DirectoryVersion.loaded_at).order_by(DirectoryVersion.id)).all()
    if not rows:
        raise NoDirectory
    found, until = [], end
    for row in reversed(rows):
        starts = start if row is rows[0] else max(start, row.loaded_at)
        if starts < until:
            found.append((row.id, starts, until))
            until = starts
    return found[::-1]


class DirectoryCache:
    """The books a process has open, by version; a version never changes, so a book stays right."""

    def __init__(self) -> None:
        self._whole: dict[int, Directory] = {}
        self._without_clients: dict[int, Directory] = {}

    def book(self, db: Connection, version: int) -> Directory:
        book = self._whole.pop(version, None) or Directory(files.from_json(_document(db, version)))
        return _kept(self._whole, KEPT, version, book)

    def past(self, db: Connection, version: int) -> Directory:
        """Without its clients: who was on call, and when it was open. Months go by dozens of versions."""
        held = self._without_clients
        book = held.pop(version, None) or Directory(files.from_json(_document(db, version), with_clients=False))
        return _kept(held, KEPT_WITHOUT_CLIENTS, version, book)

    def newest(self, db: Connection) -> Directory:
        return self.book(db, newest(db))

    def for_ticket(self, db: Connection, ticket: Row[Any]) -> Directory:
        """The newest that has the ticket's entity: where it is gone, its people still answer.

        None that is older than the ticket's call, or than the ticket, is looked at."""
        book = self.newest(db)
        if ticket.entity is None or book.known_entity(ticket.entity):
            return book
        older = (version for version in _since(db, ticket) if self.past(db, version).known_entity(ticket.entity))
        version = next(older, NONE)
        return self.book(db, version) if version else book


def _since(db: Connection, ticket: Row[Any]) -> Iterator[int]:
    """The versions that a ticket has lived by before the newest, the last one first."""
    of_call = db.execute(select(CallRow.directory).where(CallRow.sid == ticket.call)).scalar()
    in_force_then = select(func.max(DirectoryVersion.id)).where(DirectoryVersion.loaded_at <= ticket.opened_at)
    oldest, version = of_call or db.execute(in_force_then).scalar() or NONE, newest(db)
    while (version := before(db, version) or NONE) >= max(oldest, 1):
        yield version


def _document(db: Connection, version: int) -> str:
    return str(db.execute(select(DirectoryVersion.document).where(DirectoryVersion.id == version)).scalar_one())


def _kept(held: dict[int, Directory], at_most: int, version: int, book: Directory) -> Directory:
    """What was last asked for goes last."""
    while len(held) >= at_most:
        held.pop(next(iter(held)), None)
    held[version] = book
    return book
