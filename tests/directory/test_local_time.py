"""From the wall clock to instants, on ordinary days and on the nights of the change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.local_time import instant, shown


@pytest.mark.parametrize(
    ("zone", "wall", "first", "last"),
    [
        pytest.param("Europe/Paris", "2026-07-01 08:30", "2026-07-01 06:30", "2026-07-01 06:30", id="summer"),
        pytest.param("Europe/Paris", "2026-12-01 08:30", "2026-12-01 07:30", "2026-12-01 07:30", id="winter"),
        pytest.param("Europe/Paris", "2026-10-25 02:30", "2026-10-25 00:30", "2026-10-25 01:30", id="shown twice"),
        pytest.param("Europe/Paris", "2026-10-25 02:00", "2026-10-25 00:00", "2026-10-25 01:00", id="its beginning"),
        pytest.param("Europe/Paris", "2026-10-25 03:00", "2026-10-25 02:00", "2026-10-25 02:00", id="its end is one"),
        pytest.param("Europe/Paris", "2026-03-29 02:00", "2026-03-29 01:00", "2026-03-29 01:00", id="skipped: 03:00"),
        pytest.param("Europe/Paris", "2026-03-29 02:30", "2026-03-29 01:00", "2026-03-29 01:00", id="skipped too"),
        pytest.param("Europe/Paris", "2026-03-29 02:59:59", "2026-03-29 01:00", "2026-03-29 01:00", id="its end"),
        pytest.param("Europe/Paris", "2026-03-29 03:00", "2026-03-29 01:00", "2026-03-29 01:00", id="after the gap"),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04 02:15",
            "2026-10-03 15:30",
            "2026-10-03 15:30",
            id="half an hour skipped",
        ),
        pytest.param("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00", "2011-12-30 10:00", id="a day skipped"),
        pytest.param("America/Havana", "2026-03-08 00:30", "2026-03-08 05:00", "2026-03-08 05:00", id="at midnight"),
    ],
)
def test_an_instant_for_every_time_on_the_wall(zone: str, wall: str, first: str, last: str) -> None:
    showing = datetime.fromisoformat(wall)
    assert instant(showing, zone) == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert instant(showing, zone, last=True) == datetime.fromisoformat(last).replace(tzinfo=UTC)


zones = st.sampled_from(["Europe/Paris", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "UTC"])
minutes = st.integers(0, 25 * 366 * 24 * 60).map(lambda n: timedelta(minutes=n))
instants = minutes.map(lambda since: datetime(2010, 1, 1, tzinfo=UTC) + since)
walls = st.integers(0, 48 * 60).map(lambda n: datetime.fromisoformat("2026-10-24") + timedelta(minutes=n))


@settings(max_examples=100, deadline=None)
@given(instants, zones)
def test_what_is_shown_leads_back(at: datetime, zone: str) -> None:
    assert at in {instant(shown(at, zone), zone), instant(shown(at, zone), zone, last=True)}


@settings(max_examples=100, deadline=None)
@given(walls, st.integers(0, 240), zones)
def test_a_later_time_on_the_wall_is_never_earlier(wall: datetime, ahead: int, zone: str) -> None:
    later = wall + timedelta(minutes=ahead)
    for moved in (timedelta(0), timedelta(days=155)):  # the other change of the year
        for last in (False, True):
            assert instant(wall + moved, zone, last=last) <= instant(later + moved, zone, last=last)
