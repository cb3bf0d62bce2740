"""The console, as far as whoever looks at it may see: an admin of some entities reads of their clients alone.

What is changed is changed in the whole: only reading is narrowed, and a part of the directory is never kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask_login import current_user
from sqlalchemy import Connection

from directory.index import Directory
from directory.visibility import part
from storage import sight
from storage.database import Database
from storage.directory.versions import KEPT, DirectoryCache
from web.outside import Outside


def seen(outside: Outside) -> Outside:
    return replace(outside, database=SeenDatabase(outside.database), shelf=SeenShelf(outside.shelf))


class SeenDatabase(Database):
    """The same one."""

    def __init__(self, whole: Database):
        self.__dict__ = whole.__dict__

    @contextmanager
    def read(self) -> Iterator[Connection]:
        entities = current_user.sees
        with super().read() as db:
            yield db if entities is None else sight.narrow(db, entities)


class SeenShelf(DirectoryCache):
    """Books of which a narrow transaction shows a part."""

    def __init__(self, whole: DirectoryCache):
        super().__init__()
        self._shelf = whole
        self._parts: dict[tuple[int, frozenset[str]], Directory] = {}

    def book(self, db: Connection, version: int) -> Directory:
        book, entities = self._shelf.book(db, version), sight.entities_of(db)
        if entities is None:
            return book
        held = self._parts.pop((version, entities), None) or Directory(part(book.directory, entities))
        while len(self._parts) >= KEPT:
            self._parts.pop(next(iter(self._parts)), None)
        self._parts[version, entities] = held
        return held

    def past(self, db: Connection, version: int) -> Directory:
        return self._shelf.past(db, version)
