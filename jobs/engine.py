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
from sqlalchemy import Connection, Row

from clock import Clock
from storage import due
from storage.database import Database
from storage.models import Due
from telephony.http import CONNECT, READ

log = structlog.get_logger()
LEASE = timedelta(seconds=15)
LONGEST_CALL = timedelta(seconds=CONNECT + READ)  # to the outside world; a turn renews its lease between two
BACK_OFF = tuple(timedelta(seconds=s) for s in (2, 5, 15, 30, 60))
RECALL_EVERY = timedelta(seconds=5)


Latest = Callable[[Row[Any], datetime], datetime]  # until when a row of that kind may wait, at an instant


def at_once(_: Row[Any], now: datetime) -> datetime:
    """Of a kind that never waits, unless a turn has failed."""
    return now


class Lost(Exception):
    """Somebody else has this row now, or there is nothing left to do."""


class LeaseTooShort(Exception):
    """Un bail doit durer plus qu'un appel au dehors, sinon le travail se fait deux fois : allongez-le."""

    def __init__(self, kind: "Kind", longest_call: timedelta):
        told = f"{kind.table.__name__}, {kind.lease.total_seconds():g} s pour {longest_call.total_seconds():g} s"
        super().__init__(f"{self.__doc__} ({told})")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work, with seats of its own: what is slow delays its own kind only."""

    table: type[Due]
    handle: Callable[["ClaimedJob"], None]
    seats: int
    lease: timedelta = LEASE
    hold: Callable[[Connection, Any], None] | None = None  # what must be locked before the row of that key
    longest_pause: timedelta = BACK_OFF[-1]  # after a failure
    latest: Latest | None = None  # none: its moments are facts, however far away

    def is_put_off(self, row: Row[Any], now: datetime) -> bool:
        """It waits longer than rows of this kind ever do: a clock that was ahead has set its moment."""
        if row.tries:  # a lease, or the pause after a failure
            latest = now + max(self.lease, self.longest_pause)
        elif self.latest:
            latest = self.latest(row, now)
        else:
            return False
        return bool(row.run_at > latest + due.SLACK)


class ClaimedJob:
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
        token = self._token
        try:
            with self._database.begin() as db:
                if self.kind.hold:
                    self.kind.hold(db, self.key)
                row = due.locked(db, self.kind.table, self.key)
                if row is None or row.run_at != token:
                    raise Lost
                yield db, row
        except BaseException:
            self._token = token  # a renewal that was not committed
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """What takes long to look at: nobody waits for it."""
        with self._database.read() as db:
            yield db

    def finish(self, db: Connection, run_at: datetime | None = None, trouble: str = "", **values: Any) -> None:
        """This turn is over; the next moment, if there is one."""
        self._write(db, run_at=run_at, tries=0, trouble=trouble, **values)

    def retry(
        self, db: Connection, row: Row[Any], trouble: str, at_least: timedelta = timedelta(), **more: Any
    ) -> None:
        """This turn failed: later, and later still with every failure."""
        self._write(db, run_at=self.now + max(back_off(row.tries), at_least), trouble=trouble, **more)

    def ask_later(self, db: Connection, row: Row[Any], trouble: str) -> None:
        """Nobody knows whether it was done: asked in a lease, when Twilio's lists will show it."""
        self._write(db, run_at=self.now + max(back_off(row.tries), self.kind.lease), trouble=trouble)

    def save(self, db: Connection, **values: Any) -> None:
        """Progress within the turn, which goes on with a whole lease before it."""
        renewed = self.now + self.kind.lease
        self._write(db, run_at=renewed, **values)
        self._token = renewed

    def _write(self, db: Connection, **values: Any) -> None:
        due.change(db, self.kind.table, self.key, values)


def back_off(tries: int) -> timedelta:
    return BACK_OFF[min(max(tries, 1), len(BACK_OFF)) - 1]


class Engine:
    """Takes due rows and runs their handlers, in whichever thread it is called from."""

    def __init__(self, database: Database, clock: Clock, kinds: Sequence[Kind], longest_call: timedelta = LONGEST_CALL):
        """Raises LeaseTooShort."""
        for kind in kinds:
            if kind.lease <= longest_call:
                raise LeaseTooShort(kind, longest_call)
        self.database, self.clock, self.kinds = database, clock, kinds
        self._recalled: dict[type[Due], datetime] = {}

    def take(self, kind: Kind, seats: int) -> list[ClaimedJob]:
        with self.database.begin() as db:
            claimed = due.claim(db, kind.table, self.clock(), kind.lease, seats)
        return [ClaimedJob(self.database, self.clock, kind, key, token) for key, token in claimed]

    def recall(self, kind: Kind) -> None:
        """Once in a while, and when the clock goes back: rows that a clock which was ahead has put off are due now;
        one that somebody may be working at, when a lease is over."""
        now = self.clock()
        last = self._recalled.get(kind.table)
        if last is not None and last <= now < last + RECALL_EVERY:
            return
        self._recalled[kind.table] = now
        with self.database.read() as db:
            waiting = due.waiting(db, kind.table, now)
        for row in waiting:
            if kind.is_put_off(row, now):
                log.warning("put off by a wrong clock", kind=kind.table.__name__, until=row.run_at.isoformat())
                with self.database.begin() as db:
                    due.recall(db, kind.table, row, now + kind.lease if row.tries else now)

    def run(self, turn: ClaimedJob) -> None:
        """One turn; whatever a handler raises, the row backs off and stays visible."""
        try:
            turn.kind.handle(turn)
        except Lost:
            log.info("turn lost", kind=turn.kind.table.__name__, key=turn.key)
        except Exception as fault:
            log.exception("turn failed", kind=turn.kind.table.__name__, key=turn.key)
            self._put_back(turn, f"{type(fault).__name__}: {fault}"[:500])

    def _put_back(self, turn: ClaimedJob, trouble: str) -> None:
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
            turns = [turn for kind in self._with_work() for turn in self.take(kind, 1)]
            if not turns:
                return done
            for turn in turns:
                self.run(turn)
            done += len(turns)
        return done

    def _with_work(self) -> list[Kind]:
        """Looked for before it is claimed: a claim locks, and most kinds have nothing to do."""
        for kind in self.kinds:
            self.recall(kind)
        now = self.clock()
        with self.database.read() as db:
            moments = due.moments(db, tuple(kind.table for kind in self.kinds))
        return [kind for kind in self.kinds if kind.table in moments and moments[kind.table] <= now]

    def next_moment(self, *kinds: Kind) -> datetime | None:
        """When the next row of these kinds is due."""
        with self.database.read() as db:
            moments = due.moments(db, tuple(kind.table for kind in kinds))
        return min(moments.values(), default=None)
