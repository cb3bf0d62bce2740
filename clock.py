"""The one clock of a process: what `now` is, for web, worker and commands alike."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
YEARS = range(1970, 3000)  # that a clock may be set to: sums of instants stay instants


def system() -> datetime:
    """The machine's wall clock, as an aware UTC instant."""
    return datetime.now(UTC)


def starting_at(instant: datetime) -> Clock:
    """A clock that shows `instant` now and ticks from there (ASTREINTE_CLOCK)."""
    begun = time.monotonic()
    return lambda: instant + timedelta(seconds=time.monotonic() - begun)
