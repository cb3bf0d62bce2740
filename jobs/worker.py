"""The worker process: a dispatcher and seats of its own for every kind of work, until told to stop."""

import threading
from concurrent.futures import ThreadPoolExecutor

import structlog

from jobs.engine import Engine, Kind, Turn
from jobs.wakeup import Bell, watch

log = structlog.get_logger()
LONGEST_SLEEP = 10.0  # seconds; a wake-up that was missed costs no more
AFTER_TROUBLE = 1.0


class Worker:
    def __init__(self, engine: Engine):
        self.engine = engine
        self.stopping = threading.Event()
        self.bell = Bell()

    def run(self) -> None:
        """Work until `stop`; what is under way is finished first."""
        dispatchers = [_Dispatcher(self, kind) for kind in self.engine.kinds]
        watcher = threading.Thread(
            target=watch, args=(self.engine.database, self.bell, self.stopping), name="wake-up", daemon=True
        )
        for thread in (watcher, *dispatchers):
            thread.start()
        self.stopping.wait()
        for dispatcher in dispatchers:
            dispatcher.join()

    def stop(self) -> None:
        self.stopping.set()
        self.bell.ring()


class _Dispatcher(threading.Thread):
    """Keeps the seats of one kind busy while rows of it are due."""

    def __init__(self, worker: Worker, kind: Kind):
        super().__init__(name=f"dispatch-{kind.table.__name__}")
        self.worker, self.kind = worker, kind
        self.woken = worker.bell.listener()
        self._free = kind.seats
        self._lock = threading.Lock()

    def run(self) -> None:
        with ThreadPoolExecutor(self.kind.seats, thread_name_prefix=self.kind.table.__name__) as seats:
            while not self.worker.stopping.is_set():
                self.woken.clear()
                try:
                    pause = 0.0 if self._fill(seats) else self._until_next()
                except Exception:
                    log.exception("dispatch failed", kind=self.kind.table.__name__)
                    pause = AFTER_TROUBLE
                self.woken.wait(pause)

    def _fill(self, seats: ThreadPoolExecutor) -> bool:
        """Seat what is due; True when there may be more, and room for it."""
        free = self._free
        if free == 0:
            return False
        turns = self.worker.engine.take(self.kind, free)
        with self._lock:
            self._free -= len(turns)
        for turn in turns:
            seats.submit(self._sit, turn)
        return len(turns) == free and self._free > 0

    def _sit(self, turn: Turn) -> None:
        try:
            self.worker.engine.run(turn)
        finally:
            with self._lock:
                self._free += 1
            self.woken.set()

    def _until_next(self) -> float:
        """Seconds until the next row is due; a taken seat rings when it is free."""
        if self._free == 0:
            return LONGEST_SLEEP
        moment = self.worker.engine.next_moment(self.kind)
        if moment is None:
            return LONGEST_SLEEP
        away = (moment - self.worker.engine.clock()).total_seconds()
        return min(max(away, 0.0), LONGEST_SLEEP)
