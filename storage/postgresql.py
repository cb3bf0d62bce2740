"""Connections to PostgreSQL that hold themselves to a `Patience`. Imported where there is a server only.

The server's own limits (`lock_timeout`, `statement_timeout`) are void once the server hangs, and libpq then waits for
ever: so each wait has a limit on our side too."""

import select
from math import inf
from time import monotonic
from typing import Any

import psycopg
from psycopg.errors import ConnectionTimeout, _WaitTimeout
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from storage.patience import USUAL, Patience

AT_LEAST = 1.0  # seconds, for whatever ends a transaction: to give up a COMMIT leaves its outcome open
# libpq, seconds and milliseconds: a host that is gone is noticed within seconds, not when the network gives up.
KEPT_ALIVE: dict[str, Any] = {
    "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 10_000,
}  # fmt: skip


class Silent(psycopg.OperationalError):
    """The server has not answered in time; the connection is closed, for nobody knows what it will still do."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits for `silence` seconds at most, and until `until` on the monotonic clock."""

    silence: float = USUAL.silence
    until: float = inf

    def limit(self, patience: Patience) -> None:
        """From now on, for one transaction."""
        self.silence, self.until = patience.silence, monotonic() + patience.total

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        left = max(AT_LEAST, self.until - monotonic()) if self.until < inf else inf
        limit = min(self.silence, left) if timeout is None else timeout
        try:
            return super().wait(gen, interval, limit if limit < inf else None)
        except _WaitTimeout:
            self.pgconn.finish()
            raise Silent("the server does not answer") from None

    def is_gone(self) -> bool:
        """Whether the server has closed this idle connection meanwhile, as it does when it restarts: found out without
        a round trip, for the end of a stream can be read."""
        if self.closed:
            return True
        poll = select.poll()
        poll.register(self.pgconn.socket, select.POLLIN)
        try:
            while poll.poll(0):  # a last message may come before the end
                self.pgconn.consume_input()
        except psycopg.Error:
            return True
        return False


def is_silence(fault: BaseException) -> bool:
    """Whether the server kept somebody waiting, rather than refused."""
    return isinstance(getattr(fault, "orig", fault), Silent | ConnectionTimeout)


def engine(url: str, patience: Patience, **options: Any) -> Engine:
    """`options`: SQLAlchemy's, of the pool."""
    connecting = {**KEPT_ALIVE, "connect_timeout": patience.connect, "options": _limits(patience)}
    made = create_engine(
        url, pool_size=5, max_overflow=20, pool_timeout=patience.pool, connect_args=connecting, hide_parameters=True,
        **options,
    )  # fmt: skip

    @event.listens_for(made, "do_connect")
    def _connect(_dialect: Any, _record: Any, cargs: Any, cparams: Any) -> BoundedConnection:
        return BoundedConnection.connect(*cargs, **cparams)

    @event.listens_for(made, "checkout")
    def _check(connection: Any, _record: Any, _proxy: Any) -> None:
        if connection.is_gone():
            raise DisconnectionError  # the pool takes another one

    return made


def _limits(patience: Patience) -> str:
    """PostgreSQL: settings of a session, in milliseconds."""
    seconds = {
        "lock_timeout": patience.lock,
        "statement_timeout": patience.statement,
        "idle_in_transaction_session_timeout": USUAL.statement,
    }
    return " ".join(f"-c {name}={int(limit * 1000)}" for name, limit in seconds.items())
