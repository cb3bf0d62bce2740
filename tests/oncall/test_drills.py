"""When the exercise of the week was last due, and whom it wakes."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from directory.roster import Drill, Layer, Rota, Weekday
from directory.week import Span
from oncall.drills import latest, woken


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


NIGHTS = 5 * ((Span(time(18), time(8, 30)),),) + ((), ())


def layer(name: str, *engineers: str, nights: bool = False) -> Layer:
    starts = datetime.fromisoformat("2026-09-07T08:30")  # naive: the wall clock of Paris
    return Layer(
        name=name, starts=starts, every=timedelta(weeks=1), engineers=engineers, only=NIGHTS if nights else None
    )


@pytest.mark.parametrize(
    ("layers", "woken_codes"),
    [
        pytest.param([layer("jour", "a", "b")], ("b",), id="whoever has it"),
        pytest.param([layer("nuit", "a", "b", nights=True), layer("secours", "c")], ("c",), id="the next layer's"),
        pytest.param([layer("nuit", "a", "b", nights=True)], ("b",), id="nobody now: tonight's"),
        pytest.param([layer("nuit", nights=True)], ("resp",), id="a layer without anybody: the fallback"),
        pytest.param([], ("resp",), id="no layer"),
    ],
)
def test_whom_it_wakes(layers: list[Layer], woken_codes: tuple[str, ...]) -> None:
    rota = Rota(code="r", fallback="resp", layers=tuple(layers))
    assert woken(rota, _paris("2026-09-15 10:00")) == woken_codes


def _paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))
