"""Who is woken, by what, and until when: an eligible call at night, and the telephones of those on call."""

from collections.abc import Callable

import pytest

from tests.jobs.work import events_of
from tests.stories.night import CLIENT, loss, quiet, renamed, taken_by, tried, woken
from tests.support.phone import ING1, ING2, ING3, ING4, RESP, SAMPLE, Caller, Line
from tests.web.links import link

MakeLine = Callable[..., Line]


# ---------------------------------------------------------------- somebody has it
def test_a_key_in_the_call_takes_it_and_ends_everything(line: Line) -> None:
    line.phone(ING2).does("answers:1")
    reference = loss(line)
    assert taken_by(line) == "ing2"
    [page] = line.pages()
    assert page["state"] == "acknowledged"
    assert ("ing2", "voice", "completed") in tried(line)
    assert line.ticket()["state"] == "in_progress"
    assert dict(events_of(line, reference))["acknowledged"] == {"by": "voice"}
    quiet(line, hours=1)


def test_what_the_engineer_hears(line: Line) -> None:
    reference = loss(line)
    engineer = line.phone(ING2).picks_up()
    engineer.hears("Client Démo Un", "Accès internet", "Appel reçu", "prendre le ticket, tapez 1")
    engineer.hears("message, tapez 2", "parler au client, tapez 3", "personne suivante, tapez 9")
    engineer.presses("*").hears("Client Démo Un")
    engineer.presses("5").hears("pas compris").does_not_hear("Client Démo Un")
    engineer.presses("1").hears("Vous avez pris le ticket").does_not_hear("prendre le ticket, tapez 1")
    assert taken_by(line) == "ing2"
    assert reference in line.phone(ING2).texts()[0]


@pytest.mark.parametrize("keys", ["", "2", "*", "5", "#"])
def test_other_keys_take_nothing(line: Line, keys: str) -> None:
    loss(line)
    engineer = line.phone(ING2).picks_up()
    if keys:
        engineer.presses(keys)
    engineer.hangs_up()
    line.settle()
    assert taken_by(line) is None


def test_silence_ends_the_call_and_takes_nothing(line: Line) -> None:
    loss(line)
    engineer = line.phone(ING2).picks_up()
    engineer.is_silent().is_silent().is_silent().was_let_go()
    line.settle()
    assert taken_by(line) is None
    assert line.pages()[0]["state"] == "pending"


def test_three_puts_the_engineer_through_to_the_client(line: Line) -> None:
    """The client sees the line's number; the engineer's stays private."""
    loss(line)
    engineer = line.phone(ING2).picks_up()
    line.phone(CLIENT).does("answers:")
    engineer.presses("3")
    assert taken_by(line) == "ing2"
    [leg] = [leg for leg in line.phone(CLIENT).simulated.legs if leg.direction == "outbound-dial"]
    assert leg.from_ == "+33586077777"


def test_a_repeated_key_is_harmless(line: Line) -> None:
    reference = loss(line)
    engineer = line.phone(ING2).picks_up().presses("1").hears("Vous avez pris")
    engineer.presses("1").hears("Vous avez pris")
    assert [kind for kind, _ in events_of(line, reference)].count("acknowledged") == 1


# ---------------------------------------------------------------- nobody says a word
def test_silent_first_then_the_second_layer(line: Line) -> None:
    line.phone(ING2).does("answers:-")
    line.phone(ING1).does("answers:1")
    loss(line)
    line.forward(minutes=5)
    assert woken(line) == {"ing2"}
    line.forward(minutes=2)
    assert taken_by(line) == "ing1"
    quiet(line, minutes=30)


def test_a_voicemail_that_picks_up_takes_nothing_and_hastens(line: Line) -> None:
    line.phone(ING2).does("voicemail")
    reference = loss(line)
    line.forward(seconds=30)
    assert taken_by(line) is None
    assert next(a["error"] for a in line.pages()[0]["attempts"] if a["channel"] == "voice") == "répondeur"
    line.forward(minutes=2)
    assert "ing1" in woken(line)
    assert "alert_failed" in dict(events_of(line, reference))


@pytest.mark.parametrize("manner", ["busy", "no-answer", "failed"])
def test_busy_and_undelivered_moves_on_within_seconds(line: Line, manner: str) -> None:
    line.twilio.faults.message(30003, to=ING2, times=-1)
    line.phone(ING2).does(manner)
    loss(line)
    line.forward(seconds=40)
    assert {"ing2", "ing1"} <= {engineer for engineer, _, _ in tried(line)}
    assert woken(line) >= {"ing1"}


def test_a_failed_call_is_tried_again_within_the_minute_though_the_text_arrived(line: Line) -> None:
    line.phone(ING2).does("busy")
    loss(line)
    line.forward(seconds=70)
    assert [state for engineer, channel, state in tried(line) if channel == "voice"].count("busy") == 2
    assert len(line.phone(ING2).texts()) == 1


def test_nobody_ever_answers_and_the_last_step_goes_on(line: Line) -> None:
    for number in (ING1, ING2, ING3, ING4, RESP):
        line.phone(number).does("answers:-")
    loss(line)
    line.forward(minutes=13)
    assert "resp" in woken(line)
    calls = len(line.phone(RESP).simulated.legs)
    line.forward(minutes=21)
    assert len(line.phone(RESP).simulated.legs) == calls + 2
    line.phone(RESP).does("answers:1")
    line.forward(minutes=11)
    assert taken_by(line) == "resp"
    quiet(line, minutes=30)


def test_an_empty_layer_is_skipped_at_its_time(line: Line) -> None:
    """The rota of NOVENC has no layer of reserve: at six minutes everyone of the entity is woken."""
    for number in (ING1, ING2, ING4):
        line.phone(number).does("answers:-")
    line.phone("05 36 49 20 01").calls().presses("3").presses("1").is_at("recording")
    line.settle()
    assert len(woken(line)) == 1
    line.forward(minutes=5, seconds=50)
    assert len(woken(line)) == 1
    line.forward(seconds=20)
    assert woken(line) == {"resp", "ing1", "ing2", "ing4"}


# ---------------------------------------------------------------- two at once, in the middle
def test_the_second_engineer_is_told_who_has_it(line: Line) -> None:
    loss(line)
    first = line.phone(ING2).picks_up()
    line.forward(minutes=2, seconds=35)
    second = line.phone(ING1).picks_up()
    first.presses("1").hears("Vous avez pris")
    second.presses("1").hears("déjà pris par", "Ingénieur 2").was_let_go()
    assert taken_by(line) == "ing2"


def test_telephones_that_still_ring_fall_silent(line: Line) -> None:
    loss(line)
    engineer = line.phone(ING2).picks_up()
    line.forward(minutes=2, seconds=35)
    assert line.phone(ING1).simulated.ringing
    engineer.presses("1")
    line.settle()
    assert line.phone(ING1).simulated.ringing is None
    assert ("ing1", "voice", "canceled") in tried(line)


def test_a_hand_off_in_the_middle_of_a_page(line: Line) -> None:
    """Monday 08:30 the week changes hands; the next step reaches whoever has it then."""
    line.clock.at("2026-09-14 08:29")
    line.phone(ING2).does("answers:-")
    loss(line)
    assert woken(line) == {"ing2"}
    line.forward(minutes=2, seconds=10)
    assert "ing1" in woken(line)


def test_an_engineer_deleted_during_a_page(line: Line) -> None:
    line.phone(ING2).does("answers:-")
    loss(line)
    toml = SAMPLE.read_text(encoding="utf-8")
    line.load(toml.replace('engineers = ["ing1", "ing2"]', 'engineers = ["ing1"]', 1))
    line.forward(minutes=2, seconds=10)
    assert "ing1" in woken(line)


def test_an_entity_renamed_during_a_page(line: Line) -> None:
    """The ticket speaks of an entity that the directory has no more: its people are woken all the same."""
    line.phone(ING2).does("answers:-")
    reference = loss(line)
    line.load(renamed("idline", "idl"))
    line.forward(minutes=6, seconds=10)
    assert "ing1" in woken(line)
    assert line.app.test_client().get(link(line, ING1)).status_code == 200
    line.phone(CLIENT).calls().presses("5").presses(digits(reference)).hears("Ticket")
    line.phone(ING1).picks_up().hears("Astreinte idline").presses("1").hears("Vous avez pris")
    assert taken_by(line) == "ing1"


def digits(reference: str) -> str:
    """As it is typed on a keypad."""
    return "".join(digit for digit in reference if digit.isdigit())


def test_it_got_worse_after_somebody_took_it(line: Line) -> None:
    line.phone(ING2).does("answers:1")
    loss(line)
    line.forward(minutes=30)
    texts = len(line.phone(ING2).texts())
    line.phone(ING2).does("answers:-")
    call_again(line).presses("1")
    line.settle()
    assert len(line.phone(ING2).texts()) == texts + 1
    assert [page["state"] for page in line.pages()] == ["acknowledged", "pending"]
    assert taken_by(line) == "ing2"


def test_it_got_worse_while_nobody_has_it(line: Line) -> None:
    """The page under way goes to its next step at once: the reserve is woken, not in six minutes."""
    line.phone(ING2).does("answers:-")
    loss(line)
    line.forward(seconds=70)
    call_again(line).presses("1")
    line.forward(seconds=10)
    assert len(line.pages()) == 1
    assert len(line.phone(ING2).simulated.legs) == 2


def call_again(line: Line) -> Caller:
    return line.phone(CLIENT).calls().presses("1").presses("1").presses("1")


# ---------------------------------------------------------------- callbacks
def test_lost_callbacks_are_asked_for(line: Line) -> None:
    line.twilio.faults.callback("alert", "lost", times=-1)
    line.phone(ING2).does("busy")
    loss(line)
    line.forward(seconds=100)
    assert ("ing2", "voice", "busy") in tried(line)
    assert len([state for _, channel, state in tried(line) if channel == "voice"]) >= 2
