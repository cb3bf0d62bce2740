"""The one clock of a process: what `now` is, for web, worker and commands alike."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]
YEARS = range(1970, 3000)  # that a clock may be set to: sums of instants stay instants


def system() -> datetime:
    """The machine's wall clock, as an aware UTC instant."""
    return datetime.now(UTC)


def starting_at(instant: datetime) -> Clock:
    """A clock that shows `instant` now and ticks from there (ASTREINTE_CLOCK)."""
    begun = time.monotonic()
    return lambda: instant + timedelta(seconds=time.monotonic() - begun)


def held_until(instant: datetime, begins: Path) -> Clock:
    """A clock that shows `instant` until that file is there, and ticks from the moment it was made: several processes
    get ready, and begin together."""
    made: list[float] = []  # on the monotonic clock

    def now() -> datetime:
        if not made and begins.exists():
            made.append(time.monotonic() - (time.time() - begins.stat().st_mtime))
        return instant + timedelta(seconds=max(0.0, time.monotonic() - made[0])) if made else instant

    return now
