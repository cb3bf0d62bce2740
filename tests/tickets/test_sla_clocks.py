"""Clocks: the mission's table, then pauses, then what holds for every commitment."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.hours import Schedule, Span, Week
from directory.hours import windows as open_windows
from tickets.sla_clocks import FOREVER, Window, always, deadline, elapsed

PARIS = ZoneInfo("Europe/Paris")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def weekdays(*spans: tuple[str, str]) -> Week:
    day = tuple(Span(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in spans)
    return (day,) * 5 + ((), ())


IDLINE = Schedule(zone="Europe/Paris", holidays="FR", week=weekdays(("08:30", "18:00")))
NOVENC = Schedule(zone="Europe/Paris", holidays="FR", week=weekdays(("08:30", "12:15"), ("14:00", "17:30")))
ALWAYS = None


def windows_of(coverage: Schedule | None, start: datetime) -> Sequence[Window]:
    if coverage is None:
        return always(start)
    return list(open_windows(coverage, start, start + timedelta(days=60)))


@pytest.mark.parametrize(
    ("coverage", "start", "within", "due"),
    [
        pytest.param(ALWAYS, at("2026-09-12 22:04"), 4 * HOUR, at("2026-09-13 02:04"), id="24x7"),
        pytest.param(ALWAYS, at("2026-10-25 00:30"), 4 * HOUR, at("2026-10-25 03:30"), id="24x7, the long night"),
        pytest.param(ALWAYS, at("2026-03-29 00:30"), 4 * HOUR, at("2026-03-29 05:30"), id="24x7, the short night"),
        pytest.param(ALWAYS, at("2026-10-25 02:30", 1), HOUR, at("2026-10-25 03:30"), id="from the second 02:30"),
        pytest.param(ALWAYS, at("2026-10-25 02:30", 0), HOUR, at("2026-10-25 02:30", 1), id="to the second 02:30"),
        pytest.param(IDLINE, at("2026-09-14 16:30"), 4 * HOUR, at("2026-09-15 11:00"), id="IDLINE, over a night"),
        pytest.param(NOVENC, at("2026-09-14 11:45"), 4 * HOUR, at("2026-09-14 17:30"), id="NOVENC, at closing"),
        pytest.param(NOVENC, at("2026-05-07 17:00"), 4 * HOUR, at("2026-05-11 12:00"), id="NOVENC, 8 May"),
        pytest.param(IDLINE, at("2026-09-12 22:04"), HOUR, at("2026-09-14 09:30"), id="opened while closed"),
        pytest.param(IDLINE, at("2026-10-23 17:00"), 2 * HOUR, at("2026-10-26 09:30"), id="hours over the long night"),
        pytest.param(IDLINE, at("2026-09-12 22:04"), 0 * HOUR, at("2026-09-12 22:04"), id="nothing is due at once"),
    ],
)
def test_when_a_commitment_is_due(coverage: Schedule | None, start: datetime, within: timedelta, due: datetime) -> None:
    found = deadline(start, within, windows_of(coverage, start))
    assert found == due.astimezone(UTC)
    assert elapsed(start, due, windows_of(coverage, start)) == within


PAUSE = (at("2026-09-14 10:00"), at("2026-09-14 15:00"))


@pytest.mark.parametrize(
    ("coverage", "pauses", "due"),
    [
        pytest.param(NOVENC, [], at("2026-09-14 14:45"), id="none"),
        pytest.param(NOVENC, [PAUSE], at("2026-09-15 09:00"), id="the mission's row"),
        pytest.param(ALWAYS, [PAUSE], at("2026-09-14 18:00"), id="day and night"),
        pytest.param(NOVENC, [PAUSE, PAUSE], at("2026-09-15 09:00"), id="noted twice, counted once"),
        pytest.param(
            NOVENC,
            [(at("2026-09-14 12:00"), PAUSE[1]), (PAUSE[0], at("2026-09-14 13:00"))],
            at("2026-09-15 09:00"),
            id="overlapping, out of order",
        ),
        pytest.param(NOVENC, [(PAUSE[1], PAUSE[0])], at("2026-09-14 14:45"), id="ends before it begins"),
        pytest.param(NOVENC, [(PAUSE[0], PAUSE[0])], at("2026-09-14 14:45"), id="without length"),
        pytest.param(
            NOVENC,
            [(at("2026-09-14 12:15"), at("2026-09-14 14:00"))],
            at("2026-09-14 14:45"),
            id="over lunch",
        ),
        pytest.param(NOVENC, [(PAUSE[0], FOREVER)], None, id="still lasting"),
        pytest.param(ALWAYS, [(PAUSE[0], FOREVER)], None, id="still lasting, day and night"),
        pytest.param(NOVENC, [(at("2026-09-14 14:45"), FOREVER)], at("2026-09-14 14:45"), id="begun once due"),
    ],
)
def test_pauses_do_not_count(coverage: Schedule | None, pauses: list[Window], due: datetime | None) -> None:
    start = at("2026-09-14 09:00")
    assert deadline(start, 4 * HOUR, windows_of(coverage, start), pauses) == due


@pytest.mark.parametrize(
    ("coverage", "start", "end", "expected"),
    [
        pytest.param(ALWAYS, "2026-10-24 22:00", "2026-10-25 10:00", 13 * HOUR, id="the long night"),
        pytest.param(ALWAYS, "2026-03-28 22:00", "2026-03-29 10:00", 11 * HOUR, id="the short night"),
        pytest.param(ALWAYS, "2026-09-12 22:00", "2026-09-13 10:00", 12 * HOUR, id="any other night"),
        pytest.param(NOVENC, "2026-09-14 08:00", "2026-09-14 19:00", 7.25 * HOUR, id="a working day"),
        pytest.param(NOVENC, "2026-09-14 12:15", "2026-09-14 14:00", 0 * HOUR, id="lunch"),
        pytest.param(NOVENC, "2026-09-14 12:00", "2026-09-14 14:15", 0.5 * HOUR, id="around lunch"),
        pytest.param(IDLINE, "2026-12-24 17:00", "2026-12-28 09:00", 1.5 * HOUR, id="over Christmas"),
        pytest.param(IDLINE, "2026-09-15 10:00", "2026-09-14 10:00", 0 * HOUR, id="backwards"),
    ],
)
def test_what_has_run(coverage: Schedule | None, start: str, end: str, expected: timedelta) -> None:
    assert elapsed(at(start), at(end), windows_of(coverage, at(start))) == expected


def test_windows_that_end_too_early_give_no_deadline() -> None:
    start = at("2026-09-14 09:00")
    assert deadline(start, 4 * HOUR, [(start, start + 3 * HOUR)]) is None
    assert deadline(start, 4 * HOUR, [(start, start + 4 * HOUR)]) == start + 4 * HOUR
    assert deadline(start, 4 * HOUR, []) is None


instants = st.integers(0, 30 * 24 * 60).map(lambda n: datetime(2026, 10, 10, tzinfo=UTC) + n * MINUTE)
spans = st.integers(0, 3_000).map(lambda n: n * MINUTE)
pauses = st.lists(st.tuples(instants, instants), max_size=4)


@st.composite
def coverages(draw: st.DrawFn) -> list[Window]:
    """Sorted, disjoint windows, the last one without end."""
    edges = sorted(draw(st.lists(instants, max_size=12, unique=True)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [*pairs, (datetime(2027, 1, 1, tzinfo=UTC), FOREVER)]


@settings(max_examples=100)
@given(instants, spans, coverages(), pauses)
def test_exactly_the_promised_time_has_run_at_the_deadline(
    start: datetime, within: timedelta, windows: list[Window], stopped: list[Window]
) -> None:
    due = deadline(start, within, windows, stopped)
    assert due is not None
    assert elapsed(start, due, windows, stopped) == within
    if within:
        assert elapsed(start, due - MINUTE / 60, windows, stopped) < within, "not a second earlier"


@settings(max_examples=100)
@given(instants, spans, spans, coverages(), pauses)
def test_more_time_is_never_due_sooner(
    start: datetime, within: timedelta, more: timedelta, windows: list[Window], stopped: list[Window]
) -> None:
    sooner, later = (deadline(start, span, windows, stopped) for span in (within, within + more))
    assert sooner is not None
    assert later is not None
    assert sooner <= later
    begun_later = deadline(start + more, within, windows, stopped)
    assert begun_later is not None
    assert sooner <= begun_later
    without_pauses = deadline(start, within, windows)
    assert without_pauses is not None
    assert without_pauses <= sooner


@settings(max_examples=100)
@given(st.tuples(instants, instants, instants).map(sorted), coverages(), pauses)
def test_an_interval_cut_in_two_sums_to_the_whole(
    moments: list[datetime], windows: list[Window], stopped: list[Window]
) -> None:
    start, middle, end = moments
    halves = elapsed(start, middle, windows, stopped) + elapsed(middle, end, windows, stopped)
    assert halves == elapsed(start, end, windows, stopped)
    assert timedelta(0) <= halves <= end - start


@settings(max_examples=50, deadline=None)
@given(instants, spans, st.sampled_from([IDLINE, NOVENC]), pauses)
def test_the_same_holds_in_opening_hours(
    start: datetime, within: timedelta, schedule: Schedule, stopped: list[Window]
) -> None:
    windows = list(open_windows(schedule, start, start + timedelta(days=200)))
    due = deadline(start, within, windows, stopped)
    assert due is not None
    assert elapsed(start, due, windows, stopped) == within
