"""What is to happen later, on the clock it is given."""

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(order=True)
class Due:
    at: datetime
    order: int
    act: Callable[[], None] = field(compare=False)
    is_callback: bool = field(compare=False, default=False)


class Agenda:
    """Acts and their moments; REST writes in it from any thread, only a pump takes from it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._heap: list[Due] = []
        self._order = itertools.count()
        self._lock = threading.Lock()

    def at(self, when: datetime, act: Callable[[], None], *, is_callback: bool = False) -> None:
        """Note an act for that instant."""
        with self._lock:
            heapq.heappush(self._heap, Due(when, next(self._order), act, is_callback))

    def soon(self, act: Callable[[], None], *, is_callback: bool = False) -> None:
        """Note an act for now: the next pump runs it."""
        self.at(self._clock(), act, is_callback=is_callback)

    def take_due(self) -> list[Due]:
        """What is due at this instant, oldest first, taken off the agenda."""
        now = self._clock()
        taken = []
        with self._lock:
            while self._heap and self._heap[0].at <= now:
                taken.append(heapq.heappop(self._heap))
        return taken

    def next_at(self) -> datetime | None:
        """The instant of the next act, if any: a test moves its clock there."""
        with self._lock:
            return self._heap[0].at if self._heap else None
