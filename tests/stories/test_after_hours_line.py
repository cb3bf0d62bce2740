"""The line whose number only clients with the option are told (R13): code first, no menu where none is needed."""

import pytest

from tests.ivr import sample
from tests.support.phone import Line, TestClock

ASTREINTE = "05 36 49 00 24"
GREETING = "Astreinte du Groupe NVL, bonjour."


def test_a_known_client_goes_straight_to_the_nature(line: Line) -> None:
    """All the options are with one entity: no code, no menu."""
    caller = line.phone(sample.DEUX).calls(ASTREINTE).hears(GREETING, "NOVENC est fermé", "perte d'un service")
    caller.does_not_hear("code client", "assistance sur").presses("1").hears("Après le bip").says(5)
    ticket = line.ticket()
    assert (ticket["paged"], ticket["entity"], ticket["client"]) == (True, "novenc", "260425")


def test_a_stranger_is_asked_for_the_code_first(line: Line) -> None:
    caller = line.phone(sample.STRANGER).calls(ASTREINTE).hears(GREETING, "code client à 6 chiffres")
    caller.presses("260425#").hears("NOVENC est fermé", "perte d'un service").presses("1").says(5)
    assert line.ticket()["paged"]


@pytest.mark.parametrize("key", [pytest.param("2", id="a change"), pytest.param("3", id="information")])
def test_the_nature_is_always_asked(line: Line, key: str) -> None:
    """R12 holds on this line too."""
    line.phone(sample.DEUX).calls(ASTREINTE).presses(key).hears("L'astreinte ne traite pas").says(5)
    line.nobody_is_woken()


def test_options_with_several_entities_need_the_menu(wide_line: Line) -> None:
    """Client Démo Un has one entity with the option here, so the menu is for a client with none."""
    caller = wide_line.phone(sample.ENDING).calls(ASTREINTE).hears("IDLINE est fermé")
    caller.hangs_up()
    text = sample.enlarged() + sample.client(
        "260518", "Client Démo Dix", "+33199008801",
        sample.contract("idline", "SMS"), sample.contract("novenc", "Réseau"),
    )  # fmt: skip
    wide_line.load(text)
    caller = wide_line.phone("01 99 00 88 01").calls(ASTREINTE).hears(GREETING, "votre infrastructure, tapez 3.")
    caller.presses("3").hears("NOVENC est fermé").presses("1").hears("Après le bip").says(5)
    assert wide_line.ticket()["entity"] == "novenc"


def test_a_client_without_any_option_hears_the_menu_then_its_refusal(line: Line, clock: TestClock) -> None:
    clock.at("2029-03-03 22:00")  # Client Démo Deux has no contract any more
    caller = line.phone(sample.DEUX).calls(ASTREINTE).hears("votre infrastructure, tapez 3.").presses("3")
    caller.presses("1").hears("option 24 heures sur 24").says(5)
    assert line.ticket()["refusal"] == "no_option"


def test_three_wrong_codes_are_not_asked_for_again(line: Line) -> None:
    """The menu, the nature, then kept as unverified."""
    caller = line.phone(sample.STRANGER).calls(ASTREINTE)
    caller.presses("111111#").hears("pas reconnu").is_silent().presses("222222#").hears("tapez 1.", "tapez 5.")
    caller.presses("1").hears("IDLINE est fermé").presses("1").hears("Sans code client reconnu").says(5)
    assert line.ticket()["refusal"] == "unverified"
    line.nobody_is_woken()


def test_in_hours_it_behaves_as_the_main_line(line: Line, clock: TestClock) -> None:
    """C2: the menu, the team, no code."""
    clock.at("2026-09-14 10:00")
    caller = line.phone(sample.STRANGER).calls(ASTREINTE).hears(GREETING, "votre site web ou MVUE, tapez 2.")
    caller.does_not_hear("code client").presses("1").hears("Nous appelons IDLINE").is_at("dialling")


def test_at_lunch_somebody_is_open_so_it_is_in_hours(line: Line, clock: TestClock) -> None:
    """C4: NOVENC is closed then, and a client with the option is served as on the main line."""
    clock.at("2026-09-14 12:30")
    caller = line.phone(sample.DEUX).calls(ASTREINTE).hears("tapez 3.").presses("3").hears("NOVENC est fermé")
    caller.presses("1").hears("Après le bip").says(5)
    assert line.ticket()["paged"]
