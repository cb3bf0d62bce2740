"""Opening hours, row by row: the mission's table, the exceptions to the week, the clock changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from time import tzset
from zoneinfo import ZoneInfo

import pytest

from directory.hours import Because, Closed, Closure, Day, Open, Opening, Schedule, Span, Week, judge, windows

PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> datetime:
    """A wall-clock time in Paris, the first one when it is shown twice."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(*spans: str) -> Day:
    edges = (span.split("-") for span in spans)
    return tuple(Span(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in edges)


def weekdays(*spans: str) -> Week:
    return (day(*spans),) * 5 + ((), ())


def every_day(*spans: str) -> Week:
    return (day(*spans),) * 7


def idline(**changes: object) -> Schedule:
    return schedule(weekdays("08:30-18:00"), **changes)


def novenc(**changes: object) -> Schedule:
    return schedule(weekdays("08:30-12:15", "14:00-17:30"), **changes)


def schedule(week: Week, **changes: object) -> Schedule:
    facts: dict[str, object] = {"zone": "Europe/Paris", "week": week, "holidays": "FR"} | changes
    return Schedule(**facts)  # type: ignore[arg-type]


def is_open(what: Schedule, now: datetime) -> bool:
    return isinstance(judge(what, now), Open)


def reopening(what: Schedule, now: datetime) -> datetime | None:
    judged = judge(what, now)
    assert isinstance(judged, Closed)
    return judged.reopens


@pytest.mark.parametrize(
    ("now", "idline_open", "novenc_open"),
    [
        pytest.param("2026-09-14 08:29:59", False, False, id="a second before opening"),
        pytest.param("2026-09-14 08:30:00", True, True, id="the first open second"),
        pytest.param("2026-09-14 12:14:59", True, True, id="a second before lunch"),
        pytest.param("2026-09-14 12:15:00", True, False, id="lunch, for the others only"),
        pytest.param("2026-09-14 13:59:59", True, False, id="the last second of lunch"),
        pytest.param("2026-09-14 14:00:00", True, True, id="back from lunch"),
        pytest.param("2026-09-14 17:30:00", True, False, id="the others have gone"),
        pytest.param("2026-09-14 17:59:59", True, False, id="a second before closing"),
        pytest.param("2026-09-14 18:00:00", False, False, id="18:00:00 is closed"),
        pytest.param("2026-09-12 10:00:00", False, False, id="a Saturday"),
        pytest.param("2026-04-03 10:00:00", True, True, id="Good Friday is worked outside Alsace-Moselle"),
        pytest.param("2026-04-06 10:00:00", False, False, id="Easter Monday"),
        pytest.param("2026-05-14 10:00:00", False, False, id="Ascension"),
        pytest.param("2026-05-15 10:00:00", True, True, id="the day after Ascension is no holiday"),
        pytest.param("2026-12-24 17:45:00", True, False, id="Christmas Eve"),
        pytest.param("2026-10-25 02:30:00", False, False, id="a Sunday night, 02:30 the first time"),
    ],
)
def test_the_table_of_the_mission(now: str, idline_open: bool, novenc_open: bool) -> None:
    assert is_open(idline(), at(now)) is idline_open
    assert is_open(novenc(), at(now)) is novenc_open


@pytest.mark.parametrize(
    ("what", "now", "reopens"),
    [
        pytest.param(idline(), "2026-09-14 08:29:59", "2026-09-14 08:30", id="in a second"),
        pytest.param(novenc(), "2026-09-14 12:15:00", "2026-09-14 14:00", id="after lunch"),
        pytest.param(novenc(), "2026-09-14 17:30:00", "2026-09-15 08:30", id="tomorrow"),
        pytest.param(idline(), "2026-09-14 18:00:00", "2026-09-15 08:30", id="tomorrow, at 18:00:00 already"),
        pytest.param(idline(), "2026-09-12 10:00:00", "2026-09-14 08:30", id="after the week-end"),
        pytest.param(idline(), "2026-04-06 10:00:00", "2026-04-07 08:30", id="after Easter Monday"),
        pytest.param(novenc(), "2026-05-14 10:00:00", "2026-05-15 08:30", id="the day after Ascension"),
        pytest.param(novenc(), "2026-12-24 17:45:00", "2026-12-28 08:30", id="Christmas, then a week-end"),
        pytest.param(idline(), "2026-10-25 02:30:00", "2026-10-26 08:30", id="after the clock went back"),
        pytest.param(
            idline(holidays="FR-57"),
            "2026-04-03 10:00:00",
            "2026-04-07 08:30",
            id="Alsace-Moselle: Good Friday",
        ),
        pytest.param(
            idline(holidays="FR-57"),
            "2025-12-26 10:00:00",
            "2025-12-29 08:30",
            id="Alsace-Moselle: 26 December",
        ),
    ],
)
def test_when_it_opens_again(what: Schedule, now: str, reopens: str) -> None:
    expected = at(reopens)
    found = reopening(what, at(now))
    assert found == expected
    assert found is not None
    assert found.utcoffset() == expected.utcoffset(), "it is told in the zone's own time"


@pytest.mark.parametrize(
    ("now", "because", "name"),
    [
        pytest.param("2026-09-14 07:00", Because.BEFORE, "", id="early"),
        pytest.param("2026-09-14 12:15", Because.BREAK, "", id="lunch"),
        pytest.param("2026-09-14 17:30", Because.AFTER, "", id="late"),
        pytest.param("2026-09-14 23:59", Because.AFTER, "", id="late at night"),
        pytest.param("2026-09-15 00:00", Because.BEFORE, "", id="past midnight it is the next day"),
        pytest.param("2026-09-12 10:00", Because.DAY_OFF, "", id="Saturday"),
        pytest.param("2026-04-06 10:00", Because.HOLIDAY, "Lundi de Pâques", id="Easter Monday"),
        pytest.param("2026-12-25 03:00", Because.HOLIDAY, "Noël", id="a holiday lasts from midnight"),
        pytest.param("2026-11-01 10:00", Because.HOLIDAY, "Toussaint", id="a holiday on a Sunday is named"),
        pytest.param("2026-08-05 10:00", Because.CLOSURE, "Inventaire", id="closure"),
        pytest.param("2026-08-05 12:30", Because.CLOSURE, "Inventaire", id="closure at lunch"),
        pytest.param("2026-08-05 13:00", Because.BEFORE, "", id="a closure that took the morning"),
        pytest.param("2026-08-06 07:00", Because.BEFORE, "", id="before a closure of all the day's hours"),
        pytest.param("2026-08-06 19:00", Because.AFTER, "", id="after a closure of all the day's hours"),
        pytest.param("2026-08-09 10:00", Because.DAY_OFF, "", id="an opening that ends too early is none"),
        pytest.param("2026-07-14 10:00", Because.CLOSURE, "Pont", id="closure over holiday"),
    ],
)
def test_why_it_is_closed(now: str, because: Because, name: str) -> None:
    what = novenc(
        closures=(
            Closure(starts=wall("2026-08-05 00:00"), until=wall("2026-08-05 13:00"), reason="Inventaire"),
            Closure(starts=wall("2026-08-06 08:00"), until=wall("2026-08-06 18:00")),
            Closure(starts=wall("2026-07-13 08:00"), until=wall("2026-07-15 08:00"), reason="Pont"),
        ),
        openings=(Opening(starts=wall("2026-08-09 12:00"), until=wall("2026-08-09 09:00")),),
    )
    judged = judge(what, at(now))
    assert isinstance(judged, Closed)
    assert (judged.because, judged.name) == (because, name)


WHIT_MONDAY = Opening(starts=wall("2027-05-17 08:30"), until=wall("2027-05-17 17:30"))
INVENTORY = Closure(starts=wall("2026-09-14 10:00"), until=wall("2026-09-14 15:00"), reason="Inventaire")
IN_AUGUST = Closure(starts=wall("2026-08-10 00:00"), until=wall("2026-08-17 00:00"))
ON_A_SATURDAY = Opening(starts=wall("2026-09-12 09:00"), until=wall("2026-09-12 12:00"))
ALL_NIGHT = Opening(starts=wall("2026-09-14 16:00"), until=wall("2026-09-15 10:00"))
ONE_MORNING = Opening(starts=wall("2026-08-12 09:00"), until=wall("2026-08-12 11:00"))


@pytest.mark.parametrize(
    ("what", "now", "expected"),
    [
        pytest.param(novenc(), "2027-05-17 10:00", False, id="Whit Monday"),
        pytest.param(novenc(openings=(WHIT_MONDAY,)), "2027-05-17 10:00", True, id="Whit Monday worked"),
        pytest.param(novenc(openings=(WHIT_MONDAY,)), "2027-05-17 13:00", True, id="an opening has the hours it says"),
        pytest.param(novenc(openings=(WHIT_MONDAY,)), "2027-05-17 17:30", False, id="and ends as it says"),
        pytest.param(idline(closures=(INVENTORY,)), "2026-09-14 09:59", True, id="before a closure"),
        pytest.param(idline(closures=(INVENTORY,)), "2026-09-14 10:00", False, id="a closure begins"),
        pytest.param(idline(closures=(INVENTORY,)), "2026-09-14 14:59", False, id="a closure lasts"),
        pytest.param(idline(closures=(INVENTORY,)), "2026-09-14 15:00", True, id="a closure ends mid-day"),
        pytest.param(
            idline(closures=(IN_AUGUST,), openings=(ONE_MORNING,)),
            "2026-08-12 10:00",
            True,
            id="an opening beats a closure",
        ),
        pytest.param(
            idline(closures=(IN_AUGUST,), openings=(ONE_MORNING,)),
            "2026-08-12 11:00",
            False,
            id="the closure goes on after it",
        ),
        pytest.param(idline(openings=(ON_A_SATURDAY,)), "2026-09-12 10:00", True, id="a Saturday worked"),
        pytest.param(idline(openings=(ALL_NIGHT,)), "2026-09-15 03:00", True, id="an opening over midnight"),
        pytest.param(idline(openings=(ALL_NIGHT,)), "2026-09-15 12:00", True, id="then the day's own hours"),
        pytest.param(idline(overlay=weekdays("09:00-12:00")), "2026-09-14 08:45", False, id="the line is not open yet"),
        pytest.param(idline(overlay=weekdays("09:00-12:00")), "2026-09-14 11:59", True, id="both are open"),
        pytest.param(
            novenc(overlay=weekdays("08:30-12:00", "14:00-18:00")),
            "2026-09-14 17:45",
            False,
            id="a line adds nothing to its entity",
        ),
        pytest.param(
            idline(overlay=weekdays("09:00-12:00"), openings=(ON_A_SATURDAY,)),
            "2026-09-12 10:00",
            False,
            id="an entity's opening does not open the line",
        ),
        pytest.param(idline(holidays=""), "2026-12-25 10:00", True, id="no holidays wanted"),
        pytest.param(
            schedule(weekdays("18:00-09:00")),
            "2026-09-14 08:00",
            False,
            id="a span that ends too early is none",
        ),
    ],
)
def test_the_exceptions_to_the_week(what: Schedule, now: str, expected: bool) -> None:
    assert is_open(what, at(now)) is expected


def test_a_closure_of_one_entity_is_not_given_to_another() -> None:
    assert not is_open(idline(closures=(IN_AUGUST,)), at("2026-08-12 10:00"))
    assert is_open(novenc(), at("2026-08-12 10:00"))


def test_a_line_without_hours_on_a_day_is_off_on_it() -> None:
    judged = judge(idline(overlay=((),) * 5 + weekdays("10:00-12:00")[:2]), at("2026-09-14 10:00"))
    assert judged == Closed(Because.DAY_OFF)


def test_open_until_the_first_closed_instant() -> None:
    assert judge(novenc(), at("2026-09-14 09:00")) == Open(until=at("2026-09-14 12:15"))
    assert judge(idline(openings=(ALL_NIGHT,)), at("2026-09-14 09:00")) == Open(until=at("2026-09-15 18:00"))


def test_open_day_and_night_except_on_holidays() -> None:
    what = schedule(every_day("00:00-00:00"))
    assert judge(what, at("2026-12-20 03:00")) == Open(until=at("2026-12-25 00:00"))
    assert judge(what, at("2026-12-25 03:00")) == Closed(Because.HOLIDAY, "Noël", at("2026-12-26 00:00"))


def test_what_never_closes_has_no_end_and_what_never_opens_no_reopening() -> None:
    assert judge(schedule(every_day("00:00-00:00"), holidays=""), at("2026-09-14 10:00")) == Open(until=None)
    assert judge(schedule(weekdays()), at("2026-09-14 10:00")) == Closed(Because.DAY_OFF)


@pytest.mark.parametrize(
    ("week", "day_on", "opens", "closes"),
    [
        pytest.param("01:00-02:30", "2026-10-25", "2026-10-24 23:00", "2026-10-25 01:30", id="ends at the last 02:30"),
        pytest.param("02:30-05:00", "2026-10-25", "2026-10-25 00:30", "2026-10-25 04:00", id="from the first 02:30"),
        pytest.param("00:00-00:00", "2026-10-25", "2026-10-24 22:00", "2026-10-25 23:00", id="a day of 25 hours"),
        pytest.param("00:00-00:00", "2026-03-29", "2026-03-28 23:00", "2026-03-29 22:00", id="a day of 23 hours"),
        pytest.param(
            "02:30-05:00", "2026-03-29", "2026-03-29 01:00", "2026-03-29 03:00", id="02:30 never comes: 03:00"
        ),
        pytest.param(
            "01:00-02:30",
            "2026-03-29",
            "2026-03-29 00:00",
            "2026-03-29 01:00",
            id="closes when it is skipped",
        ),
    ],
)
def test_the_nights_of_the_clock_change(week: str, day_on: str, opens: str, closes: str) -> None:
    what = schedule((*[()] * 6, day(week)), holidays="")  # type: ignore[arg-type]
    found = list(windows(what, at(f"{day_on} 00:00"), utc(f"{day_on} 23:00")))
    assert found == [(utc(opens), utc(closes))]


def test_hours_that_lie_in_the_gap_are_none() -> None:
    what = schedule(every_day("02:15-02:45"), holidays="")
    assert reopening(what, at("2026-03-29 01:59")) == at("2026-03-30 02:15")


@pytest.mark.parametrize("fold", [0, 1], ids=["summer time", "winter time"])
def test_both_occurrences_of_a_repeated_hour(fold: int) -> None:
    night = at("2026-10-25 02:30").replace(fold=fold)
    assert reopening(idline(), night) == at("2026-10-26 08:30")
    assert is_open(schedule(every_day("00:00-06:00")), night)
    closed_at_half_past_two = schedule(every_day("00:00-02:30"))
    assert is_open(closed_at_half_past_two, night) is (fold == 0), "it closes at the last 02:30"
    opened_at_half_past_two = schedule(every_day("02:30-06:00"))
    assert is_open(opened_at_half_past_two, night), "it opened at the first 02:30"
    assert is_open(opened_at_half_past_two, night.replace(minute=0)) is (fold == 1)


def test_clocks_that_go_back_over_midnight() -> None:
    """Havana shows 00:00–01:00 twice; Goose Bay once went from 00:01 back to 23:01 the day before."""
    evenings = schedule(every_day("20:00-00:00"), zone="America/Havana", holidays="")
    assert is_open(evenings, utc("2026-11-01 04:30")), "it closes at the last midnight"
    assert not is_open(evenings, utc("2026-11-01 05:30"))
    mornings = schedule(every_day("00:00-06:00"), zone="America/Goose_Bay", holidays="")
    assert is_open(mornings, utc("2010-11-07 03:30")), "it has opened at the first midnight"
    assert not is_open(mornings, utc("2010-11-07 02:59"))
    evening, second_evening = utc("2010-11-07 00:00"), utc("2010-11-07 03:30")
    assert list(windows(mornings, evening, second_evening)) == [(utc("2010-11-07 03:00"), second_evening)]


def test_spans_out_of_order_or_overlapping_are_put_right() -> None:
    what = schedule(weekdays("14:00-17:30", "08:30-12:15", "12:00-12:30"))
    found = list(windows(what, at("2026-09-14 00:00"), at("2026-09-15 00:00")))
    assert found == [
        (at("2026-09-14 08:30"), at("2026-09-14 12:30")),
        (at("2026-09-14 14:00"), at("2026-09-14 17:30")),
    ]


def test_windows_are_clipped_to_what_was_asked() -> None:
    found = list(windows(idline(), at("2026-09-11 17:00"), at("2026-09-14 09:00")))
    assert found == [
        (utc("2026-09-11 15:00"), utc("2026-09-11 16:00")),
        (utc("2026-09-14 06:30"), utc("2026-09-14 07:00")),
    ]
    assert list(windows(idline(), at("2026-09-14 09:00"), at("2026-09-14 09:00"))) == []


def test_the_callers_zone_changes_nothing() -> None:
    now = at("2026-09-14 17:30")
    elsewhere = [now.astimezone(ZoneInfo(zone)) for zone in ("UTC", "Pacific/Auckland", "America/New_York")]
    assert {judge(novenc(), moment) for moment in [now, *elsewhere]} == {judge(novenc(), now)}


@pytest.fixture
def server_in_auckland(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


@pytest.mark.usefixtures("server_in_auckland")
def test_the_servers_zone_changes_nothing() -> None:
    assert is_open(idline(), at("2026-09-14 17:59:59"))
    assert reopening(idline(), at("2026-09-14 18:00:00")) == at("2026-09-15 08:30")


def test_an_overseas_entity_has_its_own_clock() -> None:
    reunion = idline(zone="Indian/Reunion", holidays="FR-974")
    assert is_open(reunion, utc("2026-09-14 04:30"))
    assert not is_open(idline(), utc("2026-09-14 04:30"))
