"""The database server's clock, by which all machines of an installation judge what is due: each one's own, put right
by what the server says.

Measured by a thread of its own, so that nobody waits for a server that hangs: every half minute, and at once when the
machine's clock has jumped against the one that only ticks. SQLite's machine is the only one, and its clock is right."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from operator import itemgetter
from weakref import WeakSet, finalize, ref

import structlog
from sqlalchemy import func, select

import clock
from clock import Clock
from storage.database import Database

log = structlog.get_logger()
NOISE = timedelta(seconds=1)  # clocks that differ by less agree
JUMP = 0.5  # seconds between the wall clock and the one that only ticks
QUICK, SLOW = 0.05, 1.0  # seconds that an answer takes: exact at once, or not worth anything
TRIES = 3
EVERY = 30.0  # seconds
AFTER_TROUBLE = 1.0
PATIENCE = 0.5  # how long a reading waits for a measurement: a caller waits with it
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unclear(Exception):
    """The server's answer came too late, or the clock was moved meanwhile."""


@dataclass(frozen=True, slots=True)
class Measure:
    at: datetime  # by the server
    ahead: timedelta  # of the machine before the server
    drift: float  # seconds from the ticking clock to the machine's, when it was measured


Note = Callable[[Measure], None]


class ServerClock:
    """What `now` is for the server; called by whoever asks."""

    def __init__(self, ask: Callable[[], datetime], note: Note | None = None, machine: Clock = clock.system):
        """`note`: what every measurement is told to."""
        self._ask, self._note, self._machine = ask, note, machine
        self._known: Measure | None = None
        self.renew()
        _clocks.add(self)

    def renew(self) -> None:
        """In a process that has no thread yet."""
        self._resting = False
        self._measures = 0
        self._changed, self._starting = threading.Condition(), threading.Lock()
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self) -> datetime:
        for _ in range(2):  # the first may be answered by a measurement from before the jump
            if self._is_true():
                break
            self._wait()
        known, now = self._known, self._machine()
        return now - known.ahead if known and abs(known.ahead) > NOISE else now

    def _is_true(self) -> bool:
        """The machine's clock has gone on as time does since it was measured."""
        known = self._known
        return known is not None and abs(_drift(self._machine()) - known.drift) <= JUMP

    def _wait(self) -> None:
        """For the next measurement, unless the server has just been out of reach: then by what was known before."""
        seen = self._measures
        if not self._starts():
            self._wanted.set()
        with self._changed:
            if not self._resting and not self._changed.wait_for(lambda: self._measures > seen, PATIENCE):
                self._resting = True  # the server hangs: nobody else waits for it

    def _starts(self) -> bool:
        """Measuring, in a process where nobody does so yet."""
        with self._starting:
            if self._thread is not None:
                return False
            self._thread = threading.Thread(target=_keep, args=(ref(self), self._wanted), name="clock", daemon=True)
            finalize(self, self._wanted.set)
            self._thread.start()
            return True

    def measure(self) -> bool:
        """Compare the two clocks; False when the server is out of reach: its last word stands."""
        known, trouble = None, ""
        try:
            self._known = known = self._measured()
        except Exception as fault:
            trouble = f"{type(fault).__name__}: {fault}"[:200]
        with self._changed:
            self._measures, self._resting, was_resting = self._measures + 1, known is None, self._resting
            self._changed.notify_all()
        if known is None and not was_resting:
            log.warning("the server's clock is out of reach", trouble=trouble)
        if known and self._note:
            self._note(known)
        return known is not None

    def _measured(self) -> Measure:
        """By the quickest of a few answers: of a slow one nobody knows when it was true."""
        answers: list[tuple[float, Measure]] = []
        while len(answers) < TRIES and all(took > QUICK for took, _ in answers):
            answers.append(self._answer())
        took, known = min(answers, key=itemgetter(0))
        if took > SLOW:
            raise Unclear(f"{took:.1f} s")
        return known

    def _answer(self) -> tuple[float, Measure]:
        before, began = self._machine(), time.monotonic()
        told = self._ask()
        took, after = time.monotonic() - began, self._machine()
        if abs((after - before).total_seconds() - took) > JUMP:  # moved meanwhile
            took = inf
        return took, Measure(told, before + (after - before) / 2 - told, _drift(after))


def of(database: Database, own: Clock, note: Note | None = None) -> Clock:
    """The clock of a process that works with that database; one that was set (ASTREINTE_CLOCK) stays as it is."""
    return ServerClock(partial(ask, database), note) if _follows(database, own) else own


def now(database: Database, own: Clock) -> datetime:
    """For a command, which may wait for the server."""
    return ask(database) if _follows(database, own) else own()


def _follows(database: Database, own: Clock) -> bool:
    return own is clock.system and not database.is_sqlite


def ask(database: Database) -> datetime:
    """What the server's clock shows."""
    with database.alone() as db:
        told: datetime = db.execute(select(func.clock_timestamp())).scalar_one()
    return told.astimezone(UTC)


def _drift(shown: datetime) -> float:
    return (shown - EPOCH).total_seconds() - time.monotonic()


def _keep(kept: "ref[ServerClock]", wanted: threading.Event) -> None:
    """Measure again and again, as long as somebody has that clock."""
    while (keeper := kept()) is not None:
        wanted.clear()
        if keeper.measure():
            del keeper
            wanted.wait(EVERY)
        else:
            del keeper
            time.sleep(AFTER_TROUBLE)


_clocks: "WeakSet[ServerClock]" = WeakSet()


def _forked() -> None:
    for each in list(_clocks):
        each.renew()


os.register_at_fork(after_in_child=_forked)
