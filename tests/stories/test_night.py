"""A night call, from the greeting to the engineer's telephone: who is served, who is not, what is asked.

Saturday 12 September 2026, 22:04: everything is closed, ing2 is on call for IDLINE and NOVENC."""

from collections.abc import Callable

import pytest

from tests.ivr import sample
from tests.support.phone import ING2, Caller, Line, TestClock

LOSS, CHANGE, INFORMATION = "1", "2", "3"
IDLINE, OZANGES, NOVENC, IVELEM = "1234"


def at_the_code(line: Line, caller: str = sample.STRANGER, entity: str = IDLINE) -> Caller:
    """Somebody whose number says nothing reports a loss."""
    return line.phone(caller).calls().presses(entity).presses(LOSS).hears("code client à 6 chiffres, puis dièse")


def served(line: Line) -> dict[str, object]:
    """The only ticket, which must have woken somebody, once."""
    ticket = line.ticket()
    assert (ticket["paged"], ticket["refusal"], ticket["nature"]) == (True, None, "service_loss")
    assert len(line.pages()) == 1
    return ticket


def kept_for_reopening(line: Line, refusal: str | None) -> dict[str, object]:
    """The only ticket, which woke nobody; its desk has mail."""
    ticket = line.ticket()
    assert (ticket["refusal"], ticket["paged"]) == (refusal, False)
    line.nobody_is_woken()
    (mail,) = line.mails()
    assert mail["recipient"] == "support@nvl.fr"
    assert str(ticket["reference"]) in mail["subject"]
    return ticket


# ---------------------------------------------------------------- served
def test_a_known_client_is_served(line: Line) -> None:
    """R10–R18: no code, one ticket, one SMS to whoever is on call, the reference twice, the audio kept."""
    caller = line.phone("01 99 00 10 01").calls()
    caller.hears("Bonjour et bienvenue").presses("1").hears("IDLINE est fermé", "Réouverture", "lundi")
    caller.presses("1").hears("Quel service").does_not_hear("code client").presses("2")
    caller.hears("L'ingénieur d'astreinte est prévenu", "Après le bip").says(14, then="#")
    caller.hears("Votre référence est N V L, 2 6, 0 0 0 0 1, 8. Je répète : N V L, 2 6, 0 0 0 0 1, 8.").was_let_go()
    line.phone(ING2).gets_sms("NVL-26-00001-8", "Client Démo Un", "Hébergement", "Bordeaux", "01 99 00 10 01")
    ticket = served(line)
    assert (ticket["recording_seconds"], ticket["sites"]) == (14, ["Bordeaux"])


def test_one_service_one_site_needs_no_question(line: Line) -> None:
    """Straight to the beep."""
    caller = line.phone(sample.DEUX).calls().presses(NOVENC).presses(LOSS).is_at("recording")
    caller.does_not_hear("Quel").says(8)
    ticket = served(line)
    assert (ticket["service"], ticket["sites"], ticket["client"]) == ("Serveurs", ["Limoges"], "260425")


def test_a_mobile_gets_the_reference_by_sms(line: Line) -> None:
    """R17, and only a mobile: a landline cannot read."""
    line.phone(sample.MOBILE_UN).calls().presses(IDLINE).presses(LOSS).presses("2").says(3)
    line.phone(sample.MOBILE_UN).gets_sms("NVL-26-00001-8", "05 86 07 77 77")


def test_a_landline_gets_no_sms(line: Line) -> None:
    line.phone(sample.UN).calls().presses(IDLINE).presses(LOSS).presses("2").says(3)
    line.phone(sample.UN).gets_nothing()


def test_silence_after_the_beep_still_says_the_reference(line: Line) -> None:
    """Whoever cannot speak has a ticket all the same."""
    caller = line.phone(sample.DEUX).calls().presses(NOVENC).presses(LOSS).is_silent()
    caller.hears("Votre référence est", "Je répète", "Au revoir").was_let_go()
    served(line)


def test_a_silent_recording_may_fall_through(line: Line) -> None:
    """Twilio then goes on to the next verb instead of the action."""
    line.twilio.faults.silence_falls_through = True
    line.phone(sample.DEUX).calls().presses(NOVENC).presses(LOSS).is_silent().hears("Votre référence est").was_let_go()
    served(line)


# ---------------------------------------------------------------- the code
def test_a_stranger_types_the_clients_code(line: Line) -> None:
    at_the_code(line, entity=NOVENC).presses("260425#").hears("Après le bip").says(4, then="#")
    ticket = served(line)
    assert (ticket["client"], ticket["caller"], ticket["verified"]) == ("260425", sample.STRANGER, True)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("999999#", id="a code that nobody has"),
        pytest.param("26041#", id="too few digits"),
        pytest.param("2604177#", id="too many digits"),
        pytest.param("260*17#", id="a star in the middle"),
    ],
)
def test_a_wrong_code_is_asked_again(line: Line, wrong: str) -> None:
    """Said once what is wrong, then the same question; the right one is taken."""
    caller = at_the_code(line).presses(wrong).hears("Ce code n'est pas reconnu.", "Tapez votre code client")
    caller.presses("260417#").hears("Quel service").presses("2").says(5)
    ticket = served(line)
    assert (ticket["client"], ticket["caller"], ticket["verified"]) == ("260417", sample.STRANGER, True)


@pytest.mark.parametrize(
    "tries",
    [
        pytest.param(("999999#", "111111#", "000000#"), id="three wrong codes"),
        pytest.param(("", "", ""), id="three silences"),
        pytest.param(("#", "999999#", ""), id="only a hash, a wrong code, a silence"),
    ],
)
def test_no_valid_code_is_kept_as_unverified(line: Line, tries: tuple[str, ...]) -> None:
    """A message for reopening; nobody is woken."""
    caller = at_the_code(line)
    for keys in tries:
        caller.presses(keys) if keys else caller.is_silent()
    caller.hears("Sans code client reconnu", "à la réouverture", "Après le bip").says(7)
    ticket = kept_for_reopening(line, "unverified")
    assert (ticket["verified"], ticket["client"], ticket["nature"]) == (False, None, "service_loss")


def test_an_entity_may_wake_somebody_for_the_unverified(make_line: Callable[..., Line]) -> None:
    """`page_unverified`: the ticket says that nobody checked."""
    line = make_line(sample.SAMPLE.replace("page_unverified = false", "page_unverified = true"))
    caller = at_the_code(line).is_silent().is_silent().is_silent()
    caller.hears("L'ingénieur d'astreinte est prévenu").says(6)
    ticket = line.ticket()
    assert (ticket["paged"], ticket["verified"], ticket["refusal"]) == (True, False, "unverified")
    line.phone(ING2).gets_sms("NVL-26-00001-8", "client inconnu", "01 99 00 80 01")


def test_a_number_shared_by_two_clients_needs_the_code(wide_line: Line) -> None:
    """Either of them may be calling."""
    at_the_code(wide_line, sample.SHARED).presses("260433#").is_at("recording").says(5)
    assert served(wide_line)["client"] == "260433"


# ---------------------------------------------------------------- refused
def test_no_option(line: Line) -> None:
    """R12: its sentence, without the after-hours number; a message for reopening."""
    caller = line.phone(sample.UN).calls().presses(NOVENC).presses(LOSS)
    caller.hears("ne comporte pas l'option 24 heures sur 24, 7 jours sur 7", "à la réouverture", "Après le bip")
    caller.does_not_hear("05 36 49 00 24", "05, 36, 49").says(9)
    ticket = kept_for_reopening(line, "no_option")
    assert (ticket["kind"], ticket["client"], ticket["service"]) == ("incident", "260417", None)
    assert ticket["recording"]


@pytest.mark.parametrize(
    ("key", "refusal", "kind", "sentence"),
    [
        pytest.param(CHANGE, "change", "change_request", "ne traite pas les modifications", id="a change"),
        pytest.param(
            INFORMATION, "information", "information_request", "ne traite pas les demandes d'information",
            id="a request for information",
        ),
    ],
)  # fmt: skip
def test_what_the_on_call_desk_does_not_do(line: Line, key: str, refusal: str, kind: str, sentence: str) -> None:
    """R12: refused even with the option, kept all the same."""
    caller = line.phone(sample.DEUX).calls().presses(NOVENC).presses(key).hears(sentence, "Après le bip").says(9)
    caller.does_not_hear("ingénieur")
    ticket = kept_for_reopening(line, refusal)
    assert (ticket["kind"], ticket["nature"], ticket["client"]) == (kind, refusal, "260425")


def test_a_strangers_change_needs_no_code(line: Line) -> None:
    line.phone(sample.STRANGER).calls().presses(IVELEM).presses(CHANGE).hears("modifications").says(5)
    assert kept_for_reopening(line, "change")["verified"] is False


@pytest.mark.parametrize(
    ("caller", "entity"),
    [
        pytest.param(sample.ENDING, IDLINE, id="the option ended yesterday"),
        pytest.param(sample.DEUX, IDLINE, id="the option is for another entity"),
        pytest.param(sample.SHARED, NOVENC, id="another client on the same telephone has it"),
    ],
)
def test_an_option_that_does_not_apply(wide_line: Line, clock: TestClock, caller: str, entity: str) -> None:
    clock.at("2026-09-13 00:00")
    call = wide_line.phone(caller).calls().presses(entity).presses(LOSS)
    if caller == sample.SHARED:
        call.presses("260441#")
    call.hears("option 24 heures sur 24").says(3)
    kept_for_reopening(wide_line, "no_option")


@pytest.mark.parametrize(
    ("caller", "at", "serves"),
    [
        pytest.param(sample.ENDING, "2026-09-12 23:59:59", True, id="the last second of the last day"),
        pytest.param(sample.ENDING, "2026-09-13 00:00:00", False, id="midnight after the last day"),
        pytest.param(sample.TO_COME, "2026-09-12 23:59:59", False, id="the eve of the first day"),
        pytest.param(sample.TO_COME, "2026-09-13 00:00:00", True, id="midnight of the first day"),
    ],
)
def test_contracts_begin_and_end_at_midnight_in_paris(
    wide_line: Line, clock: TestClock, caller: str, at: str, serves: bool
) -> None:
    clock.at(at)
    wide_line.phone(caller).calls().presses(IDLINE).presses(LOSS).says(3)
    assert wide_line.ticket()["paged"] is serves


def test_a_contract_that_ends_in_the_middle_of_a_call(wide_line: Line, clock: TestClock) -> None:
    """The day of the call's first moment counts."""
    clock.at("2026-09-12 23:59:50")
    caller = wide_line.phone(sample.ENDING).calls()
    clock.forward(minutes=1)
    caller.presses(IDLINE).presses(LOSS).hears("ingénieur d'astreinte est prévenu").says(3)
    served(wide_line)


# ---------------------------------------------------------------- nature
def test_the_nature_is_asked_and_repeated(line: Line) -> None:
    caller = line.phone(sample.UN).calls().presses(IDLINE)
    choices = ("Pour la perte d'un service, tapez 1.", "Pour une modification, tapez 2.", "information, tapez 3.")
    caller.hears(*choices).presses("*").hears(*choices).does_not_hear("pas compris")
    caller.presses("8").hears("Je n'ai pas compris.", *choices)


def test_a_nature_that_is_never_said_waits_for_the_desk(line: Line) -> None:
    """Three failures: a message, nobody woken."""
    caller = line.phone(sample.UN).calls().presses(IDLINE).is_silent().presses("9").is_silent()
    caller.hears("Laissez un message au support", "à la réouverture", "Après le bip").says(6)
    ticket = kept_for_reopening(line, None)
    assert (ticket["nature"], ticket["entity"], ticket["client"]) == (None, "idline", "260417")


def test_three_failures_at_the_menu_at_night(line: Line) -> None:
    """The organisation's voicemail: a ticket without entity."""
    caller = line.phone(sample.STRANGER).calls().is_silent().presses("8").is_silent()
    caller.hears("Laissez un message au support", "Après le bip").says(6)
    assert kept_for_reopening(line, None)["entity"] is None


# ---------------------------------------------------------------- which service, which site
def at_the_site(line: Line) -> Caller:
    caller = line.phone(sample.UN).calls().presses(IDLINE).presses(LOSS)
    caller.hears("Quel service est perdu ?", "Accès internet, tapez 1.", "Hébergement, tapez 2.").presses("1")
    return caller.hears("Quel site est touché ?", "Bordeaux, tapez 1.", "Pau, tapez 2.", "Plusieurs sites, tapez 9.")


@pytest.mark.parametrize(
    ("keys", "sites"),
    [
        pytest.param(("1",), ["Bordeaux"], id="the first"),
        pytest.param(("2",), ["Pau"], id="the second"),
        pytest.param(("9",), ["Bordeaux", "Pau"], id="9: several, all are kept"),
        pytest.param(("3", "2"), ["Pau"], id="a key without a site, then the second"),
        pytest.param(("*", "1"), ["Bordeaux"], id="repeated first"),
        pytest.param(("", "", ""), [], id="three silences: woken all the same"),
        pytest.param(("3", "8", "0"), [], id="three wrong keys: woken all the same"),
    ],
)
def test_the_site(line: Line, keys: tuple[str, ...], sites: list[str]) -> None:
    caller = at_the_site(line)
    for key in keys:
        caller.presses(key) if key else caller.is_silent()
    caller.hears("Après le bip").says(5)
    ticket = served(line)
    assert (ticket["sites"], ticket["service"]) == (sites, "Accès internet")


def test_three_failures_at_the_service_wake_all_the_same(line: Line) -> None:
    """The option is established: what is lost is told by voice."""
    caller = (
        line.phone(sample.UN).calls().presses(IDLINE).presses(LOSS).presses("7").hears("pas compris", "Quel service")
    )
    caller.presses("9").is_silent().hears("Après le bip").says(5)
    assert served(line)["service"] is None


@pytest.mark.parametrize(
    ("keys", "service"),
    [
        pytest.param(("8",), "Stock", id="the eighth"),
        pytest.param(("9",), None, id="9: another one, told by voice"),
    ],
)
def test_more_services_than_keys(wide_line: Line, keys: tuple[str, ...], service: str | None) -> None:
    caller = wide_line.phone(sample.MANY_SERVICES).calls().presses(IVELEM).presses(LOSS)
    caller.hears("Stock, tapez 8.", "Un autre service, tapez 9.").does_not_hear("Caisse", "Devis")
    for key in keys:
        caller.presses(key)
    caller.hears("Après le bip").says(5)
    assert served(wide_line)["service"] == service


@pytest.mark.parametrize(
    ("key", "count"), [pytest.param("8", 1, id="the eighth"), pytest.param("9", 10, id="9: all of them")]
)
def test_more_sites_than_keys(wide_line: Line, key: str, count: int) -> None:
    caller = wide_line.phone(sample.MANY_SITES).calls().presses(OZANGES).presses(LOSS)
    caller.hears("Hendaye, tapez 8.", "Plusieurs sites, tapez 9.").does_not_hear("Irun").presses(key).says(5)
    assert len(wide_line.ticket()["sites"]) == count


def test_a_name_hostile_to_xml_and_gsm7(wide_line: Line) -> None:
    """Kilo & Fils <Forêt> "Ça", of L’Île."""
    wide_line.phone(sample.HOSTILE).calls().presses(IDLINE).presses(LOSS).hears("Après le bip").says(5)
    wide_line.phone(ING2).gets_sms('Kilo & Fils <Foret> "Ça"', "L'Ile")
