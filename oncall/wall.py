"""From the wall clock to instants: one rule for the two nights on which the clock is changed."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=2048)  # openings and hand-offs are the same few edges all day long
def instant(wall: datetime, zone: str, *, last: bool = False) -> datetime:
    """The UTC instant at which the clock of `zone` shows the naive `wall`.

    Of a time shown twice it is the first occurrence, or with `last` the last one; of a time that is
    skipped, the first instant after the gap."""
    clock = ZoneInfo(zone)
    found = wall.replace(tzinfo=clock, fold=int(last)).astimezone(UTC)
    if shown(found, zone) == wall:
        return found
    return _after_gap(wall, clock)


def shown(at: datetime, zone: str) -> datetime:
    """What the clock of `zone` shows at an instant, naive."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_second(at: datetime, zone: str) -> bool:
    """Whether the clock shows for the second time what it shows."""
    return instant(shown(at, zone), zone) != at


def _after_gap(wall: datetime, clock: ZoneInfo) -> datetime:
    """The moment at which the clock jumped over `wall`."""
    # Inside a gap, fold 1 counts with the offset that follows it, hence an instant before it (PEP 495).
    before = wall.replace(tzinfo=clock, fold=1, microsecond=0).astimezone(UTC)
    after = wall.replace(tzinfo=clock, fold=0, microsecond=0).astimezone(UTC)
    jumped = after.astimezone(clock).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(clock).utcoffset() == jumped:
            after = middle
        else:
            before = middle
    return after
