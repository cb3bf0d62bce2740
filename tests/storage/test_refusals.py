"""What the database itself refuses, whoever asks; and what is found when somebody took its guards away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError, StatementError

from storage.database import Database
from storage.migrations import triggers
from storage.models import Chore, Ticket
from storage.tickets import journal

NOW = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
REFERENCE = "NVL-26-00001-8"


@pytest.fixture
def ticket(database: Database) -> str:
    """A ticket with five events."""
    columns: dict[str, Any] = {"received_at": NOW, "opened_at": NOW, "kind": "incident", "verified": True, "sites": []}
    with database.begin() as db:
        db.execute(insert(Ticket).values(reference=REFERENCE, **columns))
        for nth in range(1, 6):
            journal.note(
                db, REFERENCE, f"kind {nth}", "ligne", NOW + nth * timedelta(seconds=1), {"nth": nth, "é": "à"}
            )
    return REFERENCE


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE tickets SET reference = 'NVL-26-00002-6'", id="a ticket's reference"),
        pytest.param("UPDATE tickets SET received_at = received_at + 1", id="the instant of the call"),
        pytest.param("UPDATE tickets SET opened_at = 0", id="the instant of the opening"),
        pytest.param("UPDATE tickets SET state = 'closed', opened_at = opened_at - 1", id="hidden in a good change"),
        pytest.param("UPDATE events SET kind = 'autre' WHERE position = 2", id="an event's kind"),
        pytest.param("UPDATE events SET details = '{}'", id="every event's details"),
        pytest.param("DELETE FROM events WHERE position = 5", id="the last event"),
        pytest.param("DELETE FROM events", id="every event"),
        pytest.param("INSERT INTO events SELECT position, ticket, at, kind, who, details, details_digest, previous, "
                     "digest FROM events WHERE position = 1", id="an event's place, twice"),
        pytest.param("INSERT INTO journal_head VALUES (2, 0, '')", id="a second head of the journal"),
        pytest.param("UPDATE pages SET state = 'lost'", id="a page in no known state"),
    ],
)  # fmt: skip
def test_refused_by_the_database(database: Database, ticket: str, statement: str) -> None:
    with database.begin() as db:
        db.execute(text(f"INSERT INTO pages (ticket, opened_at, since, state, step, firing, policy, tries, trouble) "
                        f"VALUES ('{ticket}', 0, 0, 'pending', 0, 1, '{{}}', 0, '')"))  # fmt: skip
    with pytest.raises(DBAPIError), database.begin() as db:
        db.execute(text(statement))
    with database.read() as db:
        assert db.execute(text("SELECT count(*), max(position) FROM events")).one() == (5, 5)
        assert journal.first_altered(db) is None


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE tickets SET state = 'closed'", id="a ticket's state"),
        pytest.param("UPDATE tickets SET opened_at = opened_at, state = 'closed'", id="the same instant again"),
    ],
)
def test_ordinary_changes_pass(database: Database, ticket: str, statement: str) -> None:
    with database.begin() as db:
        db.execute(text(statement))
    with database.read() as db:
        assert db.execute(text("SELECT state FROM tickets")).scalar() == "closed"


def without_guards(db: Connection) -> None:
    """What somebody with all rights would do first."""
    if db.dialect.name == "postgresql":
        db.execute(text("DROP FUNCTION astreinte_refuse CASCADE"))
        return
    names = db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    for name in names:
        db.execute(text(f"DROP TRIGGER {name}"))


def swap(db: Connection) -> None:
    for before, after in ((2, 90), (3, 2), (90, 3)):
        db.execute(text(f"UPDATE events SET position = {after} WHERE position = {before}"))


def said(statement: str) -> Callable[[Connection], None]:
    def do(db: Connection) -> None:
        db.execute(text(statement))

    return do


@pytest.mark.parametrize(
    ("tamper", "position"),
    [
        pytest.param(said("UPDATE events SET kind = 'autre' WHERE position = 3"), 3, id="another kind"),
        pytest.param(said("UPDATE events SET who = 'personne' WHERE position >= 2"), 2, id="the first of several"),
        pytest.param(said("UPDATE events SET at = at + 1 WHERE position = 4"), 4, id="a microsecond later"),
        pytest.param(said("UPDATE events SET details = '{}' WHERE position = 5"), 5, id="other details"),
        pytest.param(said("DELETE FROM events WHERE position = 1"), 1, id="without its beginning"),
        pytest.param(said("DELETE FROM events WHERE position = 3"), 3, id="one taken out"),
        pytest.param(said("DELETE FROM events WHERE position = 5"), 5, id="without its end"),
        pytest.param(said("DELETE FROM events"), 1, id="emptied"),
        pytest.param(swap, 2, id="two in the other order"),
    ],
)
def test_tampering_is_found(
    database: Database, ticket: str, tamper: Callable[[Connection], None], position: int
) -> None:
    with database.begin() as db:
        without_guards(db)
        tamper(db)
    with database.read() as db:
        broken = journal.first_altered(db)
    assert broken is not None
    assert broken.position == position


def test_the_guards_are_those_of_the_list(database: Database) -> None:
    """Each table that is named has its triggers."""
    catalogue = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if not database.is_sqlite:
        catalogue = "SELECT event_object_table FROM information_schema.triggers"
    with database.read() as db:
        assert set(db.execute(text(catalogue)).scalars()) == {
            *triggers.WRITE_ONCE, *triggers.APPEND_ONLY, *triggers.AS_WRITTEN,
        }  # fmt: skip


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 9, 12, 22, 4)  # noqa: DTZ001 - the point of this test
    with pytest.raises(StatementError, match="naive"), database.begin() as db:
        db.execute(insert(Chore).values(name="a", run_at=naive))


@pytest.mark.parametrize(
    "instant",
    [
        pytest.param(datetime(2026, 9, 12, 20, 4, 5, 123456, tzinfo=UTC), id="to the microsecond"),
        pytest.param(datetime(2026, 10, 25, 0, 59, 59, 999999, tzinfo=UTC), id="before the clock goes back"),
        pytest.param(datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), id="before 1970"),
        pytest.param(datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), id="the last one"),
    ],
)
def test_an_instant_comes_back_as_it_was(database: Database, instant: datetime) -> None:
    with database.begin() as db:
        db.execute(insert(Chore).values(name="a", run_at=instant))
    with database.read() as db:
        (found,) = db.execute(Chore.__table__.select()).all()
    assert (found.run_at, found.run_at.utcoffset()) == (instant, timedelta(0))
