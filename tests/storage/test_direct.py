"""Statements at the driver: the values are SQLAlchemy's, and a lost connection is noticed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, text

from storage.database import Database
from storage.direct import Direct
from storage.models import CallRow, DirectoryVersion, TurnRow

AT = datetime(2026, 10, 25, 0, 30, 0, 7, tzinfo=UTC)
TURN: dict[str, Any] = {
    "call": "CA1", "number": 0, "at": AT, "asked": "called", "event": "Rang", "keys": "", "answer": "« é »",
    "state": {"stage": "menu", "sites": ["Pau"]},
}  # fmt: skip
WRITE = Direct(insert(TurnRow))
READ = Direct(select(TurnRow.__table__).where(TurnRow.call == bindparam("call")).limit(1))


@pytest.fixture
def called(database: Database) -> Database:
    with database.begin() as db:
        db.execute(insert(DirectoryVersion).values(id=1, loaded_at=AT, digest="", document=""))
        db.execute(insert(CallRow).values(sid="CA1", directory=1, line="+33586077777", started_at=AT))
    return database


def test_values_go_in_and_come_out_as_with_sqlalchemy(called: Database) -> None:
    with called.begin() as db:
        assert READ.first(db, {"call": "CA1"}) is None
        WRITE.run(db, TURN)
        assert READ.first(db, {"call": "CA1"}) == list(TURN.values())
        assert list(db.execute(select(TurnRow.__table__)).one()) == list(TURN.values())


def written_badly(database: Database) -> None:
    with database.begin() as db:
        WRITE.run(db, TURN)
        WRITE.run(db, {})


def test_a_missing_value_is_said_and_undoes_the_transaction(called: Database) -> None:
    with pytest.raises(KeyError):
        written_badly(called)
    with called.read() as db:
        assert READ.first(db, {"call": "CA1"}) is None


def test_a_connection_that_the_server_closed_costs_nobody_anything(called: Database) -> None:
    if called.is_sqlite:
        pytest.skip("a file is never lost")
    with called.begin() as db:
        victim = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = Database(called.url.render_as_string(hide_password=False))
    with other.begin() as db:
        db.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": victim})
    other.dispose()
    with called.begin() as db:
        assert READ.first(db, {"call": "CA1"}) is None
        WRITE.run(db, TURN)
