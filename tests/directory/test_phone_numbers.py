"""Every spelling of a telephone number, and those that are none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import phone_numbers
from tests.support.strategies_directory import NUMBERS


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        pytest.param("05 86 07 77 77", "+33586077777", id="by pairs"),
        pytest.param("0586077777", "+33586077777", id="in one go"),
        pytest.param("05.86.07.77.77", "+33586077777", id="dots"),
        pytest.param("05-86-07-77-77", "+33586077777", id="hyphens"),
        pytest.param("05‑86–07 77 77", "+33586077777", id="no-break hyphen and dash"),
        pytest.param("05\u00a086\u00a007\u00a077\u00a077", "+33586077777", id="no-break spaces"),
        pytest.param("05\u202f86\u202f07\u202f77\u202f77", "+33586077777", id="narrow no-break spaces"),
        pytest.param("  05 86 07 77 77\n", "+33586077777", id="space around"),
        pytest.param("+33 5 86 07 77 77", "+33586077777", id="international"),
        pytest.param("+33 (0)5 86 07 77 77", "+33586077777", id="international with the national zero"),
        pytest.param("+33(0)586077777", "+33586077777", id="the same without spaces"),
        pytest.param("+330586077777", "+33586077777", id="the zero left in"),
        pytest.param("0033586077777", "+33586077777", id="00"),
        pytest.param("00 33 (0)5 86 07 77 77", "+33586077777", id="00 and the national zero"),
        pytest.param("tel:+33586077777", "+33586077777", id="a link"),
        pytest.param("Tel: 05 86 07 77 77", "+33586077777", id="a link as people copy it"),
        pytest.param("０５８６０７７７７７", "+33586077777", id="full-width digits"),
        pytest.param("+33586077777", "+33586077777", id="already E.164"),
        pytest.param("06 39 98 10 01", "+33639981001", id="fiction: possible, though « invalid »"),
        pytest.param("0639980001", "+33639980001", id="fiction is not Mayotte"),
        pytest.param("0639 97 00 01", "+262639970001", id="Mayotte, mobile next to fiction"),
        pytest.param("0269 61 00 01", "+262269610001", id="Mayotte"),
        pytest.param("0590 12 34 56", "+590590123456", id="Guadeloupe"),
        pytest.param("0690 12 34 56", "+590690123456", id="Guadeloupe, mobile"),
        pytest.param("06 91 12 34 56", "+590691123456", id="Guadeloupe, mobile by pairs"),
        pytest.param("0596 12 34 56", "+596596123456", id="Martinique, which phonenumbers takes for +33"),
        pytest.param("0696 12 34 56", "+596696123456", id="Martinique, mobile"),
        pytest.param("0697 12 34 56", "+596697123456", id="Martinique, newer mobile"),
        pytest.param("0594 12 34 56", "+594594123456", id="Guyane"),
        pytest.param("0694 12 34 56", "+594694123456", id="Guyane, mobile"),
        pytest.param("0262 12 34 56", "+262262123456", id="La Réunion"),
        pytest.param("0692 12 34 56", "+262692123456", id="La Réunion, mobile"),
        pytest.param("0693 12 34 56", "+262693123456", id="La Réunion, newer mobile"),
        pytest.param("+590 (0)590 12 34 56", "+590590123456", id="Guadeloupe, international"),
        pytest.param("02 61 91 00 01", "+33261910001", id="not La Réunion: 0261 is fiction"),
        pytest.param("+44 (0)20 7946 0000", "+442079460000", id="London"),
        pytest.param("0044 20 7946 0000", "+442079460000", id="London by 00"),
        pytest.param("+39 06 1234 5678", "+390612345678", id="Rome keeps its zero"),
        pytest.param("0899 12 34 56", "+33899123456", id="premium: whoever rings it asks is_premium"),
    ],
)
def test_a_number_is_read_from_any_spelling(text: str, e164: str) -> None:
    assert phone_numbers.parse(text) == e164


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "vide", id="nothing"),
        pytest.param("\u00a0 ", "vide", id="only spaces"),
        pytest.param("05 86 07 77 77 / 06 39 98 10 01", "un seul numéro", id="two with a slash"),
        pytest.param("0586077777;0639981001", "un seul numéro", id="two with a semicolon"),
        pytest.param("0586077777 ou 0639981001", "un seul numéro", id="two with a word"),
        pytest.param("0586077777 0639981001", "un seul numéro", id="two with a space"),
        pytest.param("05 86 07 77 77 poste 12", "lettres", id="an extension"),
        pytest.param("0800 ASTREINTE", "lettres", id="letters for digits"),
        pytest.param("3615", "trop court", id="a short number"),
        pytest.param("112", "trop court", id="emergency"),
        pytest.param("05 86 07 77", "trop court", id="a pair is missing"),
        pytest.param("05 86 07 77 77 7", "trop long", id="a digit too many"),
        pytest.param("+33 5 86", "trop court", id="international, too short"),
        pytest.param("+8656696", "trop court", id="UNKNOWN on the keys"),
        pytest.param("+999 123 456 789", "indicatif de pays", id="no such country"),
        pytest.param("+", "autre chose que des chiffres", id="only a plus"),
        pytest.param("#31#0586077777", "autre chose que des chiffres", id="a code that hides the caller"),
        pytest.param("05+86077777", "autre chose que des chiffres", id="a plus in the middle"),
        pytest.param("+0586077777", "indicatif de pays", id="a plus before a national number"),
        pytest.param("٠٥٨٦٠٧٧٧٧٧", "autre chose que des chiffres", id="digits of another script"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(phone_numbers.BadNumber) as refused:
        phone_numbers.parse(text)
    assert reason in refused.value.reason_fr
    assert refused.value.text == text
    assert str(refused.value) == f"« {text} » n'est pas un numéro de téléphone : {refused.value.reason_fr}"


@pytest.mark.parametrize(
    ("e164", "mobile", "premium"),
    [
        pytest.param("+33639981001", True, False, id="06"),
        pytest.param("+33712345678", True, False, id="07"),
        pytest.param("+33586077777", False, False, id="05"),
        pytest.param("+33899123456", False, True, id="08 99"),
        pytest.param("+33800123456", False, True, id="08 00: free for the caller, not for us"),
        pytest.param("+590690123456", False, False, id="Guadeloupe, mobile: another country to Twilio"),
        pytest.param("+590590123456", False, False, id="Guadeloupe"),
        pytest.param("+596697123456", False, False, id="Martinique, mobile: another country to Twilio"),
        pytest.param("+594694123456", False, False, id="Guyane, mobile: another country to Twilio"),
        pytest.param("+262693123456", False, False, id="La Réunion, mobile: another country to Twilio"),
        pytest.param("+262639123456", False, False, id="Mayotte, mobile: another country to Twilio"),
        pytest.param("+262269610001", False, False, id="Mayotte"),
        pytest.param("+442079460000", False, False, id="London"),
        pytest.param("+19002345678", False, True, id="premium in America"),
        pytest.param("+979123456789", False, True, id="international premium"),
        pytest.param("+99912345678", False, True, id="of no country: nobody knows what it costs"),
    ],
)
def test_what_may_be_texted_and_what_costs_too_much(e164: str, mobile: bool, premium: bool) -> None:
    assert (phone_numbers.is_mobile(e164), phone_numbers.is_premium(e164)) == (mobile, premium)


@pytest.mark.parametrize(
    ("e164", "shown", "said"),
    [
        pytest.param("+33639981001", "06 39 98 10 01", "06, 39, 98, 10, 01", id="French"),
        pytest.param("+590590123456", "+590 590 12 34 56", "plus 5 9 0, 5 9 0, 1 2, 3 4, 5 6", id="Guadeloupe"),
        pytest.param("+442079460000", "+44 20 7946 0000", "plus 4 4, 2 0, 7 9 4 6, 0 0 0 0", id="London"),
        pytest.param("+33590123456", "+33 5 90 12 34 56", "plus 3 3, 5, 9 0, 1 2, 3 4, 5 6", id="not Guadeloupe"),
    ],
)
def test_a_number_is_shown_and_spoken_by_pairs(e164: str, shown: str, said: str) -> None:
    assert (phone_numbers.pairs(e164), phone_numbers.spoken(e164)) == (shown, said)


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        pytest.param("+33639981001", "+33639981001", id="a number"),
        pytest.param("+390612345678", "+390612345678", id="abroad"),
        pytest.param("+266696687", None, id="ANONYMOUS"),
        pytest.param("+7378742833", None, id="RESTRICTED"),
        pytest.param("+2562533", None, id="BLOCKED"),
        pytest.param("+8656696", None, id="UNKNOWN"),
        pytest.param("+86282452253", None, id="UNAVAILABLE"),
        pytest.param("Anonymous", None, id="a word"),
        pytest.param("+Anonymous", None, id="a word with a plus"),
        pytest.param("client:paul", None, id="a browser"),
        pytest.param("sip:+33639981001@example.com", None, id="SIP"),
        pytest.param("0639981001", None, id="not E.164"),
        pytest.param("+33639981001\n", None, id="a line break too many"),
        pytest.param("+3363998٠٠٠١", None, id="digits of another script"),
        pytest.param("+123456", None, id="too short"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_caller_is_known_or_withheld(sent: str, known: str | None) -> None:
    assert phone_numbers.caller(sent) == known


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        pytest.param("0639982233", "+33639982233", id="a mobile"),
        pytest.param("0690123456", "+590690123456", id="overseas"),
        pytest.param("0033639982233", "+33639982233", id="international, French"),
        pytest.param("00442079460000", "+442079460000", id="international"),
        pytest.param("0899123456", None, id="premium"),
        pytest.param("0033899123456", None, id="premium by 00"),
        pytest.param("0019002345678", None, id="premium in America"),
        pytest.param("112", None, id="emergency"),
        pytest.param("3615", None, id="short"),
        pytest.param("06399822", None, id="a pair is missing"),
        pytest.param("063998223344", None, id="too long"),
        pytest.param("00999123456789", None, id="no such country"),
        pytest.param("06*9982233", None, id="a star"),
        pytest.param("+33639982233", None, id="no keypad has a plus"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_call_back_number_is_typed_on_the_keypad(typed: str, e164: str | None) -> None:
    assert phone_numbers.from_keypad(typed) == e164


@given(NUMBERS)
@settings(max_examples=50)
def test_what_is_shown_is_read_back(e164: str) -> None:
    assert phone_numbers.parse(e164) == e164
    assert phone_numbers.parse(phone_numbers.pairs(e164)) == e164


@given(st.from_regex(phone_numbers.E164, fullmatch=True))
@settings(max_examples=50)
def test_whatever_a_network_shows_can_be_judged_shown_and_spoken(e164: str) -> None:
    phone_numbers.is_mobile(e164)
    phone_numbers.is_premium(e164)
    assert phone_numbers.pairs(e164)
    assert phone_numbers.spoken(e164).startswith(("0", "plus "))


@given(st.text(st.sampled_from("0123456789+ ()./-#*a\u00a0"), max_size=20) | st.text(max_size=20))
@settings(max_examples=50)
def test_any_text_is_refused_or_comes_out_settled(text: str) -> None:
    try:
        e164 = phone_numbers.parse(text)
    except phone_numbers.BadNumber:
        return
    assert phone_numbers.E164.fullmatch(e164)
    assert phone_numbers.parse(e164) == e164


def test_a_number_of_no_country_is_shown_as_it_is() -> None:
    assert phone_numbers.pairs("+9991234567") == "+9991234567"
    assert "9 9 9" in phone_numbers.spoken("+9991234567")
