"""Layers for some hours of the week: nobody outside them, and nobody stands in."""

import time as clock
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from directory.week import Day, Span, Week
from oncall.rotas import Kind, Layer, Override, Rota, Why, resolve, who
from tests.oncall.test_rotas import DAY, MINUTE, WEEK, at, layer, override, utc, wall


def day(*spans: str) -> Day:
    return tuple(Span(*map(time.fromisoformat, span.split("-"))) for span in spans)


def week(weekdays: Day = (), saturday: Day = (), sunday: Day = ()) -> Week:
    return (weekdays, weekdays, weekdays, weekdays, weekdays, saturday, sunday)


ALL_DAY, NIGHT = day("00:00-00:00"), day("18:00-08:30")
NIGHTS = week(NIGHT, ALL_DAY, day("00:00-08:30", "08:30-00:00"))
WEEKEND = week(saturday=ALL_DAY, sunday=ALL_DAY)
ANA = layer("principal", "2026-01-05 08:30", WEEK, "ana", "ben")


def rota(only: Week, *overrides: Override, turns: Layer = ANA) -> Rota:
    return Rota(code="r", fallback="resp", layers=(replace(turns, only=only),), overrides=overrides)


@pytest.mark.parametrize(
    ("only", "now", "engineer", "why"),
    [
        pytest.param(NIGHTS, "2026-09-08 08:29:59", "ben", Why.ROTA, id="a night goes on until the next morning"),
        pytest.param(NIGHTS, "2026-09-08 08:30", None, Why.OUTSIDE, id="the day is not its time: no fallback"),
        pytest.param(NIGHTS, "2026-09-08 17:59:59", None, Why.OUTSIDE, id="until the evening"),
        pytest.param(NIGHTS, "2026-09-08 18:00", "ben", Why.ROTA, id="when it begins"),
        pytest.param(NIGHTS, "2026-09-13 08:30", "ben", Why.ROTA, id="two spans that touch are one"),
        pytest.param(NIGHTS, "2026-09-14 00:00", None, Why.OUTSIDE, id="Sunday ends at midnight"),
        pytest.param(NIGHTS, "2025-09-09 20:00", "resp", Why.FALLBACK, id="not begun, in its hours: the fallback"),
        pytest.param(NIGHTS, "2025-09-09 12:00", None, Why.OUTSIDE, id="not begun, outside them: nobody"),
        pytest.param(WEEKEND, "2026-09-11 23:59:59", None, Why.OUTSIDE, id="Friday"),
        pytest.param(WEEKEND, "2026-09-12 00:00", "ben", Why.ROTA, id="Saturday"),
        pytest.param(week(), "2026-09-12 00:00", None, Why.OUTSIDE, id="no hours at all"),
        pytest.param(week(ALL_DAY, ALL_DAY, ALL_DAY), "2026-09-12 00:00", "ben", Why.ROTA, id="all hours"),
    ],
)
def test_a_layer_has_its_hours(only: Week, now: str, engineer: str | None, why: Why) -> None:
    found = who(rota(only), "principal", at(now))
    assert (found.engineer, found.why) == (engineer, why)


@pytest.mark.parametrize(
    ("kind", "engineers", "why"),
    [
        pytest.param(Kind.REPLACE, ("eva",), Why.OVERRIDE, id="somebody named answers at any hour"),
        pytest.param(Kind.ADD, ("eva",), Why.ADDED, id="somebody added is alone there"),
        pytest.param(Kind.REMOVE, (), Why.OUTSIDE, id="nobody can be taken out of it"),
    ],
)
def test_overrides_outside_the_hours(kind: Kind, engineers: tuple[str, ...], why: Why) -> None:
    noon = replace(override("2026-09-08 12:00", "2026-09-08 13:00", "eva"), kind=kind)
    found = who(rota(NIGHTS, noon), "principal", at("2026-09-08 12:30"))
    assert (found.engineers, found.why) == (engineers, why)


def test_a_night_is_a_piece_of_the_turn() -> None:
    night = who(rota(NIGHTS), "principal", at("2026-09-08 23:00"))
    assert (night.starts, night.until) == (at("2026-09-08 18:00"), at("2026-09-09 08:30"))
    noon = who(rota(NIGHTS), "principal", at("2026-09-08 12:00"))
    assert (noon.starts, noon.until) == (at("2026-09-08 08:30"), at("2026-09-08 18:00"))
    friday = who(rota(WEEKEND), "principal", at("2026-09-09 12:00"))
    assert (friday.starts, friday.until) == (at("2026-09-07 00:00"), at("2026-09-12 00:00")), "over a hand-off"


@pytest.mark.parametrize(
    ("span", "start", "end", "expected"),
    [
        pytest.param(
            "18:00-08:30", "2026-10-24 12:00", "2026-10-25 12:00", [("16:00", "a"), ("07:30", None)],
            id="autumn: a night of 15 hours and a half",
        ),
        pytest.param(
            "18:00-08:30", "2026-03-28 12:00", "2026-03-29 12:00", [("17:00", "a"), ("06:30", None)],
            id="spring: a night of 13 hours and a half",
        ),
        pytest.param(
            "02:15-02:45", "2026-10-24 23:00", "2026-10-25 03:00", [("00:15", "a"), ("01:45", None)],
            id="autumn: from the first 02:15 to the last 02:45",
        ),
        pytest.param("02:15-02:45", "2026-03-28 23:00", "2026-03-29 03:00", [], id="spring: 02:15 never comes"),
        pytest.param(
            "01:00-02:30", "2026-03-28 23:00", "2026-03-29 03:00", [("00:00", "a"), ("01:00", None)],
            id="spring: ends when the clock jumps",
        ),
    ],
)  # fmt: skip
def test_hours_on_the_nights_of_the_clock_change(
    span: str, start: str, end: str, expected: list[tuple[str, str | None]]
) -> None:
    every_day = week(day(span), day(span), day(span))
    alone = layer("principal", "2026-01-01 12:00", DAY, "a")
    found = resolve(rota(every_day, turns=alone), "principal", utc(start), utc(end))
    assert found[0].engineer is None
    assert [(f"{segment.starts:%H:%M}", segment.engineer) for segment in found[1:]] == expected


@pytest.mark.parametrize("night", ["2026-03-28 20:00", "2026-10-24 20:00"], ids=["spring", "autumn"])
@pytest.mark.parametrize("spans", ["18:00-08:30", "02:30-03:00", "01:59-02:01", "22:00-02:30"])
def test_every_minute_of_the_night_has_one_answer(night: str, spans: str) -> None:
    every_day = week(day(spans), day(spans), day(spans))
    hourly = layer("principal", "2026-01-01 00:00", timedelta(hours=1), "a", "b", "c")
    added = replace(override("2026-10-25 02:00", "2026-10-25 02:30", "x"), kind=Kind.ADD)
    removed = replace(override("2026-03-29 02:30", "2026-03-29 04:00", "b"), kind=Kind.REMOVE)
    nightly = rota(every_day, added, removed, turns=hourly)
    start = at(night).astimezone(UTC)
    segments = resolve(nightly, "principal", start, start + 14 * timedelta(hours=1))
    for moment in (start + n * MINUTE for n in range(14 * 60)):
        (held,) = (segment for segment in segments if segment.starts <= moment < segment.until)
        found = who(nightly, "principal", moment)
        assert found.like(held)
        assert found.starts <= moment < found.until


def test_the_week_goes_round() -> None:
    """Sunday evening to Monday morning, over the seam of the week, wherever the year is."""
    sunday = rota(week(sunday=NIGHT))
    for monday in (wall("2026-01-12 03:00") + n * timedelta(weeks=1) for n in range(60)):
        night = who(sunday, "principal", monday.replace(tzinfo=at("2026-01-05").tzinfo))
        assert night.engineer in ("ana", "ben")
        assert night.starts.weekday() == 6
        assert night.starts < night.until - timedelta(hours=14)


def test_a_moment_near_the_end_of_time_is_answered() -> None:
    assert who(rota(NIGHTS), "principal", datetime(2999, 12, 31, 23, tzinfo=UTC)).engineer in ("ana", "ben")


def test_ten_years_of_nights_are_resolved_quickly() -> None:
    began = clock.process_time()
    found = resolve(rota(NIGHTS), "principal", at("2026-01-05 18:00"), at("2036-01-07 08:30"))
    assert clock.process_time() - began < 3, "0.3 s on a machine of 2026"
    assert len(found) > 5_000
