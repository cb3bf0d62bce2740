"""Twilio repeats its requests: every story ends the same when each of them comes twice."""

from typing import Literal

import pytest

from tests.ivr import sample
from tests.support.phone import ING2, Line, TestClock

TWICE = pytest.mark.parametrize(
    "twice", [pytest.param("in turn", id="one after the other"), pytest.param("together", id="both at once")]
)
Twice = Literal["in turn", "together"]


@pytest.fixture
def doubled(line: Line, twice: Twice) -> Line:
    """Both answers are compared by the pretend Twilio; a difference is a complaint."""
    line.twilio.faults.webhooks_twice = twice
    return line


@TWICE
def test_a_loss(doubled: Line) -> None:
    """One ticket, one page, one SMS, one recording."""
    caller = doubled.phone(sample.MOBILE_UN).calls().presses("1").presses("1").presses("1").presses("2")
    caller.says(7, then="#").hears("Je répète").was_let_go()
    doubled.settle()
    ticket = doubled.ticket()
    assert (ticket["sites"], ticket["recording_seconds"]) == (["Pau"], 7)
    assert len(doubled.pages()) == 1
    assert len(doubled.phone(ING2).texts()) == len(doubled.phone(sample.MOBILE_UN).texts()) == 1


@TWICE
def test_a_withheld_caller(doubled: Line) -> None:
    caller = doubled.phone(sample.WITHHELD).calls().presses("3").presses("1").presses("999999#").presses("260425#")
    caller.presses("0639982234#").presses("2").presses("0639982233#").presses("1").says(5)
    doubled.settle()
    assert doubled.ticket()["caller"] == "+33639982233"
    assert len(doubled.phone("06 39 98 22 33").texts()) == 1


@TWICE
def test_three_failures_are_three_not_six(doubled: Line) -> None:
    """A repeated silence is no second failure."""
    caller = doubled.phone(sample.STRANGER).calls().is_silent().is_silent().hears("votre site web", "tapez 5.")
    caller.is_at("gathering").is_silent().hears("Laissez un message au support").says(3)
    assert len(doubled.tickets()) == len(doubled.mails()) == 1


@TWICE
def test_a_hang_up_at_the_site(doubled: Line) -> None:
    doubled.phone(sample.UN).calls().presses("1").presses("1").presses("1").hangs_up()
    doubled.settle()
    assert doubled.ticket()["paged"]
    assert len(doubled.pages()) == 1


@TWICE
def test_a_call_in_hours(doubled: Line, clock: TestClock) -> None:
    """Each telephone rings once."""
    clock.at("2026-09-14 10:00")
    doubled.phone("05 36 49 01 01").does("busy")
    doubled.phone("05 36 49 01 02").does("voicemail")
    caller = doubled.phone(sample.UN).calls().presses("1")
    doubled.settle()
    caller.hears("Personne ne peut vous répondre").says(5)
    for number in ("05 36 49 01 01", "05 36 49 01 02"):
        assert len(doubled.phone(number).simulated.legs) == 1
    assert len(doubled.tickets()) == len(doubled.mails()) == 1


@TWICE
def test_an_escalation(doubled: Line, clock: TestClock) -> None:
    doubled.phone(sample.DEUX).calls().presses("3").presses("1").says(5)
    clock.forward(hours=5)
    doubled.phone(sample.DEUX).calls().presses("5").presses("26000018#").presses("1").was_let_go()
    assert len(doubled.mails()) == 1
    assert doubled.happened_to("NVL-26-00001-8").count("client_escalated") == 1


@TWICE
def test_it_got_worse(doubled: Line) -> None:
    doubled.phone(sample.DEUX).calls().presses("3").presses("1").says(5)
    doubled.phone(sample.DEUX).calls().presses("3").presses("1").presses("1").says(5)
    doubled.settle()
    assert doubled.happened_to("NVL-26-00001-8").count("worse") == 1
    assert len(doubled.tickets()) == len(doubled.pages()) == 1


def test_callbacks_in_the_opposite_order(line: Line) -> None:
    """The recording's callback before the action, the end of the call before both."""
    line.twilio.faults.recording_first = True
    line.twilio.faults.callbacks_reversed = True
    line.phone(sample.DEUX).calls().presses("3").presses("1").says(5)
    line.settle()
    assert line.ticket()["recording_seconds"] == 5
    assert len(line.pages()) == 1
