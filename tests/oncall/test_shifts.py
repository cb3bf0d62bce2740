"""Shifts: what each person has of a layer, whole, and nothing twice."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings

from directory.week import Span
from oncall.rotas import REACH, Engineer, Kind, Layer, Override, Rota, resolve
from oncall.shifts import Shift, reliefs, shifts
from tests.oncall.test_rotas_properties import instants, rotas, teams

MONDAY = datetime.fromisoformat("2026-09-07T08:30")  # naive: the wall clock of Paris
NOW = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def rota(*overrides: Override, engineers: tuple[str, ...] = ("a", "b")) -> Rota:
    layer = Layer(name="principal", starts=MONDAY, every=WEEK, engineers=engineers)
    return Rota(code="r", fallback="resp", layers=(layer,), overrides=overrides)


def over(engineer: str, first: str, last: str, kind: Kind = Kind.REPLACE) -> Override:
    starts, until = (datetime.fromisoformat(f"2026-09-{at}") for at in (first, last))
    return Override(layer="principal", starts=starts, until=until, engineer=engineer, kind=kind)


def told(found: tuple[Shift, ...]) -> list[tuple[str, str, str]]:
    """Who, from and until, by the wall clock of summer in Paris."""
    summer = timedelta(hours=2)
    return [(s.engineer, f"{s.starts + summer:%d %H:%M}", f"{s.until + summer:%d %H:%M}") for s in found]


A, B = ("a", "07 08:30", "14 08:30"), ("b", "14 08:30", "21 08:30")


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(rota(), [A, B], id="turns, the one under way whole"),
        pytest.param(
            rota(over("c", "13T10:00", "13T20:00")),
            [("a", "07 08:30", "13 10:00"), ("c", "13 10:00", "13 20:00"), ("a", "13 20:00", "14 08:30"), B],
            id="somebody steps in: the turn is cut in two",
        ),
        pytest.param(
            rota(over("c", "13T10:00", "13T20:00", Kind.ADD)),
            [A, ("c", "13 10:00", "13 20:00"), B],
            id="somebody stands beside: the turn is not cut",
        ),
        pytest.param(
            rota(over("b", "14T00:00", "14T08:30")),
            [("a", "07 08:30", "14 00:00"), ("b", "14 00:00", "21 08:30")],
            id="who comes earlier has one longer shift",
        ),
        pytest.param(
            rota(engineers=("a",)),
            [A, ("a", "14 08:30", "21 08:30")],
            id="alone in a layer: a shift for each turn",
        ),
        pytest.param(rota(engineers=()), [], id="the fallback, always: no shift at all"),
        pytest.param(
            rota(over("", "13T10:00", "13T20:00", Kind.REMOVE)),
            [("a", "07 08:30", "13 10:00"), ("resp", "13 10:00", "13 20:00"), ("a", "13 20:00", "14 08:30"), B],
            id="whoever is taken out: the fallback has a shift",
        ),
    ],
)
def test_shifts(of: Rota, expected: list[tuple[str, str, str]]) -> None:
    assert told(shifts(of, NOW, NOW + timedelta(days=3))) == expected


def test_a_night_that_is_an_hour_longer() -> None:
    """Hand-off by the wall clock on both sides of 25 October."""
    before, after = shifts(rota(), datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC))
    assert before.until - before.starts == WEEK + timedelta(hours=1)
    assert before.until == after.starts == datetime(2026, 10, 26, 7, 30, tzinfo=UTC)


def test_who_is_relieved() -> None:
    found = shifts(rota(over("c", "13T10:00", "13T20:00")), NOW, NOW + timedelta(days=3))
    assert list(reliefs(found).values()) == [(), ("a",), ("c",), ("a",)]
    alone = shifts(rota(engineers=("a",)), NOW, NOW + 2 * WEEK)
    assert set(reliefs(alone).values()) == {()}, "nobody relieves themselves"


def nights(*overrides: Override) -> tuple[Shift, ...]:
    """Each weekday night is a shift; a has this week, b the next, from Monday evening."""
    night = (Span(time(18), time(8, 30)),)
    layer = Layer(name="nuit", starts=MONDAY, every=WEEK, engineers=("a", "b"), only=(*5 * (night,), (), ()))
    moved = tuple(replace(override, layer="nuit") for override in overrides)
    return shifts(Rota(code="r", layers=(layer,), overrides=moved), NOW - timedelta(days=4), NOW + timedelta(days=6))


@pytest.mark.parametrize(
    ("overrides", "relieving"),
    [
        pytest.param((), [("b", ("a",))], id="after the weekend b relieves a, and nobody within a week"),
        pytest.param(
            (over("c", "09T18:00", "10T08:30"),), [("c", ("a",)), ("a", ("c",)), ("b", ("a",))],
            id="one night of somebody else: from evening to evening",
        ),
        pytest.param(
            (over("c", "12T00:00", "14T00:00"),), [("c", ("a",)), ("b", ("c",))],
            id="somebody has the weekend, which the layer leaves out",
        ),
        pytest.param(
            (over("c", "10T12:00", "12T12:00", Kind.ADD),), [("c", ("a",)), ("b", ("c",))],
            id="somebody beside, from a pause until after the others: they had it last",
        ),
    ],
)  # fmt: skip
def test_who_is_relieved_after_a_pause(overrides: tuple[Override, ...], relieving: list[object]) -> None:
    found = reliefs(nights(*overrides))
    assert [(shift.engineer, whom) for shift, whom in found.items() if whom] == relieving


@settings(max_examples=100, deadline=None)
@given(rotas, teams, instants)
def test_shifts_are_the_same_people_as_segments(rota: Rota, team: tuple[Engineer, ...], start: datetime) -> None:
    """At every edge: whoever is on call has exactly one shift then, unless they always are."""
    end = start + timedelta(days=9)
    found = shifts(rota, start, end, team)
    assert all(shift.starts < shift.until and shift.until > start and shift.starts < end for shift in found)
    for layer in rota.layers:
        for segment in resolve(rota, layer.name, start, end, team):
            held = [s.engineer for s in found if s.starts <= segment.starts < s.until]
            assert len(held) == len(set(held))
            assert set(held) <= set(segment.engineers)
            missing = set(segment.engineers) - set(held)
            assert all(_for_ever(rota, layer.name, who, segment.starts, team) for who in missing)


def _for_ever(rota: Rota, layer: str, engineer: str, at: datetime, team: tuple[Engineer, ...]) -> bool:
    """They are on call without an end in sight."""
    ahead = resolve(rota, layer, at, at + REACH + timedelta(days=9), team)
    return all(engineer in segment.engineers for segment in ahead)
