"""Versions of the directory: which one counts when, and that two changes at once do not undo each other."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from directory.model import DirectoryData
from storage.database import Database
from storage.directory import parse, versions
from storage.directory.versions import NoDirectory
from tests.storage.test_directory_round_trip import SAMPLE

BEGAN, HOUR = datetime(2026, 9, 7, tzinfo=UTC), timedelta(hours=1)


def named(name: str) -> DirectoryData:
    directory = parse(SAMPLE)
    return replace(directory, organisation=replace(directory.organisation, name=name))


@pytest.mark.parametrize(
    ("loaded", "start", "end", "expected"),
    [
        pytest.param([0], -5, 5, [(1, -5, 5)], id="before the first there was the first"),
        pytest.param([0, 2, 4], 1, 5, [(1, 1, 2), (2, 2, 4), (3, 4, 5)], id="each its part"),
        pytest.param([0, 2, 4], 2, 4, [(2, 2, 4)], id="from its first instant to its last"),
        pytest.param([0, 2, 4], 9, 10, [(3, 9, 10)], id="the newest goes on"),
        pytest.param([0, 4, 2], 1, 5, [(1, 1, 2), (3, 2, 5)], id="a clock that went back: the newer wins"),
    ],
)
def test_the_version_of_an_instant(
    database: Database, loaded: list[int], start: int, end: int, expected: list[tuple[int, int, int]]
) -> None:
    with database.begin() as db:
        for n, hours in enumerate(loaded):
            assert versions.load(db, named(f"Groupe {n}"), BEGAN + hours * HOUR)
        found = versions.in_force(db, BEGAN + start * HOUR, BEGAN + end * HOUR)
    assert found == [(number, BEGAN + a * HOUR, BEGAN + b * HOUR) for number, a, b in expected]


def test_no_version_has_ever_been(database: Database) -> None:
    with database.read() as db, pytest.raises(NoDirectory):
        versions.in_force(db, BEGAN, BEGAN + HOUR)


def test_of_two_first_versions_one_is_kept(database: Database) -> None:
    def loads() -> bool:
        with database.begin() as db:
            return versions.succeed(db, versions.NONE, named("Deux"), BEGAN)

    with ThreadPoolExecutor(1) as other:
        with database.begin() as db:
            assert versions.succeed(db, versions.NONE, named("Un"), BEGAN)
            second = other.submit(loads)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)  # waits for the first one to be kept
        assert not second.result()


def test_a_change_to_what_is_no_longer_the_newest_is_not_made(database: Database) -> None:
    with database.begin() as db:
        versions.load(db, named("Un"), BEGAN)
        first = versions.newest(db)
        assert versions.before(db, first) is None
        assert versions.succeed(db, first, named("Deux"), BEGAN)
        second = versions.newest(db)
        assert not versions.succeed(db, first, named("Trois"), BEGAN)
        assert (versions.newest(db), versions.before(db, second)) == (second, first)
