"""Hours of standby, each of one kind."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from directory.employers import STANDBY, Employer, Of
from directory.intervals import Interval, joined
from directory.local_time import instant, shown

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
IsHoliday = Callable[[date], bool]


def split(employer: Employer, stretches: Iterable[Interval], zone: str, is_holiday: IsHoliday) -> dict[Of, timedelta]:
    """Elapsed time by kind, each instant counted once however many turns somebody has at it."""
    found = {of: timedelta() for of in STANDBY}
    for starts, until in joined(stretches):
        for begins, ends in pairwise(_edges(employer, starts, until, zone)):
            found[kind(employer, begins, zone, is_holiday)] += ends - begins
    return found


def kind(employer: Employer, at: datetime, zone: str, is_holiday: IsHoliday) -> Of:
    """A holiday before a Sunday, before a Saturday, before a night; each of the days from midnight to midnight."""
    wall = shown(at, zone)
    if is_holiday(wall.date()):
        return Of.HOLIDAY
    if wall.weekday() == SUNDAY:
        return Of.SUNDAY
    if wall.weekday() == SATURDAY:
        return Of.SATURDAY
    return Of.NIGHT if _is_night(employer, wall.time()) else Of.WEEKDAY


def _is_night(employer: Employer, clock: time) -> bool:
    starts, ends = employer.night_starts, employer.night_ends
    return starts <= clock < ends if starts <= ends else clock >= starts or clock < ends


def _edges(employer: Employer, starts: datetime, until: datetime, zone: str) -> list[datetime]:
    """Where the kind may change, and both ends."""
    cuts = (at for at in _cuts(employer, starts, until, zone) if starts < at < until)
    return [starts, *sorted(set(cuts)), until]


def _cuts(employer: Employer, starts: datetime, until: datetime, zone: str) -> Iterator[datetime]:
    midnight = datetime.combine(shown(starts, zone).date(), time())
    while instant(midnight, zone) < until:
        for clock in (time(), employer.night_starts, employer.night_ends):
            wall = datetime.combine(midnight.date(), clock)
            yield instant(wall, zone)
            yield instant(wall, zone, last=True)  # of a time shown twice, what lies between is of the second
        midnight += DAY
