"""From the wall clock to instants: one rule for the two nights on which the clock is changed."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=2048)  # openings and hand-offs are the same few edges all day long
def instant(wall: datetime, zone: str, *, last: bool = False) -> datetime:
    """The UTC instant at which the clock of `zone` shows the naive `wall`.

    Of a time shown twice it is the first occurrence, or with `last` the last one; of a time that is
    skipped, the first instant after the gap."""
    found = wall.replace(tzinfo=ZoneInfo(zone), fold=int(last)).astimezone(UTC)
    return found if shown(found, zone) == wall else _after_gap(wall, zone)


def shown(at: datetime, zone: str) -> datetime:
    """What the clock of `zone` shows at an instant, naive."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_second(at: datetime, zone: str) -> bool:
    """Whether the clock shows for the second time what it shows."""
    return instant(shown(at, zone), zone) != at


def jump(start: datetime, end: datetime, zone: str) -> datetime | None:
    """The instant in (start, end] at which the clock of `zone` is changed, to the second; none when it is not."""
    clock = ZoneInfo(zone)
    changed = end.astimezone(clock).utcoffset()
    if start.astimezone(clock).utcoffset() == changed:
        return None
    while end - start > timedelta(seconds=1):
        middle = start + timedelta(seconds=(end - start) // timedelta(seconds=2))
        if middle.astimezone(clock).utcoffset() == changed:
            end = middle
        else:
            start = middle
    return end


def is_skipped(wall: datetime, zone: str) -> bool:
    """No clock of `zone` ever shows it: the night on which it is put forward."""
    return shown(instant(wall, zone), zone) != wall


def _after_gap(wall: datetime, zone: str) -> datetime:
    """The moment at which the clock jumped over `wall`."""
    # Inside a gap, fold 1 counts with the offset that follows it, hence an instant before it (PEP 495).
    before, after = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold, microsecond=0).astimezone(UTC) for fold in (1, 0))
    jumped = jump(before, after, zone)
    assert jumped, "a gap lies between two offsets"
    return jumped
