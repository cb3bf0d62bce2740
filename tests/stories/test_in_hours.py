"""In hours: the menu, the team's telephones one after another, the message for the desk."""

from collections.abc import Callable

import pytest

from tests.ivr import sample
from tests.support.phone import Line, TestClock

FIRST, SECOND = "05 36 49 01 01", "05 36 49 01 02"
LABELS = (
    "vos services internet, téléphonie, hébergement ou SMS, tapez 1.",
    "votre site web ou MVUE, tapez 2.",
    "votre infrastructure, tapez 3.",
    "vos applications de gestion Sage, Cegid, Isialis, Ivepaie ou Ededoc, tapez 4.",
    "Pour suivre un ticket, tapez 5.",
)


@pytest.fixture(autouse=True)
def _monday_morning(clock: TestClock) -> None:
    clock.at("2026-09-14 10:00")


def rung(line: Line, number: str) -> int:
    """How often a telephone of the team has rung."""
    return len(line.phone(number).simulated.legs)


# ---------------------------------------------------------------- the menu
def test_the_greeting_and_the_four_choices(line: Line) -> None:
    """R1, R2: the mission's words, in order, the thing before its key, 5 after the four."""
    caller = line.phone(sample.STRANGER).calls().hears("Bonjour et bienvenue au support du Groupe NVL.")
    caller.hears("Vous souhaitez déclarer un incident ou vous avez besoin d'une assistance sur :", *LABELS)
    places = [caller.said.index(label) for label in LABELS]
    assert places == sorted(places)


def test_star_repeats_and_is_no_failure(line: Line) -> None:
    """As often as a person may want to hear it."""
    caller = line.phone(sample.STRANGER).calls()
    for _ in range(6):
        caller.presses("*").hears(*LABELS).does_not_hear("pas compris")
    caller.presses("1").hears("Nous appelons IDLINE")


@pytest.mark.parametrize("keys", ["6", "0", "7", "9"])
def test_a_key_that_means_nothing_is_asked_again_without_scolding(line: Line, keys: str) -> None:
    line.phone(sample.STRANGER).calls().presses(keys).hears("Je n'ai pas compris.", *LABELS).is_at("gathering")


@pytest.mark.parametrize(
    "failures",
    [
        pytest.param(("", "", ""), id="three silences"),
        pytest.param(("7", "0", "8"), id="three wrong keys"),
        pytest.param(("#", "", "6"), id="a lone hash, a silence, a wrong key"),
    ],
)
def test_three_failures_ring_the_first_open_entity(line: Line, failures: tuple[str, ...]) -> None:
    """A way out for a caller whose telephone sends no tones."""
    caller = line.phone(sample.STRANGER).calls()
    for keys in failures:
        caller.presses(keys) if keys.strip("#") else caller.is_silent()
    caller.hears("Nous appelons IDLINE").is_at("dialling")


def test_three_failures_at_lunch_ring_whoever_is_there(make_line: Callable[..., Line], clock: TestClock) -> None:
    """The first open one in menu order is not the first of the menu."""
    clock.at("2026-09-14 10:00")
    closure = '\n[[closures]]\nentity = "idline"\nfrom = 2026-09-14T08:00:00\nuntil = 2026-09-14T20:00:00\n'
    caller = make_line(sample.SAMPLE + closure).phone(sample.STRANGER).calls()
    caller.is_silent().is_silent().is_silent().hears("Nous appelons OZANGES").is_at("dialling")


# ---------------------------------------------------------------- the team
def test_the_first_colleague_accepts_with_1(line: Line) -> None:
    """They hear who is calling before they choose; the call is answered, no ticket is opened."""
    caller = line.phone(sample.UN).calls().presses("1").hears("Nous appelons IDLINE", "Un instant")
    colleague = line.phone(FIRST).simulated.answer()
    assert "Appel de Client Démo Un pour IDLINE. Pour prendre l'appel, tapez 1." in colleague.said_since_input
    colleague.press("1")
    caller.is_at("talking")
    colleague.end_talk(seconds=90)
    caller.hears("Au revoir").was_let_go()
    line.settle()
    assert rung(line, SECOND) == 0
    assert line.tickets() == []
    (call,) = line.calls()
    assert (call["outcome"], call["entity"]) == ("answered", "idline")


def test_an_unknown_caller_is_announced_as_one(line: Line) -> None:
    line.phone(sample.STRANGER).calls().presses("3")
    colleague = line.phone("05 36 49 03 01").simulated.answer()
    assert "Appel d'un client pour NOVENC." in colleague.said_since_input


@pytest.mark.parametrize(
    "manner",
    [
        pytest.param("busy", id="is busy"),
        pytest.param("no-answer", id="does not answer"),
        pytest.param("failed", id="cannot be reached"),
        pytest.param("voicemail", id="is a mobile whose voicemail answers: nobody pressed 1"),
        pytest.param("answers:2", id="declines with another key"),
        pytest.param("answers:-", id="picks up and presses nothing"),
    ],
)
def test_the_next_telephone_rings_when_the_first(line: Line, manner: str) -> None:
    """One after another, until somebody accepts with 1."""
    line.phone(FIRST).does(manner)
    line.phone(SECOND).does("answers:1")
    caller = line.phone(sample.UN).calls().presses("1")
    line.settle()
    caller.is_at("talking")
    assert (rung(line, FIRST), rung(line, SECOND)) == (1, 1)


def test_a_telephone_rings_for_its_time_only(line: Line) -> None:
    """20 seconds, then the next, then the message."""
    caller = line.phone(sample.UN).calls().presses("1")
    line.forward(seconds=10)
    assert rung(line, SECOND) == 0
    line.forward(seconds=10)
    assert rung(line, SECOND) == 1
    line.forward(seconds=20)
    caller.is_at("recording").hears("Personne ne peut vous répondre pour l'instant.", "Après le bip")


def test_nobody_answers_a_message_for_the_desk(line: Line) -> None:
    """R4: kept with all that is known of the caller, mailed to the desk, nobody woken, the reference twice."""
    for number in (FIRST, SECOND):
        line.phone(number).does("no-answer")
    caller = line.phone(sample.UN).calls().presses("1").hears("Personne ne peut vous répondre", "Après le bip")
    caller.says(15, then="#").hears("Votre référence est N V L, 2 6, 0 0 0 0 1, 8. Je répète : N V L, 2 6").was_let_go()
    line.nobody_is_woken()
    ticket = line.ticket()
    assert ticket | {
        "kind": "incident", "nature": None, "entity": "idline", "client": "260417", "verified": True,
        "refusal": None, "paged": False, "caller": sample.UN, "recording_seconds": 15,
    } == ticket  # fmt: skip
    (mail,) = line.mails()
    assert mail["recipient"] == "support@nvl.fr"
    assert "NVL-26-00001-8" in mail["subject"]
    assert "Client Démo Un" in mail["body"]


def test_the_ticket_is_there_before_the_beep(line: Line) -> None:
    """A caller who hangs up at the beep has left one all the same."""
    line.phone("05 36 49 02 01").does("busy")
    caller = line.phone(sample.STRANGER).calls().presses("2").is_at("recording")
    assert line.ticket()["entity"] == "ozanges"
    caller.hangs_up()
    assert not line.ticket()["recording"]


def test_an_entity_without_telephones_takes_a_message_at_once(make_line: Callable[..., Line]) -> None:
    """An empty team is no silence."""
    line = make_line(sample.SAMPLE.replace('team = ["05 36 49 03 01"]', "team = []"))
    line.phone(sample.UN).calls().presses("3").hears("Personne ne peut vous répondre").is_at("recording")


def test_a_withheld_caller_is_asked_for_a_number_before_the_beep(line: Line) -> None:
    line.phone("05 36 49 02 01").does("busy")
    caller = line.phone(sample.WITHHELD).calls().presses("2").hears("Votre numéro est masqué")
    caller.presses("0639982233#").hears("06, 39, 98, 22, 33").presses("1").hears("Après le bip").says(5)
    assert line.ticket()["caller"] == "+33639982233"


def test_a_number_that_forwards_to_us_is_served_as_the_main_line(line: Line) -> None:
    """`To` is then not 05 86 07 77 77."""
    forwarded = "+33199009999"
    line.twilio.numbers[forwarded] = line.twilio.numbers["+33586077777"]
    line.phone(sample.UN).calls(forwarded).hears("Bonjour et bienvenue", *LABELS)
