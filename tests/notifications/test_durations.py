"""Lengths and pieces of time, as a client checks them on a closure report."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.durations import explained, spelled

PARIS = ZoneInfo("Europe/Paris")


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=PARIS, fold=fold)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        pytest.param(0, "0 s", id="nothing"),
        pytest.param(40, "40 s", id="seconds"),
        pytest.param(1_570, "26 min 10 s", id="minutes and seconds"),
        pytest.param(2_700, "45 min", id="minutes"),
        pytest.param(5_400, "1 h 30", id="an hour and a half"),
        pytest.param(3_900, "1 h 05", id="two figures"),
        pytest.param(46_800, "13 h", id="hours"),
        pytest.param(3_605, "1 h 5 s", id="an hour and seconds"),
        pytest.param(360_000, "100 h", id="not in days"),
    ],
)
def test_a_length(seconds: int, text: str) -> None:
    assert spelled(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("starts", "until", "line"),
    [
        pytest.param(
            at("09-14 16:30"), at("09-14 18:00"), "lundi 14/09 16 h 30 → 18 h 00 : 1 h 30", id="of one afternoon",
        ),
        pytest.param(
            at("10-24 22:00"), at("10-25 10:00"), "samedi 24/10 22 h 00 → dimanche 25/10 10 h 00 : 13 h",
            id="over the long night",
        ),
        pytest.param(
            at("03-28 22:00"), at("03-29 10:00"), "samedi 28/03 22 h 00 → dimanche 29/03 10 h 00 : 11 h",
            id="over the short night",
        ),
        pytest.param(
            at("10-25 02:30"), at("10-25 02:30", 1),
            "dimanche 25/10 2 h 30 (heure d'été) → 2 h 30 (heure d'hiver) : 1 h", id="a time shown twice",
        ),
        pytest.param(
            at("09-14 09:00:10"), at("09-14 09:00:50"), "lundi 14/09 9 h 00 min 10 s → 9 h 00 min 50 s : 40 s",
            id="seconds",
        ),
    ],
)  # fmt: skip
def test_a_piece_is_a_line(starts: datetime, until: datetime, line: str) -> None:
    assert explained([(starts.astimezone(PARIS), until)], PARIS) == (line,)
