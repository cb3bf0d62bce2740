"""Noticing at once that something became due, without asking the tables.

PostgreSQL: LISTEN. SQLite: PRAGMA data_version, which moves when anybody else commits."""

import threading
from typing import Any

import structlog

from storage.database import CHANNEL, Database

log = structlog.get_logger()
SQLITE_EVERY = 0.2  # seconds
LISTEN_FOR = 0.5  # seconds, then a look whether to stop
AFTER_TROUBLE = 1.0


class WakeUp:
    """Rings every listener; one that is busy hears it when it looks."""

    def __init__(self) -> None:
        self._listeners: list[threading.Event] = []

    def listener(self) -> threading.Event:
        self._listeners.append(threading.Event())
        return self._listeners[-1]

    def ring(self) -> None:
        for listener in self._listeners:
            listener.set()


def watch(database: Database, bell: WakeUp, stopping: threading.Event) -> None:
    """Ring whenever something may have become due. A lost connection is made anew."""
    wait = _watch_sqlite if database.is_sqlite else _listen
    while not stopping.is_set():
        try:
            wait(database, bell, stopping)
        except Exception:
            log.exception("wake-up lost, polling meanwhile")
            stopping.wait(AFTER_TROUBLE)
            bell.ring()


def _watch_sqlite(database: Database, bell: WakeUp, stopping: threading.Event) -> None:
    with database.engine.connect() as db:
        raw: Any = db.connection.driver_connection
        seen = None
        while not stopping.wait(SQLITE_EVERY):
            version = raw.execute("PRAGMA data_version").fetchone()
            if version != seen:
                seen = version
                bell.ring()


def _listen(database: Database, bell: WakeUp, stopping: threading.Event) -> None:
    import psycopg  # the driver's own connection: a pooled one would be given back

    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        bell.ring()  # whatever was committed before we listened
        while not stopping.is_set():
            for _ in connection.notifies(timeout=LISTEN_FOR):
                bell.ring()
