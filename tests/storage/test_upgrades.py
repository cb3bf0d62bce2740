"""Whoever upgrades keeps what they had: from every schema that was ever main's, filled as its program filled it."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from click.testing import CliRunner
from sqlalchemy import Connection, inspect, select, update
from sqlalchemy.exc import DBAPIError

import cli
from storage import schema
from storage.database import Database
from storage.migrations import rebuilding  # noqa: F401 - how SQLite changes a table
from storage.models import CallRow, Ticket
from storage.unfit import SchemaBusy, SchemaTorn
from tests.storage.former import Former, everyone, of
from tests.storage.shape import shape
from tests.stories.night import loss, woken
from tests.support.databases import apart
from tests.support.phone import Line, TestClock
from tests.support.settings_for_tests import environment

LATER = "2026-12-24 03:12"  # than anything in these databases
EVERYONE = [pytest.param(former, id=str(former)) for former in everyone()]
NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000) "
MANY_EVENTS = f"""
INSERT INTO events (position, ticket, at, kind, who, details, details_digest, previous, digest)
{NUMBERS} SELECT 1000 + n, ticket, at, kind, who, details, details_digest, previous, digest
FROM numbers, events WHERE position = 1
"""
MANY_CALLS = f"""
INSERT INTO calls (sid, directory, line, caller, forwarded_from, started_at, ended_at, ticket, stumbles)
{NUMBERS} SELECT 'CA' || n, directory, line, caller, forwarded_from, started_at, started_at, NULL, 0
FROM numbers, (SELECT * FROM calls LIMIT 1) AS model
"""


@pytest.fixture
def types(empty_url: str, tmp_path: Path) -> Callable[..., Any]:
    """What a command prints."""

    def type_(*words: str) -> Any:
        result = CliRunner().invoke(cli.main, words, env=environment(empty_url, str(tmp_path / "audio")))
        assert result.exit_code == 0, result.output
        return json.loads(result.output) if "--json" in words else result.output

    return type_


@pytest.fixture
def opened(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def fresh_shapes() -> dict[str, dict[str, Any]]:
    return {}


def fresh_shape(request: pytest.FixtureRequest, kind: str) -> dict[str, Any]:
    """Of a database that this version has made from nothing."""
    known: dict[str, dict[str, Any]] = request.getfixturevalue("fresh_shapes")
    if kind not in known:
        source = request.getfixturevalue("sqlite_files" if kind == "sqlite" else "postgres_server")
        with source.fresh() as url:
            database = Database(url)
            with database.read() as db:
                known[kind] = shape(db)
            database.dispose()
    return known[kind]


@pytest.mark.parametrize("former", EVERYONE)
def test_what_there_was_is_there_afterwards(
    former: Former, empty_url: str, types: Callable[..., Any], opened: Database, request: pytest.FixtureRequest
) -> None:
    former.make(empty_url)
    with opened.read() as db:
        before = counts(db)
    is_new = str(former) == schema.newest()
    assert types("db", "upgrade") == ("La base est à jour.\n" if is_new else "Base mise à jour.\n")
    with opened.read() as db:
        assert shape(db) == fresh_shape(request, db.dialect.name)
        kept = counts(db)
    assert {table: kept[table] for table in before if table in kept} == {t: n for t, n in before.items() if t in kept}
    assert types("verify", "--json") == {"events": before["events"], "first_altered": None}
    for what in ("tickets", "calls", "pages"):
        assert_shown_as_before(former.shown(what), types(what, "--json"))
    assert types("db", "upgrade") == "La base est à jour.\n"


def counts(db: Connection) -> dict[str, int]:
    tables = [table for table in inspect(db).get_table_names() if table != "alembic_version"]
    return {table: int(db.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()) for table in tables}


def assert_shown_as_before(before: Any, after: Any) -> None:
    """Every key there was says the same; others may have come."""
    match before:
        case dict():
            for key, value in before.items():
                assert_shown_as_before(value, after[key])
        case list():
            assert len(after) == len(before)
            for one, other in zip(before, after, strict=True):
                assert_shown_as_before(one, other)
        case _:
            assert after == before


@pytest.mark.parametrize("former", [of("0001"), of("0008"), of("0012"), of("0022")], ids=str)
def test_the_line_goes_on(former: Former, empty_url: str, opened: Database, tmp_path: Path) -> None:
    """The worker does what is due, and the next caller wakes whoever is on call."""
    former.make(empty_url)
    schema.upgrade(opened)
    line = Line(empty_url, tmp_path / "audio", TestClock(LATER))
    try:
        unlike_before(line)
        line.settle()
        before = {ticket["reference"] for ticket in line.tickets()}
        reference = loss(line)
        assert reference not in before
        assert woken(line)
        assert {"opened", "alerted"} <= set(line.happened_to(reference)), line.happened_to(reference)
    finally:
        line.close()


def unlike_before(line: Line) -> None:
    """The pretend Twilio counts what it names: a new one would name its calls as the former did."""
    for prefix in ("CA", "SM", "RE"):
        for _ in range(100):
            line.twilio.world.sid(prefix)


def test_what_fails_leaves_all_as_it_was(empty_url: str, opened: Database) -> None:
    """The last of all steps finds its table made already: the first twenty are undone."""
    former = of("0001")
    former.make(empty_url)
    with opened.begin() as db:
        db.exec_driver_sql("CREATE TABLE account_events (id INTEGER)")
    before = whole(opened)
    with pytest.raises(DBAPIError, match="account_events"):
        schema.upgrade(opened)
    assert whole(opened) == before
    with opened.begin() as db:
        db.exec_driver_sql("DROP TABLE account_events")
    assert schema.upgrade(opened)


def test_rows_that_cite_nothing_are_named(tmp_path: Path) -> None:
    """SQLite judges no reference while tables are made anew: all are judged before anything is kept."""
    url = f"sqlite:///{tmp_path / 'torn.db'}"
    of("0012").make(url)
    opened = Database(url)
    with opened.reshape(patience=1) as db:
        db.exec_driver_sql("DELETE FROM calls")
    before = whole(opened)
    with pytest.raises(SchemaTorn, match=r"« (tickets|turns) » citent une ligne de « calls »"):
        schema.upgrade(opened)
    assert whole(opened) == before
    opened.dispose()


def test_a_newer_database_is_refused(opened: Database, empty_url: str, tmp_path: Path) -> None:
    """By whatever opens it; nothing is touched."""
    schema.upgrade(opened)
    with opened.begin() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9001'")
    for words in (("db", "upgrade"), ("tickets",), ("serve",), ("worker",), ("doctor",), ("verify",)):
        result = CliRunner().invoke(cli.main, words, env=environment(empty_url, str(tmp_path / "audio")))
        assert result.exit_code == 1
        assert "version plus récente d'Astreinte (étape 9001" in result.output, result.output
        assert "db upgrade" not in result.output


def test_a_database_that_somebody_holds(empty_url: str, opened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A web process that writes and does not end: a sentence, and neither loses anything."""
    former = of("0012")
    former.make(empty_url)
    monkeypatch.setattr(schema, "PATIENCE", 0)
    monkeypatch.setattr(schema, "TABLE_PATIENCE", 1)
    web = apart(empty_url)
    with web.begin() as db:
        db.execute(update(CallRow).values(line="+33586077777"))
        with pytest.raises(SchemaBusy, match="rien n'a été changé"):
            schema.upgrade(opened)
        db.execute(update(Ticket).values(location="au sous-sol"))
    web.dispose()
    with opened.read() as db:
        assert schema.current(db) == "0012"
    assert schema.upgrade(opened)
    with opened.read() as db:
        assert set(db.execute(select(Ticket.location)).scalars()) == {"au sous-sol"}


@pytest.mark.parametrize("former", [None, of("0008")], ids=str)
def test_two_upgrades_at_once(former: Former | None, empty_url: str) -> None:
    """One does it, the other finds it done; neither fails."""
    if former:
        former.make(empty_url)
    start, done, faults = threading.Barrier(2), list[bool](), list[Exception]()

    def upgrade() -> None:
        database = apart(empty_url)
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


def test_a_large_journal_is_upgraded_within_seconds(empty_url: str, opened: Database) -> None:
    """No step looks at events one by one."""
    of("0008").make(empty_url)
    with opened.begin() as db:
        db.exec_driver_sql(MANY_EVENTS)
        db.exec_driver_sql(MANY_CALLS)
    began = monotonic()
    assert schema.upgrade(opened)
    assert monotonic() - began < 30  # a machine that does other things


@pytest.mark.parametrize("table", ["tickets", "events", "notices", "journal_head"])
def test_a_table_made_anew_keeps_all_it_had(table: str, tmp_path: Path) -> None:
    """Its triggers above all: a step of tomorrow may well change a table that has some."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    of("0022").make(url)
    opened = Database(url)
    before = whole(opened)
    with opened.reshape(patience=1) as db, batch(db, table, recreate="always"):
        pass
    assert whole(opened) == before
    opened.dispose()


def test_a_table_without_row_ids_stays_so(tmp_path: Path) -> None:
    opened = Database(f"sqlite:///{tmp_path / 'line.db'}")
    with opened.reshape(patience=1) as db:
        db.exec_driver_sql("CREATE TABLE bare (name TEXT NOT NULL PRIMARY KEY, size INTEGER) WITHOUT ROWID")
    before = whole(opened)
    with opened.reshape(patience=1) as db, batch(db, "bare", recreate="always"):
        pass
    assert whole(opened) == before
    opened.dispose()


def batch(db: Connection, table: str, **how: Any) -> Any:
    """As a step has it."""
    return Operations(MigrationContext.configure(db)).batch_alter_table(table, **how)


def whole(database: Database) -> dict[str, Any]:
    """Shape and rows."""
    with database.read() as db:
        made = shape(db)
        rows = {
            table: [tuple(row) for row in db.exec_driver_sql(f'SELECT * FROM "{table}"')] for table in made["tables"]
        }
        return made | {"rows": rows}
