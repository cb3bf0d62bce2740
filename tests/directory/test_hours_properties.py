"""Opening hours: what holds for every schedule, at every instant, in every zone."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.hours import HORIZON, Closed, Closure, Day, Open, Opening, Schedule, Span, Week, judge, windows
from directory.public_holidays import name_of

# Ordinary, half an hour of summer time, changes around midnight (one until 2011), a day skipped (30/12/2011).
ZONES = ["Europe/Paris", "Australia/Lord_Howe", "America/Havana", "America/Goose_Bay", "Pacific/Apia"]
DAYS = ("2026-03-29", "2026-10-25", "2026-11-01", "2026-12-25", "2010-11-07", "2011-12-30")
AROUND = [datetime.fromisoformat(day) for day in DAYS]
MINUTE = timedelta(minutes=1)

quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
days: st.SearchStrategy[Day] = st.lists(st.builds(Span, quarters, quarters), max_size=3).map(tuple)
weeks: st.SearchStrategy[Week] = st.tuples(days, days, days, days, days, days, days)
walls = st.builds(lambda start, minutes: start + minutes * MINUTE, st.sampled_from(AROUND), st.integers(-6000, 6000))
instants = walls.map(lambda wall: wall.replace(tzinfo=UTC))
closures = st.lists(st.builds(Closure, starts=walls, until=walls), max_size=2).map(tuple)
openings = st.lists(st.builds(Opening, starts=walls, until=walls), max_size=2).map(tuple)
schedules = st.builds(
    Schedule,
    zone=st.sampled_from(ZONES),
    week=weeks,
    holidays=st.sampled_from(["FR", "FR-57", ""]),
    closures=closures,
    openings=openings,
    overlay=st.none() | weeks,
)


def held_open(schedule: Schedule, now: datetime, span: timedelta = timedelta(days=20)) -> bool:
    return any(opens <= now < closes for opens, closes in windows(schedule, now - span, now + span))


@settings(max_examples=100, deadline=None)
@given(schedules, instants, st.integers(0, 20))
def test_windows_are_sorted_apart_and_inside(schedule: Schedule, start: datetime, length: int) -> None:
    end = start + timedelta(days=length)
    found = list(windows(schedule, start, end))
    assert all(start <= opens < closes <= end for opens, closes in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


@settings(max_examples=100, deadline=None)
@given(schedules, instants)
def test_judge_agrees_with_windows(schedule: Schedule, now: datetime) -> None:
    assert isinstance(judge(schedule, now), Open) is held_open(schedule, now)


@settings(max_examples=100, deadline=None)
@given(schedules, instants)
def test_until_and_reopens_are_the_first_instant_of_the_other_kind(schedule: Schedule, now: datetime) -> None:
    judged = judge(schedule, now)
    change = judged.until if isinstance(judged, Open) else judged.reopens
    if change is None:
        ahead = list(windows(schedule, now, now + HORIZON))
        assert ahead == ([(now, now + HORIZON)] if isinstance(judged, Open) else [])
        return
    change = change.astimezone(UTC)
    assert change > now
    assert isinstance(judge(schedule, change), Closed) is isinstance(judged, Open)
    assert type(judge(schedule, change - timedelta(microseconds=1))) is type(judged)
    between = list(windows(schedule, now, change))
    assert between == ([(now, change)] if isinstance(judged, Open) else [])


@settings(max_examples=100, deadline=None)
@given(schedules, instants)
def test_precedence_on_any_unequivocal_wall_clock(schedule: Schedule, now: datetime) -> None:
    """The rule told in another way: look at the clock on the wall and ask each calendar in turn."""
    wall = now.astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)
    either = {wall.replace(tzinfo=ZoneInfo(schedule.zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    if len(either) == 1:
        assert isinstance(judge(schedule, now), Open) is shown_open(schedule, wall)


def shown_open(schedule: Schedule, wall: datetime) -> bool:
    if schedule.overlay is not None and not in_week(schedule.overlay, wall):
        return False
    if any(opening.starts <= wall < opening.until for opening in schedule.openings):
        return True
    if any(closure.starts <= wall < closure.until for closure in schedule.closures):
        return False
    return name_of(schedule.holidays, wall.date()) is None and in_week(schedule.week, wall)


def in_week(week: Week, wall: datetime) -> bool:
    return any(
        span.opens <= wall.time() and (wall.time() < span.closes or span.closes == time())
        for span in week[wall.weekday()]
    )


@settings(max_examples=50, deadline=None)
@given(schedules, instants, st.integers(1, 28_800), st.integers(1, 28_800))
def test_a_range_cut_in_two_holds_the_same(schedule: Schedule, start: datetime, one: int, other: int) -> None:
    middle, end = start + one * MINUTE, start + (one + other) * MINUTE
    whole = sum((closes - opens for opens, closes in windows(schedule, start, end)), timedelta(0))
    halves = [*windows(schedule, start, middle), *windows(schedule, middle, end)]
    assert sum((closes - opens for opens, closes in halves), timedelta(0)) == whole
