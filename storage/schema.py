"""Bringing a database to the shape of this version.

Alembic is slow to import, and only needed by whoever changes a schema: to check one, names are compared."""

from pathlib import Path

from sqlalchemy import Connection, inspect

from storage.database import Database, without_limits
from storage.models import Base

STEPS = Path(__file__).parent / "migrations"
PATIENCE = 60  # seconds that one upgrade waits for another
_TAKEN = "alembic_version"  # Alembic's own table
_ONE_AT_A_TIME = 7_202_608_214  # PostgreSQL: advisory lock of whoever upgrades


class SchemaBehind(Exception):
    """La base n'est pas à jour : lancez « astreinte db upgrade »."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def upgrade(database: Database) -> bool:
    """Apply the missing steps, all or nothing; False when there was none. Safe to run twice at once."""
    from alembic import command
    from alembic.config import Config

    steps = Config()
    steps.set_main_option("script_location", str(STEPS))
    with database.begin(busy=PATIENCE) as db:
        if not database.is_sqlite:
            without_limits(db)
            db.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
        if current(db) == newest():
            return False
        steps.attributes["connection"] = db
        command.upgrade(steps, "head")
        return True


def check(database: Database) -> None:
    """Raise SchemaBehind unless the database has this version's shape."""
    with database.read() as db:
        if current(db) != newest():
            raise SchemaBehind


def current(db: Connection) -> str | None:
    """The last step that this database has taken; none before the first."""
    if not inspect(db).has_table(_TAKEN):
        return None
    step: str | None = db.exec_driver_sql(f"SELECT version_num FROM {_TAKEN}").scalar()  # noqa: S608 - our own name
    return step


def newest() -> str:
    """The last step there is: its file's name begins with it."""
    return max(step.name for step in (STEPS / "versions").glob("[0-9]*.py")).partition("_")[0]


def differences(db: Connection) -> list[object]:
    """What the models have and the steps forgot."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    return list(compare_metadata(MigrationContext.configure(db), Base.metadata))
