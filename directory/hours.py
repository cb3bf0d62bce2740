"""Opening hours: what is open at an instant, why not, and when it opens again.

A span is half open, [opens, closes), on the wall clock of the zone. Precedence, at every moment of a day:
extra opening over closure over public holiday over the week. What is left is cut by the line's own hours
and turned into instants last, so that only the edges of an opening meet the nights of the clock change:
it begins at the first occurrence of a time shown twice and ends at the last."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from directory import public_holidays
from directory.local_time import instant, shown

DAY = timedelta(days=1)
HORIZON = 400 * DAY  # nobody is told of a reopening that lies further off


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day on the wall clock; `closes` at 00:00 means the end of that day."""

    opens: time
    closes: time


Day = tuple[Span, ...]
Week = tuple[Day, Day, Day, Day, Day, Day, Day]  # Monday first


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    starts: datetime  # naive, wall clock; `from` in the file
    until: datetime
    entity: str | None = None  # none: all entities
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    starts: datetime  # naive, wall clock; `from` in the file
    until: datetime
    entity: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # the same one is asked all day long: `_ahead`
class Schedule:
    """One entity as seen through one line; closures and openings are those that concern the entity."""

    zone: str
    week: Week
    holidays: str  # code of the holidays package; "" knows none
    closures: tuple[Closure, ...] = ()
    openings: tuple[Opening, ...] = ()
    overlay: Week | None = None  # the line's hours: open = line and entity


class Because(StrEnum):
    """Why it is closed; the first that applies."""

    CLOSURE = "closure"
    HOLIDAY = "holiday"
    DAY_OFF = "day_off"  # neither the week nor an extra opening has hours on that day
    BEFORE = "before"  # the day's first opening is still to come
    BREAK = "break"  # it has been open, and opens again on the same day
    AFTER = "after"  # the day's last closing has passed


@dataclass(frozen=True, slots=True)
class Open:
    until: datetime | None  # first closed instant, in the schedule's zone; none within HORIZON: none


@dataclass(frozen=True, slots=True)
class Closed:
    because: Because
    name: str = ""  # of the holiday or the closure
    reopens: datetime | None = None  # first open instant, in the schedule's zone; none within HORIZON: none


Window = tuple[datetime, datetime]  # UTC, half open
Point = TypeVar("Point", datetime, timedelta)
Walls = Sequence[tuple[datetime, datetime]]  # the same on the wall clock, naive, sorted


def judge(schedule: Schedule, now: datetime) -> Open | Closed:
    """Open or closed at `now`, and until when."""
    # In UTC, because Python holds times of a repeated hour unequal to everything in another zone (PEP 495).
    now, zone = now.astimezone(UTC), ZoneInfo(schedule.zone)
    horizon, wall = now + HORIZON, shown(now, schedule.zone)
    ahead = _ahead(schedule, _midnight(wall))
    opens, closes = next((window for window in ahead if now < window[1]), (horizon, horizon))
    if opens <= now < closes:
        return Open(until=closes.astimezone(zone) if closes < horizon else None)
    because, name = _why(schedule, wall)
    return Closed(because, name, reopens=opens.astimezone(zone) if opens < horizon else None)


@lru_cache(maxsize=1024)
def _ahead(schedule: Schedule, midnight: datetime) -> tuple[Window, ...]:
    """The windows of the day that begins there, up to the one that reaches or follows its end."""
    start, end = instant(midnight, schedule.zone), instant(midnight + DAY, schedule.zone, last=True)
    found = []
    for window in windows(schedule, start, end + HORIZON):
        found.append(window)
        if window[1] >= end:
            break
    return tuple(found)


def windows(schedule: Schedule, start: datetime, end: datetime) -> Iterator[Window]:
    """When it is open in [start, end): sorted, disjoint, two that touch being one."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    for opens, closes in _merged(_instants(schedule, start, end)):
        if opens >= end:
            return
        if start < min(closes, end):
            yield max(opens, start), min(closes, end)


def _instants(schedule: Schedule, start: datetime, end: datetime) -> Iterator[Window]:
    """The openings that may touch [start, end), a day more on either side: clocks go back over midnight, too."""
    first, final = (_midnight(shown(at, schedule.zone)) for at in (start, end))
    days = (first + n * DAY for n in range(-1, (final - first).days + 2))
    # Joined on the wall clock before the conversion, so that a line that never closes costs little.
    for opens, closes in _merged(walls for day in days for walls in open_on(schedule, day)):
        window = instant(opens, schedule.zone), instant(closes, schedule.zone, last=True)
        if window[0] < window[1]:  # hours that lie in the gap of a spring night are none
            yield window


@lru_cache(maxsize=1024)
def open_on(schedule: Schedule, midnight: datetime) -> Walls:
    """What is open on the day that begins there, by precedence, then cut by the line's hours."""
    next_midnight = midnight + DAY
    walls = () if public_holidays.name_of(schedule.holidays, midnight.date()) else _of_week(schedule.week, midnight)
    for closure in schedule.closures:
        if closure.starts < next_midnight and midnight < closure.until:
            walls = _without(walls, closure)
    extra = [
        (max(opening.starts, midnight), min(opening.until, next_midnight))
        for opening in schedule.openings
        if opening.starts < next_midnight and midnight < opening.until and opening.starts < opening.until
    ]
    if extra:
        walls = sorted([*walls, *extra])
    return _on_line(schedule, walls, midnight)


def edges_on(schedule: Schedule, midnight: datetime) -> set[datetime]:
    """When another answer, or another reason, may begin on the day that begins there; by the wall clock, naive."""
    walls = [*open_on(schedule, midnight), *((each.starts, each.until) for each in schedule.closures)]
    return {midnight, *(edge for wall in walls for edge in wall if midnight <= edge <= midnight + DAY)}


def _on_line(schedule: Schedule, walls: Walls, midnight: datetime) -> Walls:
    return walls if schedule.overlay is None else _common(walls, _of_week(schedule.overlay, midnight))


def _why(schedule: Schedule, wall: datetime) -> tuple[Because, str]:
    """Why it is closed at a moment of the wall clock."""
    for closure in schedule.closures:
        if closure.starts <= wall < closure.until:
            return Because.CLOSURE, closure.reason
    if feast := public_holidays.name_of(schedule.holidays, wall.date()):
        return Because.HOLIDAY, feast
    midnight = _midnight(wall)
    # Nothing left of a working day: it is early or late on it.
    walls = open_on(schedule, midnight) or _on_line(schedule, _of_week(schedule.week, midnight), midnight)
    if not walls:
        return Because.DAY_OFF, ""
    if wall < walls[0][0]:
        return Because.BEFORE, ""
    return (Because.AFTER if wall >= walls[-1][1] else Because.BREAK), ""


def _midnight(wall: datetime) -> datetime:
    return datetime.combine(wall, time())


def _of_week(week: Week, midnight: datetime) -> Walls:
    spans = _since_midnight(week[midnight.weekday()])
    return [(midnight + opens, midnight + closes) for opens, closes in spans]


@lru_cache(maxsize=256)
def _since_midnight(day: Day) -> tuple[tuple[timedelta, timedelta], ...]:
    """A day's spans, sorted and joined; one that ends before it begins is none."""
    spans = sorted((_since(span.opens), _since(span.closes) or DAY) for span in day)
    return tuple(_merged(span for span in spans if span[0] < span[1]))


def _since(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)


def _without(walls: Walls, closure: Closure) -> Walls:
    before = [(opens, min(closes, closure.starts)) for opens, closes in walls]
    after = [(max(opens, closure.until), closes) for opens, closes in walls]
    return sorted(wall for wall in [*before, *after] if wall[0] < wall[1])


def _common(some: Walls, others: Walls) -> Walls:
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return sorted(wall for wall in pairs if wall[0] < wall[1])


def _merged(spans: Iterable[tuple[Point, Point]]) -> Iterator[tuple[Point, Point]]:
    """Sorted spans with those that touch or overlap made one."""
    held: tuple[Point, Point] | None = None
    for opens, closes in spans:
        if held and opens <= held[1]:
            held = held[0], max(held[1], closes)
            continue
        if held:
            yield held
        held = opens, closes
    if held:
        yield held
