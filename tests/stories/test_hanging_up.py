"""The caller hangs up, at every moment there is: before eligibility the call log knows, after it somebody is woken."""

import pytest

from tests.ivr import sample
from tests.support.phone import ING2, Caller, Line, TestClock

MONDAY, SATURDAY = "2026-09-14 10:00", "2026-09-12 22:04"

# who calls, when, the keys they get to press ("" is silence), what is left behind
NOTHING, WOKEN, DESK = "nothing", "woken", "desk"
STAGES = (
    pytest.param(SATURDAY, sample.UN, (), NOTHING, id="in the greeting, at night"),
    pytest.param(MONDAY, sample.UN, (), NOTHING, id="in the greeting, in hours"),
    pytest.param(SATURDAY, sample.UN, ("8",), NOTHING, id="in the menu said again"),
    pytest.param(MONDAY, sample.UN, ("1",), NOTHING, id="while the team's telephone rings"),
    pytest.param(SATURDAY, sample.UN, ("1",), NOTHING, id="at the nature"),
    pytest.param(SATURDAY, sample.STRANGER, ("1", "1"), NOTHING, id="at the code"),
    pytest.param(SATURDAY, sample.STRANGER, ("1", "1", "999999#"), NOTHING, id="at the code asked again"),
    pytest.param(SATURDAY, sample.UN, ("5",), NOTHING, id="at the reference to follow"),
    pytest.param(SATURDAY, sample.UN, ("1", "1"), WOKEN, id="at the service"),
    pytest.param(SATURDAY, sample.STRANGER, ("1", "1", "260417#"), WOKEN, id="at the service, after the code"),
    pytest.param(SATURDAY, sample.UN, ("1", "1", "7"), WOKEN, id="at the service asked again"),
    pytest.param(SATURDAY, sample.UN, ("1", "1", "1"), WOKEN, id="at the site"),
    pytest.param(SATURDAY, sample.UN, ("1", "1", "2"), WOKEN, id="at the beep"),
    pytest.param(SATURDAY, sample.WITHHELD, ("3", "1", "260425#"), WOKEN, id="at the call-back number"),
    pytest.param(SATURDAY, sample.WITHHELD, ("3", "1", "260425#", "0639982233#"), WOKEN, id="while it is read back"),
    pytest.param(SATURDAY, sample.WITHHELD, ("3", "1", "260425#", "0639982233#", "1"), WOKEN, id="once confirmed"),
    pytest.param(SATURDAY, sample.UN, ("1", "2"), DESK, id="at the beep of a refused change"),
    pytest.param(SATURDAY, sample.UN, ("3", "1"), DESK, id="at the beep of a refused loss"),
    pytest.param(SATURDAY, sample.STRANGER, ("1", "1", "", "", ""), DESK, id="at the beep of the unverified"),
    pytest.param(SATURDAY, sample.STRANGER, ("", "", ""), DESK, id="at the beep of the organisation's voicemail"),
    pytest.param(SATURDAY, sample.WITHHELD, ("3", "2"), DESK, id="refused, at the call-back number"),
)


def led_to(line: Line, clock: TestClock, at: str, number: str, keys: tuple[str, ...]) -> Caller:
    clock.at(at)
    caller = line.phone(number).calls()
    for key in keys:
        caller.presses(key) if key else caller.is_silent()
    return caller


@pytest.mark.parametrize(("at", "number", "keys", "leaves"), STAGES)
def test_hanging_up(line: Line, clock: TestClock, at: str, number: str, keys: tuple[str, ...], leaves: str) -> None:
    led_to(line, clock, at, number, keys).hangs_up()
    line.settle()
    (call,) = line.calls()
    assert call["ended_at"]
    assert call["outcome"] == ("abandoned" if leaves == NOTHING else "message")
    if leaves == NOTHING:
        assert line.tickets() == []
    else:
        assert (line.ticket()["paged"], line.ticket()["recording"]) == (leaves == WOKEN, False)
    if leaves == WOKEN:
        line.phone(ING2).gets_sms("NVL-26-00001-8")
    else:
        line.nobody_is_woken()


@pytest.mark.parametrize(
    ("seconds", "kept"),
    [
        pytest.param(0, False, id="before speaking"),
        pytest.param(1, True, id="after a second of speech"),
        pytest.param(300, True, id="at the end of the longest message"),
    ],
)
def test_hanging_up_after_the_beep(line: Line, seconds: int, kept: bool) -> None:
    """Whatever was said is kept, and somebody is woken."""
    line.phone(sample.DEUX).calls().presses("3").presses("1").says(seconds)
    line.phone(ING2).gets_sms("NVL-26-00001-8")
    assert line.ticket()["recording"] is kept


def test_hanging_up_after_the_hash(line: Line) -> None:
    """While the reference is being said."""
    line.phone(sample.DEUX).calls().presses("3").presses("1").says(6, then="#").hangs_up()
    line.phone(ING2).gets_sms("NVL-26-00001-8")
    assert line.ticket()["recording_seconds"] == 6


def test_hanging_up_while_talking_with_the_team(line: Line, clock: TestClock) -> None:
    """Answered all the same."""
    line.phone("05 36 49 01 01").does("answers:1")
    caller = led_to(line, clock, MONDAY, sample.UN, ("1",)).is_at("talking")
    clock.forward(minutes=2)
    caller.hangs_up()
    line.settle()
    assert line.tickets() == []
    assert line.calls()[0]["outcome"] == "answered"


def test_hanging_up_while_a_colleague_is_whispered_to(line: Line, clock: TestClock) -> None:
    """Nobody has accepted: the next telephone does not ring for a caller who has gone."""
    caller = led_to(line, clock, MONDAY, sample.UN, ("1",))
    line.phone("05 36 49 01 01").simulated.answer()
    caller.hangs_up()
    line.settle()
    assert line.calls()[0]["outcome"] == "abandoned"
    assert not line.phone("05 36 49 01 02").simulated.legs


def test_the_end_of_the_call_lost_on_the_way(line: Line) -> None:
    """Twilio's callback is no promise: the ticket and its page were there before it."""
    line.twilio.faults.callback("voice/status", "lost", times=-1)
    line.phone(sample.DEUX).calls().presses("3").presses("1").hangs_up()
    line.phone(ING2).gets_sms("NVL-26-00001-8")
