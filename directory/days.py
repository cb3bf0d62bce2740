"""An entity's days as a calendar shows them: open as every week, longer, shorter, or not at all, and why."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from directory import public_holidays
from directory.hours import DAY, Closure, Opening, Schedule, Walls, open_on


class Sort(StrEnum):
    """The first that applies."""

    EXTRA = "extra"  # opened for once
    CLOSED = "closed"  # closed for once, the whole day or some of it
    HOLIDAY = "holiday"
    OPEN = "open"
    OFF = "off"  # no hours on this day of the week


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDay:
    day: date
    sort: Sort
    walls: Walls
    feast: str  # "" on a day like others
    closures: tuple[Closure, ...]
    openings: tuple[Opening, ...]

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """From its first opening to its last closing."""
        return (self.walls[0][0], self.walls[-1][1]) if self.walls else None


def open_day(schedule: Schedule, day: date) -> OpenDay:
    midnight = datetime.combine(day, time())
    until = midnight + DAY
    closures = tuple(each for each in schedule.closures if each.starts < until and midnight < each.until)
    openings = tuple(each for each in schedule.openings if each.starts < until and midnight < each.until)
    feast, walls = public_holidays.name_of(schedule.holidays, day) or "", open_on(schedule, midnight)
    if openings:
        sort = Sort.EXTRA
    elif closures:
        sort = Sort.CLOSED
    elif feast:
        sort = Sort.HOLIDAY
    else:
        sort = Sort.OPEN if walls else Sort.OFF
    return OpenDay(day=day, sort=sort, walls=walls, feast=feast, closures=closures, openings=openings)
