"""Bringing a database to the shape of this version.

Alembic is slow to import, and only needed by whoever changes a schema: to check one, names are compared."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import OperationalError

from storage.database import Database, without_limits
from storage.models import Base
from storage.unfit import SchemaAhead, SchemaBehind, SchemaBusy, SchemaTorn

STEPS = Path(__file__).parent / "migrations"
PATIENCE = 60  # seconds that one upgrade waits for another
# PostgreSQL: seconds that a step waits for a table. Whoever comes after it waits too, and callers hear nothing.
TABLE_PATIENCE = 5
_TAKEN = "alembic_version"  # Alembic's own table
_HELD = ("55P03", "40P01")  # PostgreSQL: lock_not_available, deadlock_detected
_ONE_AT_A_TIME = 7_202_608_214  # PostgreSQL: advisory lock of whoever upgrades


def upgrade(database: Database) -> bool:
    """Apply the missing steps, all or nothing; False when there was none. Safe to run twice at once."""
    try:
        with database.reshape(patience=PATIENCE) as db:
            _alone(db)
            return _completed(db, current(db))
    except (OperationalError, sqlite3.OperationalError) as fault:
        if _busy(getattr(fault, "orig", fault)):
            raise SchemaBusy from fault
        raise


def _alone(db: Connection) -> None:
    """PostgreSQL: one upgrade at a time, and none for ever."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        db.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        without_limits(db)
        db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
        db.exec_driver_sql(f"SET LOCAL lock_timeout = '{TABLE_PATIENCE}s'")


def _completed(db: Connection, step: str | None) -> bool:
    from storage.migrations import early

    _refuse_ahead(step)
    changed = step is not None and early.complete(db, step)
    if step != newest():
        _apply(db)
        changed = True
    if changed:
        _refuse_torn(db)
    return changed


def _apply(db: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    steps = Config()
    steps.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    steps.attributes["connection"] = db
    command.upgrade(steps, "head")


def _refuse_torn(db: Connection) -> None:
    """SQLite looked at no reference meanwhile."""
    if db.dialect.name == "sqlite":
        for table, _, cited, _ in db.exec_driver_sql("PRAGMA foreign_key_check"):
            raise SchemaTorn(table, cited)


def _busy(fault: BaseException | None) -> bool:
    """Somebody else holds what an upgrade needs."""
    code, state = getattr(fault, "sqlite_errorcode", None), getattr(fault, "sqlstate", None)
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or state in _HELD


def check(database: Database) -> None:
    """Raise SchemaUnfit unless the database has this version's shape."""
    with database.read() as db:
        step = current(db)
    _refuse_ahead(step)
    if step != newest():
        raise SchemaBehind


def _refuse_ahead(step: str | None) -> None:
    if step is not None and step not in _known():
        raise SchemaAhead(step, newest())


def current(db: Connection) -> str | None:
    """The last step that this database has taken; none before the first."""
    if not inspect(db).has_table(_TAKEN):
        return None
    step: str | None = db.exec_driver_sql(f"SELECT version_num FROM {_TAKEN}").scalar()  # noqa: S608 - our own name
    return step


def newest() -> str:
    """The last step there is."""
    return max(_known())


def _known() -> set[str]:
    """Every step there is: its file's name begins with it."""
    return {step.name.partition("_")[0] for step in (STEPS / "versions").glob("[0-9]*.py")}


def differences(db: Connection) -> list[object]:
    """What the models have and the steps forgot."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    return list(compare_metadata(MigrationContext.configure(db), Base.metadata))
