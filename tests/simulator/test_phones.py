import pytest

from simulator.numbers import e164, is_dialable, receives_sms, spaced
from simulator.twilio import Twilio
from tests.simulator.product import CALLER, DESK, LINE, Product


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        pytest.param("05 36 49 20 01", "+33536492001", id="by pairs"),
        pytest.param("05.36.49.20.01", "+33536492001", id="with dots"),
        pytest.param("+33 (0)5 36 49 20 01", "+33536492001", id="both prefixes"),
        pytest.param("0033536492001", "+33536492001", id="the other international prefix"),
        pytest.param("05\u202f36\u00a049 20 01", "+33536492001", id="narrow and unbreakable spaces"),
        pytest.param("+266696687", "+266696687", id="withheld, in digits"),
        pytest.param("Anonymous", "Anonymous", id="withheld, in words"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_numbers_as_people_write_them(typed: str, number: str) -> None:
    assert e164(typed) == number


@pytest.mark.parametrize(
    ("number", "rings", "reads"),
    [
        ("+33639980002", True, True),
        ("+33536490101", True, False),
        ("+33199001001", True, False),
        ("+266696687", False, False),
        ("Anonymous", False, False),
        ("0639980002", False, False),
        ("", False, False),
    ],
)
def test_what_a_number_can_receive(number: str, rings: bool, reads: bool) -> None:
    assert (is_dialable(number), receives_sms(number)) == (rings, reads)


def test_numbers_are_shown_by_pairs() -> None:
    assert spaced("+33639980002") == "06 39 98 00 02"
    assert spaced("Anonymous") == "Anonymous"


def test_a_telephone_is_the_same_however_it_is_written(twilio: Twilio) -> None:
    assert twilio.phone("05 36 49 01 01") is twilio.phone(DESK)


@pytest.mark.parametrize("manner", ["dort", "answers:abc", "busy:1"])
def test_unknown_manners(twilio: Twilio, manner: str) -> None:
    with pytest.raises(ValueError, match="choisir parmi"):
        twilio.phone(DESK).manner = manner


def test_the_leg_a_telephone_is_on(twilio: Twilio, product: Product) -> None:
    product.says("/webhooks/voice", f"<Dial>{DESK}</Dial>")
    phone = twilio.phone(DESK)
    leg = twilio.dial(CALLER, LINE)
    assert (twilio.phone(CALLER).leg, phone.leg) == (leg, None)
    called = phone.answer()
    assert phone.leg is called
    with pytest.raises(RuntimeError, match="conversation"):
        twilio.dial(DESK, LINE).end_talk()
    called.hang_up()
    assert phone.leg is not called


def test_only_our_numbers_can_be_called(twilio: Twilio) -> None:
    with pytest.raises(ValueError, match="n'est pas un numéro du compte"):
        twilio.dial(CALLER, DESK)


def test_keys_while_it_rings_go_nowhere(twilio: Twilio, product: Product) -> None:
    product.says("/webhooks/voice", f"<Dial>{DESK}</Dial>")
    leg = twilio.dial(CALLER, LINE)
    leg.press("1")
    leg.wait()
    assert (leg.state, leg.transcript[-1]) == ("dialling", ("network", "[personne n'écoute les touches]"))
    with pytest.raises(RuntimeError, match="pas été décroché"):
        leg.dialling[0].press("1")


def test_two_accounts_with_the_same_seed_give_the_same_names(twilio: Twilio, product: Product) -> None:
    product.says("/webhooks/voice", "<Hangup/>")
    assert twilio.dial(CALLER, LINE).sid != twilio.dial(CALLER, LINE).sid
