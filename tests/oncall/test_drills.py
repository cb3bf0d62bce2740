"""When the exercise of the week was last due."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from oncall.drills import latest
from oncall.roster import Drill, Weekday


@pytest.mark.parametrize(
    ("drill", "now", "due"),
    [
        pytest.param("tuesday 10:00", "2026-09-15 10:00", "2026-09-15T10:00+02:00", id="at the very minute"),
        pytest.param("tuesday 10:00", "2026-09-15 09:59", "2026-09-08T10:00+02:00", id="a minute before: last week's"),
        pytest.param("monday 08:30", "2026-09-20 23:59", "2026-09-14T08:30+02:00", id="late on Sunday"),
        pytest.param("sunday 02:30", "2026-10-25 03:30", "2026-10-25T02:30+02:00", id="a time shown twice: the first"),
        pytest.param("sunday 02:30", "2026-03-29 04:00", "2026-03-29T03:00+02:00", id="a time skipped: after the gap"),
        pytest.param("tuesday 10:00", "2026-10-26 12:00", "2026-10-20T10:00+02:00", id="before the clock changed"),
    ],
)
def test_latest(drill: str, now: str, due: str) -> None:
    day, _, at = drill.partition(" ")
    found = latest(Drill(day=Weekday(day), at=time.fromisoformat(at)), "Europe/Paris", _paris(now))
    assert found == datetime.fromisoformat(due)


def _paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))
