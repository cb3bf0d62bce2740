"""Opening what a command needs, with a sentence for whoever lacks it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, make_url

from settings import Settings
from storage import schema, server_clock
from storage.database import Database


class NoDatabase(Exception):
    """Nothing has been made yet; looking at it would make an empty one."""


def settings(*, line: bool = False) -> Settings:
    return Settings.read(os.environ, line=line)


@contextmanager
def database(*, ready: bool = True) -> Iterator[Database]:
    """The configured database; `ready` demands that it be there, with this version's schema."""
    url = settings().database_url
    if ready:
        exists(url)
    opened = Database(url)
    try:
        if ready:
            schema.check(opened)
        yield opened
    finally:
        opened.dispose()


def now(opened: Database) -> datetime:
    """By the clock that dates everything in that database."""
    return server_clock.now(opened, settings().clock())


@contextmanager
def reading() -> Iterator[Connection]:
    with database() as opened, opened.read() as db:
        yield db


def exists(url: str) -> None:
    """Raise NoDatabase for a file that is not there; a server is asked when it is opened."""
    named = make_url(url)
    if (
        named.get_backend_name() == "sqlite"
        and named.database != ":memory:"
        and not Path(named.database or "").is_file()
    ):
        raise NoDatabase(
            f"Aucune base n'existe encore ({named.database}) : « astreinte db upgrade » la crée,"
            " puis « astreinte load nvl.toml » y charge l'annuaire."
        )
