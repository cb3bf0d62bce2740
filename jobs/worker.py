"""The worker process: a dispatcher and seats of its own for every kind of work, until told to stop."""

import threading
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import structlog

from jobs.engine import ClaimedJob, Engine, Kind
from jobs.wakeup import WakeUp, watch

log = structlog.get_logger()
LONGEST_SLEEP = 10.0  # seconds; a wake-up that was missed costs no more
AFTER_TROUBLE = 1.0
HELD_BY_OTHERS = 0.1  # due, but locked: another worker is taking it at this instant
WATCHER_PATIENCE = 2.0


class Worker:
    def __init__(self, engine: Engine):
        self.engine = engine
        self.stopping = threading.Event()
        self.bell = WakeUp()
        # An Event would lock itself up if a signal arrived while it is being set; a SimpleQueue is reentrant.
        self._told_to_stop: SimpleQueue[None] = SimpleQueue()

    def run(self) -> None:
        """Work until `stop`; what is under way is finished first."""
        dispatchers = [_Dispatcher(self, kind) for kind in self.engine.kinds]
        watcher = threading.Thread(
            target=watch, args=(self.engine.database, self.bell, self.stopping), name="wake-up", daemon=True
        )
        for thread in (watcher, *dispatchers):
            thread.start()
        self._told_to_stop.get()
        self.stopping.set()
        self.bell.ring()
        for dispatcher in dispatchers:
            dispatcher.join()
        watcher.join(WATCHER_PATIENCE)

    def stop(self) -> None:
        """End `run`, from any thread or signal handler, before it began or as often as one likes."""
        self._told_to_stop.put(None)


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
                self.woken.clear()  # before looking: whatever rings from here on is heard
                try:
                    pause = self._look(seats)
                except Exception:
                    log.exception("dispatch failed", kind=self.kind.table.__name__)
                    pause = AFTER_TROUBLE
                self.woken.wait(pause)

    def _look(self, seats: ThreadPoolExecutor) -> float:
        """Seat what is due; returns the seconds until there is something to look for again."""
        if self._free == 0:
            return LONGEST_SLEEP  # a seat that gets free rings
        self.worker.engine.recall(self.kind)
        # Reading first: an idle worker never takes SQLite's write lock.
        moment = self.worker.engine.next_moment(self.kind)
        if moment is None:
            return LONGEST_SLEEP
        away = (moment - self.worker.engine.clock()).total_seconds()
        if away > 0:
            return min(away, LONGEST_SLEEP)
        return 0.0 if self._fill(seats) else HELD_BY_OTHERS

    def _fill(self, seats: ThreadPoolExecutor) -> int:
        turns = self.worker.engine.take(self.kind, self._free)
        with self._lock:
            self._free -= len(turns)
        for turn in turns:
            seats.submit(self._sit, turn)
        return len(turns)

    def _sit(self, turn: ClaimedJob) -> None:
        try:
            self.worker.engine.run(turn)
        finally:
            with self._lock:
                self._free += 1
            self.woken.set()
