"""Bringing a database to the shape of this version."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database
from storage.models import Base

STEPS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 7_202_608_214  # PostgreSQL: advisory lock of whoever upgrades


class SchemaBehind(Exception):
    """La base n'est pas à jour : lancez « astreinte db upgrade »."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def upgrade(database: Database) -> bool:
    """Apply the missing steps, all or nothing; False when there was none. Safe to run twice at once."""
    with database.begin() as db:
        if not database.is_sqlite:
            db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
        if current(db) == newest():
            return False
        command.upgrade(_config(db), "head")
        return True


def check(database: Database) -> None:
    """Raise SchemaBehind unless the database has this version's shape."""
    with database.read() as db:
        if current(db) != newest():
            raise SchemaBehind


def current(db: Connection) -> str | None:
    return MigrationContext.configure(db).get_current_revision()


def newest() -> str | None:
    return ScriptDirectory(str(STEPS)).get_current_head()


def differences(db: Connection) -> list[object]:
    """What the models have and the steps forgot."""
    return list(compare_metadata(MigrationContext.configure(db), Base.metadata))


def _config(db: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(STEPS))
    config.attributes["connection"] = db
    return config
