"""`after_hours_mode = "bridge"`: whoever is on call is rung first, and the page waits for them."""

from collections.abc import Callable

import pytest

from tests.support.phone import ING1, ING2, SAMPLE, Caller, Line

MakeLine = Callable[..., Line]
CLIENT = "06 39 98 10 01"


@pytest.fixture
def line(make_line: MakeLine) -> Line:
    toml = SAMPLE.read_text(encoding="utf-8")
    return make_line(toml.replace('after_hours_mode = "voicemail"', 'after_hours_mode = "bridge"', 1))


def reports(line: Line) -> Caller:
    """A client with the option, as far as the engineer's telephone ringing."""
    return line.phone(CLIENT).calls().presses("1").presses("1").presses("1").presses("9")


def taken_by(line: Line) -> object:
    return line.ticket()["acknowledged_by"]


def test_the_engineer_accepts_and_has_the_ticket(line: Line) -> None:
    caller = reports(line).hears("Nous appelons l'ingénieur d'astreinte").is_at("dialling")
    assert line.ticket()["paged"], "the ticket and its page are there before anybody answers"
    line.phone(ING2).picks_up().hears("Client Démo Un").presses("1")
    caller.is_at("talking")
    assert taken_by(line) == "ing2"
    caller.leg.end_talk()
    caller.hangs_up()
    line.forward(minutes=30)
    assert line.phone(ING2).texts() == [], "no SMS for a ticket one has been talking about"
    assert [call["outcome"] for call in line.calls()] == ["answered"]


@pytest.mark.parametrize("manner", ["no-answer", "busy", "voicemail", "answers:-", "answers:2"])
def test_nobody_accepts_and_the_page_goes_out_before_the_beep(line: Line, manner: str) -> None:
    """A mobile's own voicemail is nobody; so is a person who presses something else, or nothing."""
    line.phone(ING2).does(manner)
    caller = reports(line)
    line.settle()
    caller.hears("ingénieur d'astreinte est prévenu", "bip").is_at("recording")
    assert taken_by(line) is None
    line.phone(ING2).gets_sms(line.ticket()["reference"])
    caller.says(8)
    line.settle()
    assert line.ticket()["recording"]


def test_hanging_up_while_it_rings_wakes_somebody_all_the_same(line: Line) -> None:
    reports(line).hangs_up()
    line.settle()
    line.phone(ING2).gets_sms(line.ticket()["reference"])


def test_the_page_goes_out_by_itself_should_the_rest_be_lost(line: Line) -> None:
    """The web process dies while the telephone rings: the page had its own moment all along."""
    reports(line)
    line.door.is_down = True
    line.forward(seconds=30)
    assert line.phone(ING2).texts() == []
    line.forward(seconds=20)
    line.door.is_down = False
    line.phone(ING2).gets_sms()


def test_several_on_call_are_rung_in_turn_with_a_word_between(make_line: MakeLine) -> None:
    toml = SAMPLE.read_text(encoding="utf-8").replace(
        'after_hours_mode = "voicemail"', 'after_hours_mode = "bridge"', 1
    )
    line = make_line(
        toml.replace(
            'who = ["principal"],            by = ["sms", "voice"]',
            'who = ["principal", "secours"], by = ["sms", "voice"]',
        )
    )
    line.phone(ING2).does("no-answer")
    caller = reports(line)
    line.settle()
    caller.hears("Nous cherchons toujours")
    line.phone(ING1).picks_up().presses("1")
    assert taken_by(line) == "ing1"


def test_nobody_with_a_telephone_is_on_call(make_line: MakeLine) -> None:
    toml = SAMPLE.read_text(encoding="utf-8").replace(
        'after_hours_mode = "voicemail"', 'after_hours_mode = "bridge"', 1
    )
    line = make_line(toml.replace('phone = "06 39 98 00 02"\n', ""))
    reports(line).hears("bip").is_at("recording")


def test_accepting_twice_or_late_is_harmless(line: Line) -> None:
    caller = reports(line)
    colleague = line.phone(ING2).picks_up()
    line.twilio.faults.webhooks_twice = "in turn"
    colleague.presses("1")
    caller.is_at("talking")
    assert line.happened_to(line.ticket()["reference"]).count("acknowledged") == 1
