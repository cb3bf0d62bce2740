"""The hours that a demonstration proposes: the next ones, as calendars and clocks are."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from commands import SAMPLE
from commands.demo.demo_scene import hours, write
from commands.demo.demonstration import LIVED, Scene
from commands.demo.sandbox import PrivateLine
from directory.model import DirectoryData
from services import standby_months
from standby.statements import Month
from storage import schema
from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.database import Database
from storage.directory import parse
from storage.directory.versions import DirectoryCache
from storage.models import Account


@pytest.fixture(scope="module")
def directory() -> DirectoryData:
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
def test_the_next_ones(directory: DirectoryData, today: date, told: list[str]) -> None:
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
def test_an_hour_that_comes_twice(
    directory: DirectoryData, today: date, zone: str, night: tuple[str, str] | None
) -> None:
    there = replace(directory, organisation=replace(directory.organisation, timezone=zone))
    twice = [(each.day, each.time, each.again) for each in hours(there, today)][4:]
    assert twice == ([(*night, False), (*night, True)] if night else [])


def test_a_used_invitation_gives_way_to_signing_in(tmp_path: Path) -> None:
    """While the page is open, too: it asks how things are, and its links follow."""
    line = PrivateLine(tmp_path, None, 8001, 8002)
    database = Database(line.environment()["DATABASE_URL"])
    schema.upgrade(database)
    with database.begin() as db:
        accounts.add(db, "ingenieur@demo.example", [Role.ADMIN], datetime(2026, 9, 12, tzinfo=UTC))
    kept = Scene(line)

    def door() -> dict[str, str]:
        kept.keep_true()
        [found] = json.loads(line.scene.read_text(encoding="utf-8"))["doors"]
        return dict(found)

    invited = door()
    assert invited["label"] == "Console : ingénieur"
    assert "/invitation/" in invited["url"]
    assert door() == invited, "the same one as long as it has not served"
    with database.begin() as db:
        db.execute(update(Account).values(password="x"))
    assert door()["url"] == "http://127.0.0.1:8001/login"
    database.dispose()


def test_callers_are_told_apart_and_codes_are_there_to_be_typed(tmp_path: Path) -> None:
    line = PrivateLine(tmp_path, None, 8001, 8002)
    write(line, [], date(2026, 9, 12))
    told = json.loads(line.scene.read_text(encoding="utf-8"))
    assert {"number": "+33639981001", "label": "Client Démo Un", "note": "option 24/7"} in told["callers"]
    assert {"code": "260417", "label": "Client Démo Un, option 24/7"} in told["codes"]


def test_a_demonstration_has_a_month_behind_it(tmp_path: Path) -> None:
    """Which is stated: of what was before its directory nothing is known."""
    line = PrivateLine(tmp_path, datetime.fromisoformat("2026-12-25T03:12+01:00"), 8001, 8002, lived=LIVED)
    line.prepare()
    database = Database(line.environment()["DATABASE_URL"])
    with database.read() as db:
        found = standby_months.known(
            db, DirectoryCache(), Month(date(2026, 11, 1)), datetime.fromisoformat("2026-12-25T03:12+01:00")
        )
        due = [engineer.code for engineer in standby_months.unissued(db, found)]
    database.dispose()
    assert "ing1" in due
