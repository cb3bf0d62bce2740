"""The hours that a demonstration proposes: the next ones, as calendars and clocks are."""

from dataclasses import replace
from datetime import date

import pytest

from commands import SAMPLE
from commands.scenery import hours
from ivr.directory import Directory
from storage.directory import parse


@pytest.fixture(scope="module")
def directory() -> Directory:
    return parse(SAMPLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("today", "told"),
    [
        pytest.param(date(2026, 11, 24), ["2026-12-01 10:00", "2026-11-28 22:04", "2026-12-25 03:12"], id="a Tuesday"),
        pytest.param(date(2026, 7, 8), ["2026-07-21 10:00", "2026-07-11 22:04", "2026-12-25 03:12"],
                     id="the next Tuesday is the 14th of July"),
        pytest.param(date(2026, 12, 25), ["2026-12-29 10:00", "2026-12-26 22:04", "2027-12-25 03:12"], id="Christmas"),
    ],
)  # fmt: skip
def test_the_next_ones(directory: Directory, today: date, told: list[str]) -> None:
    found = [f"{each.day} {each.time}" for each in hours(directory, today)]
    assert [one for one in told if one not in found] == []


@pytest.mark.parametrize(
    ("today", "zone", "night"),
    [
        pytest.param(date(2026, 9, 12), "Europe/Paris", ("2026-10-25", "02:30"), id="this autumn"),
        pytest.param(date(2026, 10, 25), "Europe/Paris", ("2027-10-31", "02:30"), id="the next"),
        pytest.param(date(2026, 9, 12), "America/Martinique", None, id="where clocks are never changed"),
        pytest.param(date(2026, 9, 12), "America/Miquelon", ("2026-11-01", "01:30"), id="elsewhere"),
    ],
)
def test_an_hour_that_comes_twice(directory: Directory, today: date, zone: str, night: tuple[str, str] | None) -> None:
    there = replace(directory, organisation=replace(directory.organisation, timezone=zone))
    twice = [(each.day, each.time, each.again) for each in hours(there, today)][4:]
    assert twice == ([(*night, False), (*night, True)] if night else [])
