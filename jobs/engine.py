"""The row is the job: due rows are claimed with a lease, handled, and given their next moment.

A claim moves `run_at` to the end of the lease, and that instant is the token of the turn. Every transaction of a
turn locks the row and stops with Lost unless the token still stands: an acknowledgement, a cancellation or an
expired lease ends a turn without further code, and a crash needs none either, the row is simply due again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row, select, update

from clock import Clock
from storage import due
from storage.database import Database
from storage.models import Due

log = structlog.get_logger()
LEASE = timedelta(seconds=15)  # longer than any call to the outside world, its retries included
BACK_OFF = tuple(timedelta(seconds=s) for s in (2, 5, 15, 30, 60))


class Lost(Exception):
    """Somebody else has this row now, or there is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work, with seats of its own: what is slow delays its own kind only."""

    table: type[Due]
    handle: Callable[["Turn"], None]
    seats: int
    lease: timedelta = LEASE


class Turn:
    """One try at one row. What is read or written through it is fenced by the lease."""

    def __init__(self, database: Database, clock: Clock, kind: Kind, key: Any, token: datetime):
        self._database, self._clock = database, clock
        self.kind, self.key, self._token = kind, key, token

    @property
    def now(self) -> datetime:
        return self._clock()

    @contextmanager
    def begin(self) -> Iterator[tuple[Connection, Row[Any]]]:
        """A transaction holding the row. Raises Lost when the turn is over."""
        table, key = due.table_of(self.kind.table), due.key_of(self.kind.table)
        with self._database.begin() as db:
            row = db.execute(select(table).where(key == self.key).with_for_update()).one_or_none()
            if row is None or row.run_at != self._token:
                raise Lost
            yield db, row

    def finish(self, db: Connection, run_at: datetime | None = None, **values: Any) -> None:
        """This turn succeeded; the next moment, if there is one."""
        self._write(db, run_at=run_at, tries=0, trouble="", **values)

    def retry(self, db: Connection, row: Row[Any], trouble: str, **values: Any) -> None:
        """This turn failed: later, and later still with every failure."""
        self._write(db, run_at=self.now + back_off(row.tries), trouble=trouble, **values)

    def save(self, db: Connection, **values: Any) -> None:
        """Progress within the turn, which goes on."""
        self._write(db, **values)

    def _write(self, db: Connection, **values: Any) -> None:
        table, key = due.table_of(self.kind.table), due.key_of(self.kind.table)
        db.execute(update(table).where(key == self.key).values(**values))


def back_off(tries: int) -> timedelta:
    return BACK_OFF[min(max(tries, 1), len(BACK_OFF)) - 1]


class Engine:
    """Takes due rows and runs their handlers, in whichever thread it is called from."""

    def __init__(self, database: Database, clock: Clock, kinds: Sequence[Kind]):
        self.database, self.clock, self.kinds = database, clock, kinds

    def take(self, kind: Kind, seats: int) -> list[Turn]:
        with self.database.begin() as db:
            claimed = due.claim(db, kind.table, self.clock(), kind.lease, seats)
        return [Turn(self.database, self.clock, kind, key, token) for key, token in claimed]

    def run(self, turn: Turn) -> None:
        """One turn; whatever a handler raises, the row backs off and stays visible."""
        try:
            turn.kind.handle(turn)
        except Lost:
            log.info("turn lost", kind=turn.kind.table.__name__, key=turn.key)
        except Exception as fault:
            log.exception("turn failed", kind=turn.kind.table.__name__, key=turn.key)
            self._put_back(turn, f"{type(fault).__name__}: {fault}"[:500])

    def _put_back(self, turn: Turn, trouble: str) -> None:
        try:
            with turn.begin() as (db, row):
                turn.retry(db, row, trouble)
        except Lost:
            pass
        except Exception:
            log.exception("turn not put back: the lease will", key=turn.key)

    def run_due(self, most: int = 1000) -> int:
        """Everything due now, one after another, here: how tests and commands play the worker."""
        done = 0
        while done < most:
            turns = [turn for kind in self.kinds for turn in self.take(kind, 1)]
            if not turns:
                return done
            for turn in turns:
                self.run(turn)
            done += len(turns)
        return done

    def next_moment(self, kind: Kind) -> datetime | None:
        with self.database.read() as db:
            return due.next_moment(db, (kind.table,))
