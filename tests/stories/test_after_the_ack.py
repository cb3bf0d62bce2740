"""Once somebody has it: the caller is told, the engineer is asked again, and a silent one does not keep it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from services import acknowledgement, desk_actions, qualification
from storage.models import Page
from tests.jobs.work import book_of, events_of
from tests.stories.night import loss, quiet, taken_by, woken
from tests.stories.test_by_text import text
from tests.support.phone import ING1, ING2, ING4, RESP, SAMPLE, Line
from tickets.states import Kind
from tickets.transitions import Action

MakeLine = Callable[..., Line]
CLIENT = "06 39 98 10 01"
REMINDING = ("repeat_last_every", 'remind_after = "30m"\nrepeat_last_every')


@pytest.fixture
def reminding(make_line: MakeLine) -> Line:
    """The sample's policy with a reminder at half an hour; ing2 takes the ticket at once."""
    line = make_line(SAMPLE.read_text(encoding="utf-8").replace(*REMINDING, 1))
    line.phone(ING2).does("answers:1")
    loss(line)
    assert taken_by(line) == "ing2"
    line.phone(ING2).does("answers:-")
    return line


# ---------------------------------------------------------------- the caller
def test_the_caller_is_told_that_somebody_has_it(line: Line) -> None:
    line.phone(ING2).does("answers:1")
    reference = loss(line)
    line.phone(CLIENT).gets_sms(reference, "pris en charge")
    line.forward(minutes=40)
    assert len(line.phone(CLIENT).texts()) == 2, "the receipt, and that somebody has it"


def test_after_twenty_minutes_the_caller_hears_that_we_keep_trying(line: Line) -> None:
    for number in (ING1, ING2):
        line.phone(number).does("answers:-")
    reference = loss(line)
    line.forward(minutes=19)
    assert len(line.phone(CLIENT).texts()) == 1
    line.forward(minutes=2)
    line.phone(CLIENT).gets_sms(reference, "Nous continuons")


@pytest.fixture
def calling_back(make_line: MakeLine) -> Line:
    """Whoever has left a number that reads no SMS is called."""
    return make_line(SAMPLE.read_text(encoding="utf-8").replace("[[lines]]", "call_back = true\n[[lines]]", 1))


def test_a_landline_is_called_back(calling_back: Line) -> None:
    line, standard = calling_back, calling_back.phone("01 99 00 10 01")
    line.phone(ING2).does("answers:1")
    standard.calls().presses("1").presses("1").presses("1").presses("9").says(5)
    line.settle()
    standard.picks_up().hears("Groupe NVL", "est pris en charge", "Je répète")
    line.forward(minutes=25)
    assert len(standard.simulated.legs) == 2, "their call and ours"


def test_a_landline_hears_that_we_keep_trying(calling_back: Line) -> None:
    line, standard = calling_back, calling_back.phone("01 99 00 10 01").does("answers:")
    standard.calls().presses("1").presses("1").presses("1").presses("9").says(5)
    line.forward(minutes=19)
    assert len(standard.simulated.legs) == 1
    line.forward(minutes=2)
    assert "Nous continuons d'appeler l'astreinte" in " ".join(standard.simulated.legs[-1].heard)


def test_a_landline_is_not_written_to(line: Line) -> None:
    line.phone(ING2).does("answers:1")
    line.phone("01 99 00 10 01").calls().presses("1").presses("1").presses("1").presses("9").says(5)
    line.settle()
    line.forward(minutes=25)
    assert line.phone("01 99 00 10 01").texts() == []


def test_callers_are_left_alone_where_the_directory_says_so(make_line: MakeLine) -> None:
    toml = SAMPLE.read_text(encoding="utf-8")
    line = make_line(toml.replace("ticket_prefix =", "inform_callers = false\nticket_prefix =", 1))
    line.phone(ING2).does("answers:1")
    loss(line)
    line.forward(minutes=25)
    assert len(line.phone(CLIENT).texts()) == 1, "the receipt is not a matter of taste"


# ---------------------------------------------------------------- the engineer
def test_whoever_has_it_is_asked_after_half_an_hour_and_confirms(reminding: Line) -> None:
    reminding.phone(ING2).does("manual")
    reminding.forward(minutes=30, seconds=10)
    reminding.phone(ING2).gets_sms("l'avez-vous toujours", "Répondez OK")
    engineer = reminding.phone(ING2).picks_up().hears("Rappel", "Client Démo Un", "confirmer que vous le gardez")
    engineer.presses("1").hears("vous gardez le ticket").does_not_hear("confirmer")
    assert "confirmed" in dict(events_of(reminding, reminding.ticket()["reference"]))
    quiet(reminding, hours=2)
    assert woken(reminding) == {"ing2"}


def test_whoever_does_not_confirm_loses_it_to_the_next(reminding: Line) -> None:
    reminding.forward(minutes=35)
    assert taken_by(reminding) == "ing2"
    reminding.phone(ING1).does("answers:1")
    reminding.forward(minutes=7)
    assert taken_by(reminding) == "ing1"
    told = [kind for kind, _ in events_of(reminding, reminding.ticket()["reference"])]
    assert told.count("not_confirmed") == 1


def test_without_a_reminder_in_the_policy_nobody_is_asked(line: Line) -> None:
    line.phone(ING2).does("answers:1")
    loss(line)
    quiet(line, hours=2)


def test_it_got_worse_after_the_ack_and_only_the_new_page_asks(reminding: Line) -> None:
    """Two pages were answered by one person: one reminder, one confirmation, and the ticket stays theirs."""
    reminding.forward(minutes=10)
    reminding.phone(ING2).does("answers:1")
    reminding.phone(CLIENT).calls().presses("1").presses("1").presses("1").presses("1")
    reminding.forward(minutes=2)
    assert [page["state"] for page in reminding.pages()] == ["acknowledged", "acknowledged"]
    reminding.forward(hours=3)
    told = reminding.happened_to(reminding.ticket()["reference"])
    assert (told.count("confirmed"), told.count("not_confirmed")) == (1, 0)
    assert (taken_by(reminding), woken(reminding)) == ("ing2", {"ing2"})


# ---------------------------------------------------------------- given back
def test_given_back_the_caller_is_told_as_it_goes(line: Line) -> None:
    """That nobody has it for twenty minutes, then that somebody has it again."""
    for number in (ING1, ING4, RESP):
        line.phone(number).does("answers:-")
    line.phone(ING2).does("answers:1")
    loss(line)
    line.phone(CLIENT).gets_sms("pris en charge")
    line.forward(minutes=10)
    line.phone(ING2).does("answers:-")
    text(line, ING2, "NON")
    line.forward(minutes=21)
    line.phone(CLIENT).gets_sms("Nous continuons")
    text(line, ING1, "OK")
    line.phone(CLIENT).gets_sms("est pris en charge")
    line.forward(hours=1)
    assert len(line.phone(CLIENT).texts()) == 4


def test_taken_by_somebody_else_a_moment_later_is_no_news_to_the_caller(line: Line) -> None:
    line.phone(ING2).does("answers:1")
    loss(line)
    text(line, ING2, "NON")
    line.forward(seconds=20)
    text(line, ING1, "OK")
    line.forward(hours=1)
    assert len(line.phone(CLIENT).texts()) == 2, "the receipt, and that somebody has it"


def test_taken_and_given_back_before_the_caller_was_told(line: Line) -> None:
    """The word that was not true any more never leaves; the next one does."""
    line.phone(ING2).does("answers:-")
    reference = loss(line)
    with line.database.begin() as db:
        acknowledgement.acknowledge(db, reference, "ing2", "link", line.clock())
        acknowledgement.escalate(db, reference, "ing2", "link", line.clock())
    line.forward(minutes=1)
    assert len(line.phone(CLIENT).texts()) == 1
    text(line, ING1, "OK")
    line.phone(CLIENT).gets_sms("est pris en charge")


# ---------------------------------------------------------------- nobody is needed any more
@pytest.fixture
def changed(reminding: Line) -> str:
    """It was no loss but a change, and a small one: it waits for nobody at night."""
    reference = str(reminding.ticket()["reference"])
    with reminding.database.begin() as db:
        qualification.qualify(
            db, book_of(reminding), reference, "ing2", reminding.clock(), {"kind": Kind.CHANGE_REQUEST}
        )
        desk_actions.act(db, reference, Action.SIZE_MINOR, "ing2", reminding.clock())
    return reference


def test_of_a_change_a_silent_engineer_stays_its_engineer(reminding: Line, changed: str) -> None:
    reminding.forward(minutes=45)
    assert taken_by(reminding) == "ing2"
    with reminding.database.read() as db:
        assert [(page.trouble, page.run_at) for page in db.execute(select(Page.__table__))] == [("", None)]


def test_a_change_is_not_passed_on_at_night(reminding: Line, changed: str) -> None:
    reminding.settle()
    text(reminding, ING2, "NON")
    reminding.settle()
    assert taken_by(reminding) == "ing2"
    assert woken(reminding) == {"ing2"}
