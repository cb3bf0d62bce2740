"""The same night on a clock that never stands still: nothing may hang on two things happening at one instant."""

from datetime import datetime

import pytest

from tests.stories.night import loss, taken_by, tried, woken
from tests.support.phone import ING1, ING2, Line, TestClock


class Ticking(TestClock):
    """Every look at it takes ten milliseconds."""

    __test__ = False

    def __call__(self) -> datetime:
        self.forward(milliseconds=10)
        return self.now


@pytest.fixture
def clock() -> TestClock:
    return Ticking()


def test_an_undelivered_text_does_not_outrun_the_call_that_rings(line: Line) -> None:
    line.twilio.faults.message(30003, to=ING2, times=-1)
    loss(line)
    line.forward(seconds=15)
    assert [(engineer, channel) for engineer, channel, _ in tried(line)] == [("ing2", "sms"), ("ing2", "voice")]
    line.phone(ING2).picks_up().presses("1")
    assert taken_by(line) == "ing2"


def test_the_second_layer_is_woken_at_six_minutes(line: Line) -> None:
    line.phone(ING2).does("answers:-")
    line.phone(ING1).does("answers:1")
    loss(line)
    line.forward(minutes=5, seconds=50)
    assert woken(line) == {"ing2"}
    line.forward(seconds=20)
    assert taken_by(line) == "ing1"


def test_handed_on_wakes_the_next_once(line: Line) -> None:
    loss(line)
    line.phone(ING2).picks_up().presses("9")
    line.phone(ING1).does("answers:-")
    line.forward(seconds=30)
    assert woken(line) == {"ing1", "ing2"}
