"""How Twilio makes its requests: fields, headers, retries, redirects, fallback."""

from collections.abc import Callable

import pytest

from simulator.door import CONNECTION_FAILED, READ_TIMED_OUT, Answer
from simulator.twilio import Twilio
from tests.simulator.product import ACCOUNT, CALLER, LINE, URL, Product, Sent, xml

VOICE, FALLBACK = "/webhooks/voice", "/webhooks/voice/fallback"


def in_turn(*answers: Answer) -> Callable[[Sent], Answer]:
    left = list(answers)
    return lambda _sent: left.pop(0)


def test_the_fields_of_an_incoming_call(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, "<Say>Bonjour</Say>")
    leg = twilio.dial("05 36 49 20 01", "05 86 07 77 77", forwarded_from="+33536490101")
    form = product.to(VOICE)[0].form
    expected = {
        "CallSid": leg.sid,
        "AccountSid": ACCOUNT,
        "From": CALLER,
        "To": LINE,
        "Caller": CALLER,
        "Called": LINE,
        "CallStatus": "ringing",
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
        "ForwardedFrom": "+33536490101",
        "FromCountry": "FR",
        "ToCountry": "FR",
        "FromCity": "",
        "CalledZip": "",
    }
    assert expected.items() <= form.items()
    assert not {"ParentCallSid", "Digits", "AnsweredBy"} & set(form)


def test_the_headers_of_a_request(twilio: Twilio, product: Product) -> None:
    twilio.dial(CALLER, LINE)
    headers = product.to(VOICE)[0].headers
    assert headers["User-Agent"] == "TwilioProxy/1.1"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
    assert headers["I-Twilio-Idempotency-Token"]


@pytest.mark.parametrize("withheld", ["Anonymous", "+266696687", "", "sip:x@y.example"])
def test_a_withheld_number_is_sent_as_carriers_write_it(twilio: Twilio, product: Product, withheld: str) -> None:
    product.says(VOICE, "<Hangup/>")
    twilio.dial(withheld, LINE)
    assert product.last(VOICE)["From"] == withheld


@pytest.mark.parametrize(
    ("fragment", "answers", "requests"),
    [
        pytest.param("", [Answer(0, failure=CONNECTION_FAILED)] * 2, 2, id="no connection: once more"),
        pytest.param("", [Answer(0, failure=READ_TIMED_OUT)], 1, id="no reply in time: not tried again"),
        pytest.param("", [Answer(503)], 1, id="5xx: not tried again unless asked"),
        pytest.param("#rc=3&rp=5xx", [Answer(503)] * 4, 4, id="5xx: three times as asked"),
        pytest.param("#rc=0", [Answer(0, failure=CONNECTION_FAILED)], 1, id="no retry at all"),
        pytest.param("#rc=2&rp=4xx", [Answer(503)], 1, id="5xx when only 4xx is asked"),
        pytest.param("#rc=2&rp=all", [xml("")], 1, id="all, but it went well"),
        pytest.param("#rc=2&rp=all", [Answer(404), Answer(0, failure=READ_TIMED_OUT), Answer(500)], 3, id="all"),
    ],
)
def test_retries(twilio: Twilio, product: Product, fragment: str, answers: list[Answer], requests: int) -> None:
    twilio.numbers[LINE].voice_url = f"{URL}{VOICE}{fragment}"
    product.pages[VOICE] = in_turn(*answers)
    twilio.dial(CALLER, LINE)
    sent = product.to(VOICE)
    assert len(sent) == requests
    assert len({s.headers["I-Twilio-Idempotency-Token"] for s in sent}) == 1
    assert {s.url for s in sent} == {f"{URL}{VOICE}"}


def test_a_bad_override_is_complained_of(twilio: Twilio, product: Product) -> None:
    twilio.numbers[LINE].voice_url = f"{URL}{VOICE}#rc=9&rp=6xx"
    product.says(VOICE, "<Hangup/>")
    twilio.dial(CALLER, LINE)
    assert [complaint.split()[0] for complaint in twilio.complaints] == ["11243", "11243"]


def test_a_redirection_loses_the_form(twilio: Twilio, product: Product) -> None:
    product.pages[VOICE] = Answer(302, {"location": "/ailleurs"})
    product.says("/ailleurs", "<Say>Ici</Say>")
    assert twilio.dial(CALLER, LINE).heard == ["Ici"]
    assert (product.to("/ailleurs")[0].method, product.last("/ailleurs")) == ("GET", {})


def test_a_308_keeps_the_form(twilio: Twilio, product: Product) -> None:
    product.pages[VOICE] = Answer(308, {"location": f"{URL}{VOICE}/"})
    product.says(f"{VOICE}/", "<Say>Ici</Say>")
    leg = twilio.dial(CALLER, LINE)
    assert product.last(f"{VOICE}/")["CallSid"] == leg.sid


def test_redirections_in_circles_are_an_error(twilio: Twilio, product: Product) -> None:
    product.pages[VOICE] = Answer(302, {"location": VOICE})
    twilio.numbers[LINE].voice_fallback_url = ""
    leg = twilio.dial(CALLER, LINE)
    assert (leg.ended_by, len(product.to(VOICE))) == ("error", 11)
    assert twilio.complaints[0].startswith("11215")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(Answer(500), "11200", id="a fault of the product"),
        pytest.param(Answer(404), "11200", id="a wrong address"),
        pytest.param(Answer(0, failure=CONNECTION_FAILED), "11205", id="nobody there"),
        pytest.param(Answer(200, {"content-type": "application/json"}, b"{}"), "12300", id="not TwiML"),
        pytest.param(Answer(200, {}, b"<Response/>"), "12300", id="no type at all"),
        pytest.param(xml("<Say>"), "12100", id="not XML"),
        pytest.param(xml("<Parle/>"), "12200", id="no such verb"),
    ],
)
def test_the_fallback_is_told_the_error(twilio: Twilio, product: Product, answer: Answer, code: str) -> None:
    product.pages[VOICE] = answer
    product.says(FALLBACK, "<Say>Ne quittez pas</Say>")
    leg = twilio.dial(CALLER, LINE)
    form = product.last(FALLBACK)
    assert (form["ErrorCode"], form["ErrorUrl"], form["CallSid"]) == (code, f"{URL}{VOICE}", leg.sid)
    assert (leg.heard, leg.ended_by) == (["Ne quittez pas"], "line")
    assert twilio.complaints


def test_without_a_fallback_the_caller_hears_an_application_error(twilio: Twilio, product: Product) -> None:
    product.pages[VOICE] = Answer(500)
    twilio.numbers[LINE].voice_fallback_url = ""
    leg = twilio.dial(CALLER, LINE)
    assert (leg.state, leg.ended_by) == ("ended", "error")
    assert "application error" in leg.said_since_input


def test_a_fallback_that_leads_back_to_the_fault_ends(twilio: Twilio, product: Product) -> None:
    product.pages[VOICE] = Answer(500)
    product.says(FALLBACK, f"<Redirect>{VOICE}</Redirect>")
    assert twilio.dial(CALLER, LINE).ended_by == "error"
    assert len(product.to(FALLBACK)) == 1


def test_a_call_survives_two_separate_faults(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, '<Gather numDigits="1" action="/casse"/>')
    product.pages["/casse"] = Answer(500)
    product.says(FALLBACK, f"<Redirect>{VOICE}</Redirect>")
    leg = twilio.dial(CALLER, LINE)
    leg.press("1")
    leg.press("1")
    assert (leg.state, len(product.to(FALLBACK))) == ("gathering", 2)


def test_the_fallback_of_a_failing_action_can_be_switched_off(twilio: Twilio, product: Product) -> None:
    twilio.faults.fallback_in_mid_call = False
    product.says(VOICE, '<Gather numDigits="1" action="/casse"/>')
    product.pages["/casse"] = Answer(500)
    product.says(FALLBACK, "<Say>Jamais</Say>")
    leg = twilio.dial(CALLER, LINE)
    leg.press("1")
    assert (leg.ended_by, product.to(FALLBACK)) == ("error", [])


def test_documents_in_circles_end_the_call(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, f"<Redirect>{VOICE}</Redirect>")
    twilio.numbers[LINE].voice_fallback_url = ""
    assert twilio.dial(CALLER, LINE).ended_by == "error"
    assert "without a question" in twilio.complaints[-1]


@pytest.mark.parametrize(
    ("answer", "is_fine"),
    [
        pytest.param(Answer(204), True, id="204"),
        pytest.param(xml(""), True, id="an empty document"),
        pytest.param(Answer(200, {"content-type": "text/html"}), False, id="another type"),
        pytest.param(Answer(200), False, id="no type"),
        pytest.param(Answer(403), False, id="refused"),
    ],
)
def test_how_callbacks_must_be_answered(twilio: Twilio, product: Product, answer: Answer, is_fine: bool) -> None:
    product.says(VOICE, "<Hangup/>")
    product.pages["/webhooks/voice/status"] = answer
    twilio.dial(CALLER, LINE)
    twilio.settle()
    assert (twilio.complaints == []) is is_fine


def test_the_end_of_a_call_is_told_once_with_its_length(twilio: Twilio, product: Product, clock: object) -> None:
    product.says(VOICE, '<Say>Bonjour</Say><Pause length="10"/><Gather/>')
    leg = twilio.dial(CALLER, LINE)
    twilio.settle()
    assert product.to("/webhooks/voice/status") == []
    leg.hang_up()
    assert product.to("/webhooks/voice/status") == []
    twilio.settle()
    [told] = product.to("/webhooks/voice/status")
    assert (told.form["CallStatus"], told.form["CallDuration"], told.form["SequenceNumber"]) == ("completed", "11", "0")


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_rejected_call_was_never_answered(twilio: Twilio, product: Product, reason: str, status: str) -> None:
    product.says(VOICE, f'<Reject reason="{reason}"/>')
    leg = twilio.dial(CALLER, LINE)
    twilio.settle()
    assert (leg.status, leg.ended_by) == (status, "line")
    assert product.last("/webhooks/voice/status")["CallDuration"] == "0"


def test_sounds_are_fetched_and_played(twilio: Twilio, product: Product) -> None:
    product.says(VOICE, "<Play>/son.wav</Play><Gather/>")
    product.pages["/son.wav"] = Answer(200, {"content-type": "audio/x-wav"}, b"RIFF")
    leg = twilio.dial(CALLER, LINE)
    assert (leg.played, product.to("/son.wav")[0].method, twilio.complaints) == ([b"RIFF"], "GET", [])


NO_SOUNDS = pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(Answer(404), "11", id="no such sound"),
        pytest.param(Answer(200, {"content-type": "text/html"}, b"<p>"), "12", id="a page instead of a sound"),
    ],
)


@NO_SOUNDS
def test_what_is_no_sound_ends_the_call(twilio: Twilio, product: Product, answer: Answer, code: str) -> None:
    product.says(VOICE, "<Play>/son.wav</Play><Say>Suite</Say>")
    product.pages["/son.wav"] = answer
    twilio.numbers[LINE].voice_fallback_url = ""
    leg = twilio.dial(CALLER, LINE)
    assert (leg.ended_by, "Suite" in leg.heard) == ("error", False)
    assert twilio.complaints[0].startswith(code)


@NO_SOUNDS
def test_what_is_no_sound_leads_to_the_fallback(twilio: Twilio, product: Product, answer: Answer, code: str) -> None:
    product.says(VOICE, "<Gather><Play>/son.wav</Play><Say>Suite</Say></Gather>")
    product.says(FALLBACK, "<Say>Secours</Say>")
    product.pages["/son.wav"] = answer
    leg = twilio.dial(CALLER, LINE)
    assert (leg.ended_by, leg.heard) == ("line", ["Secours"])
    told = product.last(FALLBACK)
    assert (told["ErrorCode"][:2], told["ErrorUrl"][-8:]) == (code, "/son.wav")
