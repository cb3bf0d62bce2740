"""Hours of standby of a month, and its turns, as the law's worked examples have them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from directory.intervals import Interval
from directory.local_time import instant
from directory.roster import Layer
from standby.statements import Month, StandbyTurn, begun, standby
from tests.ivr import sample

ZONE = "Europe/Paris"
IDLINE, NOVENC = "idline", "infrastructure"


def at(wall: str) -> datetime:
    return instant(datetime.fromisoformat(wall), ZONE)


def hours(spans: Sequence[Interval]) -> float:
    return sum((until - starts for starts, until in spans), timedelta()) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("starts", "until", "idline", "others"),
    [
        pytest.param("2026-09-07", "2026-09-14", 120.5, 131.75, id="a week; the others are closed at noon too"),
        pytest.param("2026-10-19", "2026-10-26", 121.5, 132.75, id="the week of the 25-hour day"),
        pytest.param("2026-03-23", "2026-03-30", 119.5, 130.75, id="the week of the 23-hour day"),
        pytest.param("2026-05-01", "2026-06-01", 582.5, 620.75, id="May, with its three holidays on weekdays"),
        pytest.param("2026-10-01", "2026-11-01", 536.0, 585.5, id="October, with its hour more"),
        pytest.param("2026-10-19 18:00", "2026-10-26 08:30", 121.5, 130.5, id="from closing to opening"),
    ],
)
def test_hours_after_hours(starts: str, until: str, idline: float, others: float) -> None:
    book = sample.book()
    for rota, expected in ((IDLINE, idline), (NOVENC, others)):
        turn = StandbyTurn(rota=rota, layer="principal", starts=at(starts), until=at(until))
        assert hours(standby(book, turn)) == expected, rota


WEEKLY = Layer(
    name="principal", starts=datetime.fromisoformat("2026-01-05T08:30"), every=timedelta(weeks=1), engineers=("a", "b")
)


@pytest.mark.parametrize(
    ("layer", "spans", "count"),
    [
        pytest.param(WEEKLY, [("2026-09-07 08:30", "2026-09-14 08:30")], 1, id="a week"),
        pytest.param(WEEKLY, [("2026-09-07 08:30", "2026-09-21 08:30")], 2, id="somebody alone has each week"),
        pytest.param(WEEKLY, [("2026-08-31 08:30", "2026-09-07 08:30")], 0, id="begun in August"),
        pytest.param(WEEKLY, [("2026-09-28 08:30", "2026-10-05 08:30")], 1, id="that goes on in October"),
        pytest.param(WEEKLY, [("2026-09-07 08:30", "2026-09-09 10:00"), ("2026-09-09 12:00", "2026-09-14 08:30")], 1,
                     id="with two hours taken out of it"),
        pytest.param(WEEKLY, [("2026-09-09 10:00", "2026-09-09 12:00")], 1, id="two hours in somebody else's"),
        pytest.param(WEEKLY, [("2026-08-31 08:30", "2026-08-31 18:00"), ("2026-09-01 08:00", "2026-09-02 08:00")], 0,
                     id="again in a week in which they were in August"),
        pytest.param(None, [("2026-09-07 08:30", "2026-09-14 08:30"), ("2026-09-21 08:30", "2026-09-28 08:30")], 2,
                     id="of a layer that is no more: its stretches"),
        pytest.param(WEEKLY, [], 0, id="none"),
    ],
)  # fmt: skip
def test_turns_that_begin_in_september(layer: Layer | None, spans: Sequence[tuple[str, str]], count: int) -> None:
    month = Month.of("2026-09")
    assert month
    had = [(at(starts), at(until)) for starts, until in spans]
    assert begun(layer, ZONE, had, *month.edges(ZONE)) == count


def test_days_on_which_an_hour_comes_twice() -> None:
    october, march = Month.of("2026-10"), Month.of("2027-03")
    assert october
    assert march
    assert [f"{day:%d}" for day in october.repeated(ZONE)] == ["25"]
    assert march.repeated(ZONE) == []
    assert october.repeated("UTC") == []
    assert october.edges(ZONE)[0] == datetime(2026, 9, 30, 22, tzinfo=UTC)
