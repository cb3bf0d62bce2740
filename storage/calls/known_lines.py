"""Which telephone numbers were lines of ours, and when: other numbers of the account are other people's."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from storage.directory import versions
from storage.directory.versions import DirectoryCache
from storage.models import CallRow, DirectoryVersion

CLOCKS_DIFFER = timedelta(minutes=2)  # between Twilio and whoever has loaded the directory


def between(db: Connection, shelf: DirectoryCache, start: datetime, end: datetime) -> frozenset[str]:
    """Lines of every directory that was in force meanwhile, and those that calls have reached us by."""
    found = {number for version, _, _ in versions.in_force(db, start, end) for number in _of(db, shelf, version)}
    found.update(db.execute(select(CallRow.line).where(CallRow.started_at >= start).distinct()).scalars())
    return frozenset(found)


def version_at(db: Connection, moment: datetime) -> int | None:
    """The directory by which a call went that came then; none before the first was loaded: it was not ours."""
    then = select(func.max(DirectoryVersion.id)).where(DirectoryVersion.loaded_at <= moment + CLOCKS_DIFFER)
    return db.execute(then).scalar()


def is_line(db: Connection, shelf: DirectoryCache, version: int, number: str) -> bool:
    return number in _of(db, shelf, version)


def _of(db: Connection, shelf: DirectoryCache, version: int) -> frozenset[str]:
    return frozenset(line.number for line in shelf.past(db, version).directory.lines)
