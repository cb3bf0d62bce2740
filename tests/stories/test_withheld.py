"""A caller who hides their number is asked where to call back: after the identification, before the beep."""

import pytest

from tests.ivr import sample
from tests.support.phone import ING2, Caller, Line

FORMS = (
    pytest.param("+266696687", id="ANONYMOUS on a keypad"),
    pytest.param("+7378742833", id="RESTRICTED on a keypad"),
    pytest.param("+2562533", id="BLOCKED on a keypad"),
    pytest.param("+8656696", id="UNKNOWN on a keypad"),
    pytest.param("+86282452253", id="UNAVAILABLE on a keypad"),
    pytest.param("Anonymous", id="the word itself"),
    pytest.param("", id="nothing at all"),
    pytest.param("sip:inconnu@operateur.example", id="a SIP address"),
)
ASKS = "Tapez le numéro de téléphone auquel vous rappeler, puis dièse."


def at_the_callback(line: Line, caller: str = sample.WITHHELD) -> Caller:
    """Identified by the code, eligible, the page opened already."""
    call = line.phone(caller).calls().presses("3").presses("1").hears("code client").presses("260425#")
    call.hears("L'ingénieur d'astreinte est prévenu.", "Votre numéro est masqué.", ASKS).is_at("gathering")
    assert line.ticket()["paged"]
    return call


@pytest.mark.parametrize("caller", FORMS)
def test_every_way_to_hide(line: Line, caller: str) -> None:
    """Twilio has words for it; none of them is a number to call back."""
    at_the_callback(line, caller).is_silent().hears("Après le bip").says(4)
    assert line.ticket()["caller"] is None


def test_the_number_is_read_back_and_confirmed(line: Line) -> None:
    """1 makes it the ticket's caller, and a mobile gets the receipt."""
    caller = at_the_callback(line).presses("0639982233#")
    caller.hears("Vous avez tapé le 06, 39, 98, 22, 33.", "Si c'est exact, tapez 1.", "Pour corriger, tapez 2.")
    caller.presses("1").hears("Après le bip").says(10)
    assert line.ticket()["caller"] == "+33639982233"
    assert line.ticket()["contact"] == ""
    line.phone("06 39 98 22 33").gets_sms("NVL-26-00001-8")


def test_a_wrong_digit_is_corrected(line: Line) -> None:
    """2 asks again; the second number counts."""
    caller = at_the_callback(line).presses("0639982234#").presses("2").hears(ASKS)
    caller.presses("0536490001#").hears("05, 36, 49, 00, 01").presses("1").says(5)
    assert line.ticket()["caller"] == "+33536490001"
    line.phone("05 36 49 00 01").gets_nothing()


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param("12#", id="too short"),
        pytest.param("0899123456#", id="a premium rate"),
        pytest.param("06399822331234567890#", id="too long"),
        pytest.param("06*9982233#", id="a star in the middle"),
    ],
)
def test_what_cannot_be_rung_is_asked_again(line: Line, keys: str) -> None:
    """Three times; then it goes on without."""
    caller = at_the_callback(line)
    for _ in range(2):
        caller.presses(keys).hears("Ce numéro ne peut pas être rappelé.", ASKS)
    caller.presses(keys).hears("Après le bip").says(5)
    assert line.ticket()["caller"] is None


def test_silence_at_the_read_back_goes_on_without(line: Line) -> None:
    """A number that nobody confirmed is no caller's, but it stays on the ticket."""
    at_the_callback(line).presses("0639982233#").is_silent().hears("Après le bip").says(5)
    ticket = line.ticket()
    assert ticket["caller"] is None
    assert ticket["contact"] == "06 39 98 22 33 (numéro tapé, non confirmé)"


def test_hanging_up_at_the_read_back_keeps_what_was_typed(line: Line) -> None:
    at_the_callback(line).presses("0639982233#").hangs_up()
    line.phone(ING2).gets_sms("NVL-26-00001-8", "numéro masqué")
    assert line.ticket()["contact"].startswith("06 39 98 22 33")


def test_keys_other_than_1_and_2_repeat_the_question(line: Line) -> None:
    caller = at_the_callback(line).presses("0639982233#")
    caller.presses("*").hears("06, 39, 98, 22, 33").does_not_hear("pas compris")
    caller.presses("7").hears("Je n'ai pas compris.", "06, 39, 98, 22, 33").presses("1").says(5)
    assert line.ticket()["caller"] == "+33639982233"


def test_a_refused_caller_is_asked_too(line: Line) -> None:
    """The desk calls back at reopening."""
    caller = line.phone(sample.WITHHELD).calls().presses("3").presses("2").hears("modifications", ASKS)
    caller.presses("0536490001#").presses("1").hears("Après le bip").says(5)
    assert (line.ticket()["refusal"], line.ticket()["caller"]) == ("change", "+33536490001")
    line.nobody_is_woken()


def test_a_number_typed_for_somebody_elses_ticket_stays_in_its_history(line: Line) -> None:
    """The joined ticket keeps its own caller."""
    line.phone(sample.DEUX).calls().presses("3").presses("1").says(5)
    caller = line.phone(sample.WITHHELD).calls().presses("3").presses("1").presses("260425#")
    caller.hears("Un ticket est déjà ouvert").presses("2").hears(ASKS).presses("0639982233#").presses("1").says(3)
    assert line.ticket()["caller"] == sample.DEUX
    assert "call_back_number" in line.happened_to("NVL-26-00001-8")
