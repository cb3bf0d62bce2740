"""Rotas: who is on call, row by row, then minute by minute over the nights of the clock change."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from oncall.rotas import Layer, Override, Rota, Segment, Why, resolve, who

PARIS = ZoneInfo("Europe/Paris")
WEEK, DAY, HOUR, MINUTE = timedelta(weeks=1), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def at(text: str) -> datetime:
    return wall(text).replace(tzinfo=PARIS)


def utc(text: str) -> datetime:
    return wall(text).replace(tzinfo=UTC)


def layer(name: str, starts: str, every: timedelta, *engineers: str) -> Layer:
    return Layer(name=name, starts=wall(starts), every=every, engineers=engineers)


def override(starts: str, until: str, engineer: str, layer_name: str = "principal") -> Override:
    return Override(layer=layer_name, starts=wall(starts), until=wall(until), engineer=engineer)


IDLINE = Rota(
    code="idline",
    fallback="resp",
    layers=(
        layer("principal", "2026-01-05 08:30", WEEK, "ing1", "ing2"),
        layer("secours", "2026-01-05 08:30", WEEK, "ing2", "ing1"),
    ),
    overrides=(override("2026-11-21 18:00", "2026-11-22 08:00", "resp"),),
)
INFRASTRUCTURE = Rota(
    code="infrastructure",
    fallback="resp",
    layers=(layer("principal", "2026-01-05 08:30", WEEK, "ing4", "ing1", "ing2"),),
)
APPLICATIONS = Rota(
    code="applications",
    fallback="resp",
    layers=(layer("principal", "2026-01-05 18:00", DAY, "ing3", "ing4"),),
)


@pytest.mark.parametrize(
    ("rota", "layer_name", "now", "engineer", "why"),
    [
        pytest.param(IDLINE, "principal", "2026-12-25 03:12", "ing1", Why.ROTA, id="Christmas night"),
        pytest.param(IDLINE, "principal", "2026-01-05 08:30", "ing1", Why.ROTA, id="the first instant"),
        pytest.param(IDLINE, "principal", "2026-01-12 08:29:59", "ing1", Why.ROTA, id="a second before hand-off"),
        pytest.param(IDLINE, "principal", "2026-01-12 08:30", "ing2", Why.ROTA, id="hand-off"),
        pytest.param(IDLINE, "principal", "2026-09-07 08:30", "ing2", Why.ROTA, id="the week of 7 September begins"),
        pytest.param(IDLINE, "principal", "2026-09-14 08:29:59", "ing2", Why.ROTA, id="the same week ends"),
        pytest.param(IDLINE, "secours", "2026-09-09 12:00", "ing1", Why.ROTA, id="the second layer that week"),
        pytest.param(IDLINE, "principal", "2026-11-21 17:59:59", "ing2", Why.ROTA, id="before the override"),
        pytest.param(IDLINE, "principal", "2026-11-21 18:00", "resp", Why.OVERRIDE, id="the override begins"),
        pytest.param(IDLINE, "principal", "2026-11-22 07:59:59", "resp", Why.OVERRIDE, id="the override ends"),
        pytest.param(IDLINE, "principal", "2026-11-22 08:00", "ing2", Why.ROTA, id="after it the turn goes on"),
        pytest.param(IDLINE, "secours", "2026-11-22 03:00", "ing1", Why.ROTA, id="another layer's override"),
        pytest.param(IDLINE, "principal", "2026-01-05 08:29:59", "resp", Why.FALLBACK, id="not begun: fallback"),
        pytest.param(INFRASTRUCTURE, "principal", "2026-09-12 22:04", "ing2", Why.ROTA, id="three in turn"),
        pytest.param(INFRASTRUCTURE, "secours", "2026-09-12 22:04", None, Why.NOBODY, id="no such layer: nobody"),
        pytest.param(APPLICATIONS, "principal", "2026-01-06 17:59", "ing3", Why.ROTA, id="daily, before 18:00"),
        pytest.param(APPLICATIONS, "principal", "2026-01-06 18:00", "ing4", Why.ROTA, id="daily, from 18:00"),
    ],
)
def test_who_is_on_call(rota: Rota, layer_name: str, now: str, engineer: str | None, why: Why) -> None:
    found = who(rota, layer_name, at(now))
    assert (found.engineer, found.why) == (engineer, why)


def test_a_turn_has_its_bounds() -> None:
    expected = Segment(starts=utc("2026-10-19 06:30"), until=utc("2026-10-26 07:30"), engineer="ing2", why=Why.ROTA)
    assert who(IDLINE, "principal", at("2026-10-21 12:00")) == expected
    assert expected.until - expected.starts == 169 * HOUR, "the week in which the clock goes back"


def test_an_override_runs_on_over_a_hand_off() -> None:
    rota = Rota(code="r", layers=IDLINE.layers, overrides=(override("2026-09-13 18:00", "2026-09-14 12:00", "x"),))
    found = who(rota, "principal", at("2026-09-13 20:00"))
    assert (found.starts, found.until) == (at("2026-09-13 18:00"), at("2026-09-14 12:00"))


FIRST = override("2026-09-08 00:00", "2026-09-10 00:00", "x")
SECOND = override("2026-09-09 00:00", "2026-09-11 00:00", "y")


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        pytest.param((FIRST, SECOND), ["ing2", "x", "y", "ing2"], id="one after the other"),
        pytest.param((SECOND, FIRST), ["ing2", "x", "y", "ing2"], id="whichever is declared first"),
        pytest.param((FIRST, FIRST), ["ing2", "x", "ing2"], id="twice the same"),
        pytest.param((override("2026-09-10 00:00", "2026-09-09 00:00", "x"),), ["ing2"], id="ends before it begins"),
        pytest.param(
            (override("2026-09-08 00:00", "2026-09-10 00:00", "x", "secours"),),
            ["ing2"],
            id="another layer's",
        ),
        pytest.param((override("2020-01-01 00:00", "2030-01-01 00:00", "x"),), ["x"], id="covers all"),
    ],
)
def test_overrides_over_a_week(overrides: tuple[Override, ...], expected: list[str]) -> None:
    rota = Rota(code="r", layers=IDLINE.layers, overrides=overrides)
    found = resolve(rota, "principal", at("2026-09-07 08:30"), at("2026-09-14 08:30"))
    assert [segment.engineer for segment in found] == expected


def test_of_two_overlapping_overrides_the_later_declared_has_the_overlap() -> None:
    for overrides, engineer in (((FIRST, SECOND), "y"), ((SECOND, FIRST), "x")):
        rota = Rota(code="r", layers=IDLINE.layers, overrides=overrides)
        assert who(rota, "principal", at("2026-09-09 12:00")).engineer == engineer


NOBODY_YET = Rota(code="r", layers=(layer("principal", "2026-01-05 08:30", WEEK, "ing1"),))
EMPTY = Rota(code="r", fallback="resp", layers=(layer("principal", "2026-01-05 08:30", WEEK),))
STANDING = Rota(code="r", fallback="resp", layers=(layer("principal", "2026-01-05 08:30", timedelta(0), "ing1"),))
REPLACED = Rota(code="r", fallback="resp", overrides=(override("2026-09-08 00:00", "2026-09-10 00:00", "x"),))


@pytest.mark.parametrize(
    ("rota", "now", "engineer", "why"),
    [
        pytest.param(NOBODY_YET, "2026-01-01 00:00", None, Why.NOBODY, id="not begun, no fallback"),
        pytest.param(EMPTY, "2026-09-09 00:00", "resp", Why.FALLBACK, id="a layer without people"),
        pytest.param(STANDING, "2026-09-09 00:00", "resp", Why.FALLBACK, id="turns without length"),
        pytest.param(REPLACED, "2026-09-09 00:00", "x", Why.OVERRIDE, id="an override of a layer that is not there"),
        pytest.param(REPLACED, "2026-09-11 00:00", None, Why.NOBODY, id="nobody after it"),
    ],
)
def test_layers_that_give_nobody(rota: Rota, now: str, engineer: str | None, why: Why) -> None:
    found = who(rota, "principal", at(now))
    assert (found.engineer, found.why) == (engineer, why)
    assert found.starts <= at(now) < found.until


def test_a_layer_without_fallback_is_nobodys_until_it_begins() -> None:
    assert who(NOBODY_YET, "principal", at("2026-01-01 00:00")).until == at("2026-01-05 08:30")


def test_one_person_alone_is_one_segment() -> None:
    found = resolve(NOBODY_YET, "principal", at("2026-02-01 00:00"), at("2026-06-01 00:00"))
    assert found == (
        Segment(starts=at("2026-02-01 00:00"), until=at("2026-06-01 00:00"), engineer="ing1", why=Why.ROTA),
    )


def test_an_empty_range_has_no_segment() -> None:
    assert resolve(IDLINE, "principal", at("2026-02-01 00:00"), at("2026-02-01 00:00")) == ()
    assert resolve(IDLINE, "principal", at("2026-02-02 00:00"), at("2026-02-01 00:00")) == ()


NIGHTLY = Rota(
    code="r",
    layers=(
        layer("daily", "2026-01-01 02:30", DAY, "a", "b"),
        layer("hourly", "2026-01-01 00:00", HOUR, "a", "b", "c", "d", "e"),
        layer("weekly", "2026-01-04 02:30", WEEK, "a", "b"),
        layer("bare", "2026-01-01 02:30", DAY, "a", "b"),
    ),
    overrides=(
        override("2026-10-25 01:30", "2026-10-25 02:30", "x", "daily"),
        override("2026-03-29 02:30", "2026-03-29 04:00", "x", "daily"),
        override("2026-10-24 18:00", "2026-10-25 08:00", "x", "weekly"),
        override("2026-03-28 18:00", "2026-03-29 08:00", "x", "weekly"),
    ),
)


@pytest.mark.parametrize("layer_name", ["daily", "hourly", "weekly", "bare"])
@pytest.mark.parametrize("night", ["2026-03-28 20:00", "2026-10-24 20:00"], ids=["spring", "autumn"])
def test_every_minute_of_the_night_has_one_person(layer_name: str, night: str) -> None:
    start, end = at(night).astimezone(UTC), at(night).astimezone(UTC) + 14 * HOUR
    segments = resolve(NIGHTLY, layer_name, start, end)
    for moment in (start + n * MINUTE for n in range(14 * 60)):
        (held,) = (segment for segment in segments if segment.starts <= moment < segment.until)
        found = who(NIGHTLY, layer_name, moment)
        assert (found.engineer, found.why) == (held.engineer, held.why)
        assert found.starts <= moment < found.until


@pytest.mark.parametrize(
    ("layer_name", "start", "end", "expected"),
    [
        pytest.param(
            "daily",
            "2026-10-24 22:00",
            "2026-10-25 04:00",
            [("22:00", "a"), ("23:30", "x"), ("01:30", "b")],
            id="an override from 01:30 to the last 02:30, then the turn that began at the first",
        ),
        pytest.param(
            "daily",
            "2026-03-29 00:00",
            "2026-03-29 03:00",
            [("00:00", "a"), ("01:00", "x"), ("02:00", "b")],
            id="02:30 never comes: hand-off and override at 03:00",
        ),
        pytest.param(
            "hourly",
            "2026-10-24 23:00",
            "2026-10-25 03:00",
            [("23:00", "e"), ("00:00", "a"), ("02:00", "b")],
            id="the turn of 02:00 lasts two hours",
        ),
        pytest.param(
            "hourly",
            "2026-03-28 23:00",
            "2026-03-29 02:00",
            [("23:00", "d"), ("00:00", "e"), ("01:00", "b")],
            id="the turn of 02:00 does not come",
        ),
        pytest.param(
            "weekly",
            "2026-10-24 12:00",
            "2026-10-25 12:00",
            [("12:00", "b"), ("16:00", "x"), ("07:00", "a")],
            id="an override of 15 hours covers a hand-off",
        ),
        pytest.param(
            "weekly",
            "2026-03-28 12:00",
            "2026-03-29 12:00",
            [("12:00", "b"), ("17:00", "x"), ("06:00", "a")],
            id="an override of 13 hours covers a hand-off",
        ),
    ],
)
def test_the_nights_of_the_clock_change(
    layer_name: str, start: str, end: str, expected: list[tuple[str, str | None]]
) -> None:
    found = resolve(NIGHTLY, layer_name, utc(start), utc(end))
    assert [(f"{segment.starts:%H:%M}", segment.engineer) for segment in found] == expected


def test_ten_years_are_resolved_quickly() -> None:
    began = time.process_time()
    found = resolve(IDLINE, "principal", at("2026-01-05 08:30"), at("2036-01-07 08:30"))
    assert time.process_time() - began < 0.5, "0.01 s on a machine of 2026"
    assert len(found) == 524
    far = at("2126-01-07 08:30")
    began = time.process_time()
    assert all(who(IDLINE, "principal", far + n * DAY).why is Why.ROTA for n in range(100))
    assert time.process_time() - began < 0.5, "a century away is no further than tomorrow"
