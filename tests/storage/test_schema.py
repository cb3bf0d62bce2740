"""The schema: the steps and the models say the same, and two processes that upgrade at once do it once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from storage import schema
from storage.database import Database
from tests.databases import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'line.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.fresh() as url:
        database = Database(url)
        with database.begin() as db:
            db.execute(text("DROP SCHEMA public CASCADE"))
            db.execute(text("CREATE SCHEMA public"))
        database.dispose()
        yield url


def test_the_steps_make_what_the_models_say(database: Database) -> None:
    with database.read() as db:
        assert schema.differences(db) == []


def test_the_newest_step_is_alembics_head() -> None:
    assert schema.newest() == ScriptDirectory(str(schema.STEPS)).get_current_head()


def test_two_upgrades_at_once(empty_url: str) -> None:
    """One does it, the other finds it done; neither fails."""
    start, done, faults = threading.Barrier(2), list[bool](), list[Exception]()

    def upgrade() -> None:
        database = Database(empty_url)
        try:
            start.wait(20)
            done.append(schema.upgrade(database))
        except Exception as fault:
            faults.append(fault)
        finally:
            database.dispose()

    threads = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert sorted(done) == [False, True]
    database = Database(empty_url)
    schema.check(database)
    database.dispose()


def test_a_database_without_the_last_step_is_refused(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(schema.SchemaBehind, match="db upgrade"):
        schema.check(database)
    assert schema.upgrade(database)
    schema.check(database)
    assert not schema.upgrade(database)
    database.dispose()
