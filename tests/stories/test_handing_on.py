"""Not mine, or not any more: the next person is woken at once, in whatever order it is said."""

from collections.abc import Callable

import pytest

from storage import taking
from tests.jobs.work import events_of
from tests.phone import ING1, ING2, ING4, RESP, Line
from tests.stories.night import loss, taken_by, woken


def test_nine_passes_to_the_next_person_at_once(line: Line) -> None:
    reference = loss(line)
    line.phone(ING2).picks_up().presses("9").hears("personne suivante").was_let_go()
    line.forward(seconds=20)
    assert woken(line) == {"ing2", "ing1"}
    assert len(line.phone(ING2).simulated.legs) == 1, "whoever hands on is not called again by the next step"
    assert "passed_on" in dict(events_of(line, reference))


def test_a_ticket_taken_and_given_back_wakes_the_next(line: Line) -> None:
    loss(line)
    engineer = line.phone(ING2).picks_up().presses("1")
    line.forward(minutes=20)
    engineer.presses("9")
    assert taken_by(line) is None
    assert line.ticket()["state"] == "open"
    line.forward(seconds=20)
    assert "ing1" in woken(line)


def test_handed_on_taken_all_the_same_and_given_back(line: Line) -> None:
    """Within one firing: the second hand-over counts, and the next person is woken."""
    reference = loss(line)

    def in_one_breath(*deeds: Callable[..., object]) -> None:
        for deed in deeds:
            with line.database.begin() as db:
                deed(db, reference, "ing2", "link", line.clock())

    in_one_breath(taking.pass_on, taking.take, taking.pass_on)
    assert taken_by(line) is None
    line.forward(seconds=20)
    assert "ing1" in woken(line)


@pytest.mark.parametrize("minutes", [0, 15])
def test_a_colleague_who_was_not_woken_gives_it_back(line: Line, minutes: int) -> None:
    """Taken by a word between colleagues, in the first step or at the end of the ladder: it goes on at once."""
    for number in (ING1, ING2, ING4, RESP):
        line.phone(number).does("answers:-")
    reference = loss(line)
    if minutes:
        line.forward(minutes=minutes)
    with line.database.begin() as db:
        assert taking.take(db, reference, "ing3", "sms", line.clock()).engineer == "ing3"
    line.forward(minutes=5)
    sent = len(line.twilio.calls)
    with line.database.begin() as db:
        assert taking.pass_on(db, reference, "ing3", "sms", line.clock())
    line.forward(seconds=20)
    assert len(line.twilio.calls) > sent
