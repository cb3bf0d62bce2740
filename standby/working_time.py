"""Days and weeks of which interventions make too long a time of work."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from directory.employers import Employer
from directory.intervals import Interval, common, joined
from directory.local_time import instant, shown

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A day (L3121-18, from midnight to midnight) or a week (L3121-20, Monday first) longer than it may be."""

    first: date
    is_week: bool
    worked: timedelta  # usual hours and interventions, what overlaps once
    limit: timedelta


def excess(
    employer: Employer, work: Sequence[Interval], interventions: Sequence[Interval], zone: str
) -> Iterator[Excess]:
    """Only of days and weeks in which something was done on standby; true elapsed time."""
    worked, touched = (_by_day(joined(spans), zone) for spans in ([*work, *interventions], interventions))
    for day in sorted(touched):
        if worked[day] > employer.daily_work:
            yield Excess(first=day, is_week=False, worked=worked[day], limit=employer.daily_work)
    for monday in sorted({_monday(day) for day in touched}):
        week = sum((length for day, length in worked.items() if _monday(day) == monday), timedelta())
        if week > employer.weekly_work:
            yield Excess(first=monday, is_week=True, worked=week, limit=employer.weekly_work)


def _by_day(spans: Iterable[Interval], zone: str) -> dict[date, timedelta]:
    found: dict[date, timedelta] = defaultdict(timedelta)
    for starts, until in spans:
        day = shown(starts, zone).date()
        while _midnight(day, zone) < until:
            [(begins, ends)] = common([(starts, until)], [(_midnight(day, zone), _midnight(day + DAY, zone))])
            found[day] += ends - begins
            day += DAY
    return found


def _midnight(day: date, zone: str) -> datetime:
    return instant(datetime.combine(day, time()), zone)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
