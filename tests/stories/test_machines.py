"""Twilio takes a person for an answering machine, and says so early or late: a key proves that somebody is there."""

import pytest
from sqlalchemy import select

from services import drills
from storage.models import Attempt
from tests.jobs.work import book_of, events_of
from tests.stories.night import loss, quiet, taken_by, woken
from tests.support.phone import ING1, ING2, Caller, Line
from tests.web.links import link
from tests.webhooks.requests import Twilio


def picks_up(line: Line) -> Caller:
    """A person; what Twilio hears is told by the stories themselves."""
    line.twilio.faults.callback("machine", "lost", times=-1)
    loss(line)
    return line.phone(ING2).picks_up()


def takes_for_a_machine(line: Line, caller: Caller, what: str = "machine_start", sid: str = "") -> None:
    """Twilio's callback, as late as one likes."""
    with line.database.read() as db:
        voice = db.execute(select(Attempt.id).where(Attempt.provider_sid == caller.leg.sid)).scalar_one()
    told = {"CallSid": sid or caller.leg.sid, "AnsweredBy": what, "MachineDetectionDuration": "2300"}
    assert Twilio(line).post(f"/webhooks/voice/alert/{voice}/machine", told).status == 204


def failures(line: Line) -> int:
    return [kind for kind, _ in events_of(line, line.ticket()["reference"])].count("alert_failed")


@pytest.mark.parametrize("what", ["machine_start", "machine_end_beep", "fax"])
@pytest.mark.parametrize(
    "key",
    [
        pytest.param("1", id="taken"),
        pytest.param("3", id="put through"),
        pytest.param("2", id="listens to the message"),
        pytest.param("*", id="asks again"),
        pytest.param("7", id="a key that means nothing"),
    ],
)
def test_a_key_then_a_machine(line: Line, key: str, what: str) -> None:
    engineer = picks_up(line).presses(key)
    takes_for_a_machine(line, engineer, what)
    line.settle()
    assert failures(line) == 0
    assert taken_by(line) == ("ing2" if key in "13" else None)
    line.forward(minutes=2)
    assert woken(line) == {"ing2"}, "nobody else is hastened"


@pytest.mark.parametrize("key", ["2", "*", "7"])
def test_a_machine_then_at_once_a_key(line: Line, key: str) -> None:
    """The two requests cross: their order changes nothing."""
    engineer = picks_up(line)
    takes_for_a_machine(line, engineer)
    engineer.presses(key)
    line.forward(minutes=2)
    assert woken(line) == {"ing2"}


def test_a_machine_then_a_key_that_takes(line: Line) -> None:
    engineer = picks_up(line)
    takes_for_a_machine(line, engineer)
    line.forward(minutes=2)
    assert "ing1" in woken(line), "the next person was woken meanwhile"
    engineer.presses("1").hears("Vous avez pris")
    line.settle()
    assert taken_by(line) == "ing2"
    quiet(line, minutes=30)


def test_handed_on_by_a_key_then_a_machine(line: Line) -> None:
    engineer = picks_up(line).presses("9")
    takes_for_a_machine(line, engineer)
    assert failures(line) == 0
    line.forward(seconds=20)
    line.phone(ING1).gets_sms(line.ticket()["reference"])


def test_taken_by_the_link_then_a_machine(line: Line) -> None:
    engineer = picks_up(line)
    line.app.test_client().post(link(line, ING2))
    assert taken_by(line) == "ing2"
    takes_for_a_machine(line, engineer)
    assert failures(line) == 0, "after somebody has it, nothing has failed"
    engineer.hangs_up()
    line.settle()
    quiet(line, minutes=30)


def test_silence_then_a_machine(line: Line) -> None:
    """Without a key it counts, as before."""
    engineer = picks_up(line).is_silent()
    takes_for_a_machine(line, engineer)
    assert failures(line) == 1
    line.forward(minutes=2)
    assert "ing1" in woken(line)


def test_a_machine_in_another_call_says_nothing_of_this_one(line: Line) -> None:
    engineer = picks_up(line)
    takes_for_a_machine(line, engineer, sid="CA" + "9" * 32)
    assert failures(line) == 0


def test_an_exercise_is_no_exception(line: Line) -> None:
    engineer = book_of(line).engineer("ing2")
    assert engineer is not None
    with line.database.begin() as db:
        drills.open_drill(db, book_of(line), engineer, line.clock())
    line.settle()
    caller = line.phone(ING2).picks_up().presses("1")
    takes_for_a_machine(line, caller)
    assert (failures(line), line.ticket()["state"]) == (0, "closed")
