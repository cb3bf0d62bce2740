"""One database, SQLite or PostgreSQL: connections, transactions, waking the worker.

A transaction is a `Connection`; rows come out as plain values. SQLite: WAL, and BEGIN IMMEDIATE for whoever
will write, because a transaction that reads first and writes later fails at once when another has written."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 5  # how long a writer waits for another one (SQLite)
CHANNEL = "astreinte_due"  # PostgreSQL: NOTIFY


class Database:
    def __init__(self, url: str):
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url.database) if self.is_sqlite else _postgresql(url)
        # A connection opened before a fork must not be used on both sides of it.
        os.register_at_fork(after_in_child=lambda: self.engine.dispose(close=False))

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that may write: committed at the end, undone by an exception."""
        with self.engine.connect() as db:
            if self.is_sqlite:
                db.exec_driver_sql("BEGIN IMMEDIATE")
            yield db
            db.commit()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: never waits for a writer, always undone."""
        with self.engine.connect() as db:
            if self.is_sqlite:
                db.exec_driver_sql("BEGIN")
            yield db

    def dispose(self) -> None:
        self.engine.dispose()


def wake(db: Connection) -> None:
    """Tell the workers that something is due, when this transaction commits."""
    # SQLite needs no word: its workers watch PRAGMA data_version.
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(f"NOTIFY {CHANNEL}")


def _sqlite(path: str | None) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # BEGIN is said by us, at the right moment
        connection.execute("PRAGMA journal_mode = WAL")
        # WAL with NORMAL keeps the database sound; FULL also keeps the last commits in a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def _postgresql(url: str) -> Engine:
    options: dict[str, Any] = {"pool_size": 5, "max_overflow": 20, "pool_pre_ping": False}
    return create_engine(url, **options)
