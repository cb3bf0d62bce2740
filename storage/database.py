"""One database, SQLite or PostgreSQL: connections, transactions, waking the worker.

A transaction is a `Connection`; rows come out as plain values. SQLite: WAL, and BEGIN IMMEDIATE for whoever
will write, because a transaction that reads first and writes later fails at once when another has written."""

import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from math import inf
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.pool import ConnectionPoolEntry

from storage.patience import USUAL, Patience

# Every transaction above ends by itself: the pool's own rollback would be one round trip for nothing.
POOL: dict[str, Any] = {"pool_reset_on_return": None}
LEFT_AT_MOST = 4
_LASTING, _LAST = "lasting", "last"
CHANNEL = "astreinte_due"  # PostgreSQL: NOTIFY


_opened: "WeakSet[Database]" = WeakSet()
_inherited: list[Connection] = []  # the parent's, never to be closed here


def _forked() -> None:
    """A connection opened before a fork must not be used on both sides of it."""
    for database in list(_opened):
        database.forget()


os.register_at_fork(after_in_child=_forked)


class Left:
    """Connections that finished transactions have left, by engine: each way through the pool costs 60 µs."""

    def __init__(self) -> None:
        self.connections: dict[Engine, list[Connection]] = defaultdict(list)

    @contextmanager
    def connection(self, engine: Engine) -> Iterator[Connection]:
        left = self.connections[engine]
        db = _left_open(left) or engine.connect()
        try:
            yield db
        except BaseException:
            db.close()
            self.close()  # should the server be gone, it is so for all of them
            raise
        if len(left) < LEFT_AT_MOST:
            left.append(db)
        else:
            db.close()

    def close(self) -> None:
        """For good: a pool may take back none of them, when it was disposed of meanwhile."""
        for left in self.connections.values():
            while left:
                with suppress(IndexError):  # another thread was faster
                    db = left.pop()
                    db.invalidate()
                    db.close()

    def forget(self) -> None:
        """They are somebody else's now, and not to be closed here."""
        for left in self.connections.values():
            _inherited.extend(left)
            left.clear()


def _left_open(left: list[Connection]) -> Connection | None:
    """One of those left, unless the server has closed them all."""
    while True:
        try:
            db = left.pop()
        except IndexError:
            return None
        if db.dialect.name == "sqlite" or not _raw(db).is_gone():
            return db
        db.invalidate()
        db.close()


class Database:
    def __init__(self, url: str, patience: Patience = USUAL):
        self.url, self.patience = make_url(url), patience
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url.database, patience) if self.is_sqlite else _postgresql(url, patience)
        # SQLite says BEGIN where it is told to, and only there.
        self._alone = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._left = Left()
        self._silent_until = 0.0
        _opened.add(self)

    @contextmanager
    def begin(self, *, lasting: bool = True) -> Iterator[Connection]:
        """A transaction that may write: committed at the end, undone by an exception.

        `lasting`: on the disk before anybody is answered, so that it outlives a power cut."""
        with self._connection(self.engine) as db:
            with db.begin():
                if self.is_sqlite:
                    _say(db, "BEGIN IMMEDIATE")
                db.info[_LASTING], db.info[_LAST] = lasting, {}
                yield db
                for act, gathered in db.info.pop(_LAST).items():
                    act(db, gathered)
            if self.is_sqlite and db.info[_LASTING]:
                _reach_the_disk(f"{self.url.database}-wal")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: never waits for a writer, always undone."""
        with self._connection(self.engine) as db, db.begin() as transaction:
            if self.is_sqlite:
                _say(db, "BEGIN")
            try:
                yield db
            finally:
                transaction.rollback()

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Every statement is a transaction of its own, which a power cut may cost.

        For one that only reads, or that writes if what was read before still holds: it waits for nobody."""
        with self._connection(self._alone) as db:
            yield db
            if db.in_transaction():  # as SQLAlchemy has it: the server knows of none
                db.rollback()

    @contextmanager
    def _connection(self, engine: Engine) -> Iterator[Connection]:
        with nullcontext() if self.is_sqlite else self._watched(), self._left.connection(engine) as db:
            if not self.is_sqlite:
                _raw(db).limit(self.patience)
            yield db

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """PostgreSQL: just after a silence nobody waits for another one. Raises Silent."""
        from storage import postgresql

        if monotonic() < self._silent_until:
            raise postgresql.Silent("the server did not answer a moment ago")
        try:
            yield
        except Exception as fault:
            if postgresql.is_silence(fault):
                self._silent_until = monotonic() + self.patience.pause
            raise

    @contextmanager
    def reshape(self, *, patience: int) -> Iterator[Connection]:
        """A transaction that may make tables anew, on a connection of its own: all or nothing, and on the disk.

        `patience`: seconds that SQLite waits for another writer. It judges no reference meanwhile, because dropping a
        table deletes its rows there; whoever reshapes judges them all at the end."""
        with self.engine.connect() as db:
            try:
                if self.is_sqlite:
                    _say(db, f"PRAGMA busy_timeout = {patience * 1000}")
                    _say(db, "PRAGMA foreign_keys = OFF")  # inside a transaction it would not be heard
                with db.begin():
                    if self.is_sqlite:
                        _say(db, "BEGIN IMMEDIATE")
                    yield db
                if self.is_sqlite:
                    _reach_the_disk(f"{self.url.database}-wal")
            finally:
                db.invalidate()  # how it was set is for nobody else

    def forget(self) -> None:
        """Every connection is somebody else's now."""
        self._left.forget()
        self.engine.dispose(close=False)

    def dispose(self) -> None:
        self._left.close()
        self.engine.dispose()


def _raw(db: Connection) -> Any:
    """The driver's own connection."""
    return db.connection.driver_connection


def _say(db: Connection, statement: str) -> None:
    """To the driver itself: every key press pays for this, and SQLAlchemy's way round costs 31 µs."""
    _raw(db).execute(statement)


def without_limits(db: Connection) -> None:
    """This transaction may take as long as it needs; it changes every row there is, say. PostgreSQL."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("SET LOCAL statement_timeout = 0")
        _raw(db).silence = inf


def lasting(db: Connection) -> None:
    """This transaction must outlive a power cut after all."""
    db.info[_LASTING] = True


def at_the_end(db: Connection, act: Callable[[Connection, list[Any]], None]) -> list[Any]:
    """What `act` will be given, once, at the end of this transaction: what everybody waits for is held briefly."""
    gathered: list[Any] = db.info[_LAST].setdefault(act, [])
    return gathered


def _reach_the_disk(log: str) -> None:
    with open(log, "rb") as written:
        os.fsync(written.fileno())


def one_at_a_time(db: Connection, subject: int, who: str) -> None:
    """Until this transaction ends, others of that subject and person wait: two at once do not see each other."""
    if db.dialect.name == "postgresql":  # elsewhere one transaction writes at a time
        db.execute(select(func.pg_advisory_xact_lock(subject, func.hashtext(who))))


def wake(db: Connection) -> None:
    """Tell the workers that something is due, when this transaction commits."""
    # SQLite needs no word: its workers watch PRAGMA data_version.
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(f"NOTIFY {CHANNEL}")


def _sqlite(path: str | None, patience: Patience) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    connecting = {"timeout": patience.busy, "check_same_thread": False}
    engine = create_engine(f"sqlite:///{path}", connect_args=connecting, hide_parameters=True, **POOL)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # BEGIN is said by us, at the right moment
        _log_ahead(connection, patience.busy)
        # Sound in a power cut, which may cost the last key presses; what must last is waited for (`lasting`).
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def _log_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """WAL; of two processes that open a new file at once one is refused, whatever its patience: it asks again."""
    end = monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if monotonic() > end:
                raise
            sleep(0.02)


def _postgresql(url: str, patience: Patience) -> Engine:
    from storage import postgresql  # a tenth of a second, for whoever has a server

    return postgresql.engine(url, patience, **POOL)
