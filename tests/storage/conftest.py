"""Databases that are not yet, or no longer, what this version makes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.support.databases import KINDS, Postgres


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'line.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.fresh() as url:
        database = Database(url)
        with database.begin() as db:
            db.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        database.dispose()
        yield url
