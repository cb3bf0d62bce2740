import pytest

from simulator.twilio import Twilio
from tests.simulator.product import CALLER, LINE, Product, xml

VOICE, NEXT = "/webhooks/voice", "/next"


def asks(product: Product, attributes: str) -> None:
    product.says(VOICE, f'<Gather action="/next" {attributes}><Say>Tapez</Say></Gather><Say>Rien entendu</Say>')
    product.says(NEXT, "<Say>Suite</Say>")


@pytest.mark.parametrize(
    ("attributes", "typed", "digits"),
    [
        pytest.param('numDigits="1"', "3", "3", id="the number of digits is reached: at once"),
        pytest.param('numDigits="6"', "260417", "260417", id="six digits"),
        pytest.param('numDigits="6"', "26#", "26", id="the finishing key comes first and is not sent"),
        pytest.param('numDigits="6"', "26", "26", id="fewer digits: sent when the time is over"),
        pytest.param("", "260417#", "260417", id="no number of digits: up to the finishing key"),
        pytest.param('finishOnKey="*"', "12#34*", "12#34", id="another finishing key: # is data"),
        pytest.param('finishOnKey="" numDigits="2"', "#*", "#*", id="no finishing key: # and * are data"),
        pytest.param('numDigits="1"', "*", "*", id="the star is a digit like others"),
    ],
)
def test_keys_become_digits(twilio: Twilio, product: Product, attributes: str, typed: str, digits: str) -> None:
    asks(product, attributes)
    leg = twilio.dial(CALLER, LINE)
    leg.press(typed)
    assert product.last(NEXT)["Digits"] == digits
    assert leg.heard == ["Tapez", "Suite"]


@pytest.mark.parametrize(
    ("attributes", "typed", "is_asked"),
    [
        pytest.param("", "#", False, id="only the finishing key is no input: the next verb"),
        pytest.param("", "", False, id="silence: the next verb"),
        pytest.param('actionOnEmptyResult="true"', "#", True, id="only the finishing key, but the action wants it"),
        pytest.param('actionOnEmptyResult="true"', "", True, id="silence, but the action wants it"),
    ],
)
def test_an_empty_result(twilio: Twilio, product: Product, attributes: str, typed: str, is_asked: bool) -> None:
    asks(product, attributes)
    leg = twilio.dial(CALLER, LINE)
    leg.press(typed) if typed else leg.wait()
    assert leg.heard == ["Tapez", "Suite" if is_asked else "Rien entendu"]
    assert not any(sent.form.get("Digits") for sent in product.to(NEXT))


def test_keys_typed_too_late_are_lost_and_said_to_be(twilio: Twilio, product: Product) -> None:
    asks(product, 'numDigits="1"')
    leg = twilio.dial(CALLER, LINE)
    leg.press("123")
    assert product.last(NEXT)["Digits"] == "1"
    assert ("network", "[touches perdues 23]") in leg.transcript


def test_keys_may_come_one_by_one(twilio: Twilio, product: Product) -> None:
    asks(product, 'numDigits="3"')
    leg = twilio.dial(CALLER, LINE)
    leg.press("1", more_follow=True)
    leg.press("2", more_follow=True)
    assert (leg.state, leg.typed, product.to(NEXT)) == ("gathering", "12", [])
    leg.press("3", more_follow=True)
    assert (product.last(NEXT)["Digits"], leg.typed) == ("123", "")


def test_whoever_stops_has_typed_what_is_there(twilio: Twilio, product: Product) -> None:
    asks(product, 'finishOnKey="#"')
    leg = twilio.dial(CALLER, LINE)
    leg.press("1", more_follow=True)
    leg.press("2", more_follow=True)
    leg.wait()
    assert (product.last(NEXT)["Digits"], leg.typed) == ("12", "")


def test_what_was_said_since_the_last_key(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, '<Say>Bonjour</Say><Gather numDigits="1" action="/next"><Say>Un</Say></Gather>')
    product.says(NEXT, '<Say>Compris</Say><Gather numDigits="1" action="/next"><Say>Deux</Say></Gather>')
    leg = twilio.dial(CALLER, LINE)
    assert leg.said_since_input == "Bonjour Un"
    leg.press("1")
    assert leg.said_since_input == "Compris Deux"


def test_the_waiting_gather_is_known(twilio: Twilio, product: Product) -> None:
    asks(product, 'numDigits="6" timeout="9"')
    leg = twilio.dial(CALLER, LINE)
    assert leg.gather is not None
    assert (leg.gather.num_digits, leg.gather.timeout, leg.gather.finish_on_key) == (6, 9, "#")
    leg.press("1#")
    assert leg.gather is None


def test_without_an_action_the_same_address_is_asked_again(twilio: Twilio, product: Product) -> None:
    product.pages[VOICE] = lambda sent: xml(
        f"<Say>{sent.form['Digits']}</Say>" if "Digits" in sent.form else '<Gather numDigits="1"/>'
    )
    leg = twilio.dial(CALLER, LINE)
    leg.press("7")
    assert leg.heard == ["7"]


def test_a_caller_may_hang_up_during_a_question(twilio: Twilio, product: Product) -> None:
    asks(product, "")
    leg = twilio.dial(CALLER, LINE)
    leg.hang_up()
    twilio.settle()
    assert (leg.state, leg.ended_by, product.to(NEXT)) == ("ended", "caller", [])
    assert product.last("/webhooks/voice/status")["CallStatus"] == "completed"


def test_keys_that_nobody_has(twilio: Twilio, product: Product) -> None:
    asks(product, "")
    leg = twilio.dial(CALLER, LINE)
    with pytest.raises(ValueError, match="clavier"):
        leg.press("12x")


def test_nothing_can_be_done_on_a_call_that_is_over(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, "<Hangup/>")
    leg = twilio.dial(CALLER, LINE)
    assert (leg.state, leg.ended_by) == ("ended", "line")
    with pytest.raises(RuntimeError, match="terminé"):
        leg.press("1")
    leg.hang_up()
    assert leg.ended_by == "line"


def test_a_key_cuts_the_prompt_short(twilio: Twilio, product: Product) -> None:
    prompt = "<Say>Pour Internet, tapez un</Say><Say>Pour le reste, tapez deux</Say>"
    product.says(VOICE, f'<Say>Bonjour</Say><Gather numDigits="1" action="/next">{prompt}</Gather>')
    product.says(NEXT, "<Say>Suite</Say>")
    leg = twilio.dial(CALLER, LINE)
    leg.press("1", over="Internet")
    assert leg.heard == ["Bonjour", "Pour Internet…", "Suite"]


def test_only_words_of_the_question_can_be_cut(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, '<Say>Bonjour</Say><Gather numDigits="1"><Say>Un</Say></Gather>')
    with pytest.raises(ValueError, match="Bonjour"):
        twilio.dial(CALLER, LINE).press("1", over="Bonjour")
