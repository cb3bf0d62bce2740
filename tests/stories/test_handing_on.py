"""Not mine, or not any more: the next person is woken at once, in whatever order it is said."""

from collections.abc import Callable

import pytest

from services import acknowledgement
from tests.jobs.work import events_of
from tests.stories.night import loss, quiet, taken_by, woken
from tests.stories.test_by_text import text
from tests.support.phone import ING1, ING2, ING4, RESP, Line
from tests.web.links import link


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

    in_one_breath(acknowledgement.escalate, acknowledgement.acknowledge, acknowledgement.escalate)
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
        assert acknowledgement.acknowledge(db, reference, "ing3", "sms", line.clock()).engineer == "ing3"
    line.forward(minutes=5)
    sent = len(line.twilio.calls)
    with line.database.begin() as db:
        assert acknowledgement.escalate(db, reference, "ing3", "sms", line.clock())
    line.forward(seconds=20)
    assert len(line.twilio.calls) > sent


# ---------------------------------------------------------------- nobody comes after
def test_at_the_last_step_nine_wakes_nobody_anew(line: Line) -> None:
    """They are told so, and the step is repeated in its own time."""
    for number in (ING1, ING4, RESP):
        line.phone(number).does("answers:-")
    line.phone(ING2).does("answers:-")
    loss(line)
    line.forward(minutes=11, seconds=50)
    line.phone(ING2).does("manual")
    line.forward(seconds=15)
    line.phone(ING2).picks_up().presses("9").hears("Personne d'autre n'est prévu").was_let_go()
    assert "Personne d'autre n'est prévu" in line.app.test_client().get(link(line, ING2)).text
    line.phone(ING2).does("answers:-")
    quiet(line, minutes=7)
    sent = len(line.twilio.calls)
    line.forward(minutes=4)
    assert len(line.twilio.calls) == sent + 3, "the whole step, at its time"


def test_said_again_when_the_next_step_has_fired_it_hastens_nothing(line: Line) -> None:
    """By key, then by the link: the first has woken the next person, who has their time."""
    for number in (ING1, ING4, RESP):
        line.phone(number).does("answers:-")
    loss(line)
    line.phone(ING2).picks_up().presses("9")
    line.forward(seconds=30)
    assert woken(line) == {"ing2", "ing1"}
    page = line.app.test_client().post(link(line, ING2), data={"action": "pass"})
    assert "Vous l'avez passé à la personne suivante" in page.text
    line.forward(seconds=90)
    assert woken(line) == {"ing2", "ing1"}


def test_nine_after_somebody_took_it_says_who_has_it(line: Line) -> None:
    reference = loss(line)
    engineer = line.phone(ING2).picks_up()
    with line.database.begin() as db:
        acknowledgement.acknowledge(db, reference, "ing1", "sms", line.clock())
    engineer.presses("9").hears("déjà pris par Ingénieur 1").does_not_hear("personne suivante").was_let_go()
    assert taken_by(line) == "ing1"


def test_why_it_was_passed_on_is_read_by_the_next_person(line: Line) -> None:
    line.phone(ING2).does("answers:-")
    loss(line)
    text(line, ING2, "NON en route\u202e, une heure")
    line.forward(seconds=20)
    assert "Ingénieur 2 : « en route, une heure »" in line.app.test_client().get(link(line, ING1)).text
    [passed_on] = line.pages()[0]["passed_on"]
    assert (passed_on["engineer"], passed_on["reason"]) == ("ing2", "en route, une heure")
