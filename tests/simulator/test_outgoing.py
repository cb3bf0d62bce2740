"""Calls the product asks for, and what it may do to a call that is up."""

from typing import Any

import pytest

from simulator.twilio import Twilio
from tests.simulator.client import Client
from tests.simulator.product import CALLER, LINE, MOBILE, URL, Clock, Product

ALERT, STEP, AMD = "/alerte", "/etape", "/repondeur"


@pytest.fixture
def client(twilio: Twilio) -> Client:
    return Client(twilio)


def calls(client: Client, **more: Any) -> str:
    """Ask for a call to the engineer; its SID."""
    fields = {"To": MOBILE, "From": LINE, "Url": f"{URL}{ALERT}", "StatusCallback": f"{URL}{STEP}"}
    events = ["initiated", "ringing", "answered", "completed"]
    made = client.post("Calls", **fields, StatusCallbackEvent=events, **more)
    assert (made.status, made.json["status"]) == (201, "queued")
    return str(made.json["sid"])


def steps(product: Product) -> list[str]:
    return [sent.form["CallStatus"] for sent in product.to(STEP)]


def test_a_call_that_is_answered(twilio: Twilio, product: Product, client: Client) -> None:
    product.says(ALERT, '<Gather numDigits="1" action="/pris"><Say>Alerte</Say></Gather>')
    product.says("/pris", "<Say>Vous avez pris</Say>")
    sid = calls(client)
    assert twilio.phone(MOBILE).ringing is None
    twilio.settle()
    leg = twilio.phone(MOBILE).answer()
    assert (leg.sid, leg.heard, leg.from_) == (sid, ["Alerte"], LINE)
    form = product.last(ALERT)
    assert (form["Direction"], form["To"], form["CallStatus"]) == ("outbound-api", MOBILE, "in-progress")
    leg.press("1")
    twilio.settle()
    assert steps(product) == ["initiated", "ringing", "in-progress", "completed"]
    assert client.get(f"Calls/{sid}").json["status"] == "completed"
    assert twilio.complaints == []


@pytest.mark.parametrize(
    ("manner", "status", "sip"),
    [("busy", "busy", "486"), ("no-answer", "no-answer", "480"), ("failed", "failed", "404")],
)
def test_a_call_that_is_not_taken(
    twilio: Twilio, product: Product, client: Client, manner: str, status: str, sip: str
) -> None:
    twilio.phone(MOBILE).manner = manner
    calls(client)
    twilio.settle()
    assert steps(product) == ["initiated", "ringing", status]
    assert (product.last(STEP)["SipResponseCode"], product.last(STEP)["CallDuration"]) == (sip, "0")
    assert product.to(ALERT) == []


def test_it_rings_for_its_timeout_and_five_seconds(
    twilio: Twilio, product: Product, client: Client, clock: Clock
) -> None:
    calls(client, Timeout="25")
    twilio.settle()
    clock.forward(29)
    twilio.settle()
    assert twilio.phone(MOBILE).ringing is not None
    assert twilio.next_at() is not None
    clock.forward(1)
    twilio.settle()
    assert (twilio.phone(MOBILE).ringing, steps(product)[-1]) == (None, "no-answer")


def test_an_answering_machine_presses_nothing(twilio: Twilio, product: Product, client: Client) -> None:
    product.says(ALERT, f'<Gather numDigits="1" action="/pris"/><Redirect>{ALERT}</Redirect>')
    twilio.phone(MOBILE).manner = "voicemail"
    sid = calls(client)
    twilio.settle()
    assert (product.to("/pris"), twilio.calls[sid].status) == ([], "completed")
    assert len(product.to(ALERT)) == 4


@pytest.mark.parametrize(
    ("fields", "by_machine", "expected"),
    [
        pytest.param({"MachineDetection": "Enable"}, False, "human", id="a person"),
        pytest.param({"MachineDetection": "Enable"}, True, "machine_start", id="a machine"),
        pytest.param({"MachineDetection": "DetectMessageEnd"}, True, "machine_end_beep", id="after its greeting"),
        pytest.param({}, True, None, id="not asked for"),
    ],
)
def test_detection_comes_with_the_request(
    twilio: Twilio, product: Product, client: Client, fields: dict[str, str], by_machine: bool, expected: str | None
) -> None:
    product.says(ALERT, "<Say>Alerte</Say>")
    calls(client, **fields)
    twilio.settle()
    phone = twilio.phone(MOBILE)
    phone.voicemail() if by_machine else phone.answer()
    assert product.last(ALERT).get("AnsweredBy") == expected


def test_detection_may_come_by_itself(twilio: Twilio, product: Product, client: Client) -> None:
    product.says(ALERT, "<Gather/>")
    asked = {"MachineDetection": "Enable", "AsyncAmd": "true", "AsyncAmdStatusCallback": f"{URL}{AMD}"}
    calls(client, **asked)
    twilio.settle()
    twilio.phone(MOBILE).answer()
    twilio.settle()
    assert "AnsweredBy" not in product.last(ALERT)
    assert product.last(AMD)["AnsweredBy"] == "human"


def test_a_document_may_be_in_the_request(twilio: Twilio, client: Client) -> None:
    client.post("Calls", To=MOBILE, From=LINE, Twiml="<Response><Say>Alerte</Say></Response>")
    twilio.settle()
    assert twilio.phone(MOBILE).answer().heard == ["Alerte"]


def test_its_addresses_must_then_be_absolute(twilio: Twilio, client: Client) -> None:
    client.post("Calls", To=MOBILE, From=LINE, Twiml='<Response><Gather numDigits="1" action="/pris"/></Response>')
    twilio.settle()
    leg = twilio.phone(MOBILE).answer()
    leg.press("1")
    assert (leg.ended_by, twilio.complaints[0][:5]) == ("error", "11100")


def test_the_fallback_of_an_outgoing_call(twilio: Twilio, product: Product, client: Client) -> None:
    product.says(ALERT, "<Say>")
    product.says("/secours", "<Say>Secours</Say>")
    calls(client, FallbackUrl=f"{URL}/secours")
    twilio.settle()
    assert twilio.phone(MOBILE).answer().heard == ["Secours"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"To": "0639980002"}, 21211, id="To is not E.164"),
        pytest.param({"To": "+266696687"}, 21211, id="To is a withheld number"),
        pytest.param({"From": MOBILE}, 21210, id="From is not ours"),
        pytest.param({"Url": ""}, 21205, id="nothing to say"),
        pytest.param({"Url": "alerte"}, 20001, id="a relative address"),
        pytest.param({"Twiml": "x" * 4001}, 20001, id="a long document"),
        pytest.param({"StatusCallbackEvent": ["initiated answered"]}, 20001, id="two events in one field"),
        pytest.param({"StatusCallbackEvent": ["answer"]}, 20001, id="an unknown event"),
        pytest.param({"AsyncAmd": "True"}, 20001, id="a Python boolean"),
        pytest.param({"Timeout": "vingt"}, 20001, id="a number in letters"),
        pytest.param({"StatusCallBack": URL}, 20001, id="an unknown field"),
    ],
)
def test_refused_calls(twilio: Twilio, client: Client, fields: dict[str, Any], code: int) -> None:
    refused = client.post("Calls", **{"To": MOBILE, "From": LINE, "Url": f"{URL}{ALERT}", **fields})
    assert (refused.status, refused.json["code"], refused.json["status"]) == (400, code, 400)
    assert twilio.calls == {}
    assert twilio.complaints[0].startswith(str(code))


# ---- POST Calls/{sid}
@pytest.mark.parametrize("status", ["canceled", "completed"])
def test_a_call_that_rings_is_canceled(twilio: Twilio, product: Product, client: Client, status: str) -> None:
    sid = calls(client)
    twilio.settle()
    client.post(f"Calls/{sid}", Status=status)
    twilio.settle()
    assert (steps(product)[-1], twilio.phone(MOBILE).ringing) == ("canceled", None)


def test_a_call_is_canceled_in_the_queue(twilio: Twilio, product: Product, client: Client) -> None:
    sid = calls(client)
    client.post(f"Calls/{sid}", Status="canceled")
    twilio.settle()
    assert (twilio.calls[sid].status, twilio.phone(MOBILE).ringing) == ("canceled", None)


def test_a_live_call_is_ended(twilio: Twilio, product: Product, client: Client) -> None:
    product.says("/webhooks/voice", "<Gather/>")
    leg = twilio.dial(CALLER, LINE)
    client.post(f"Calls/{leg.sid}", Status="completed")
    twilio.settle()
    assert (leg.state, leg.ended_by) == ("ended", "line")


@pytest.mark.parametrize("verb", ["<Gather/>", '<Record action="/a"/>', f"<Dial>{MOBILE}</Dial>"])
def test_a_live_call_is_sent_elsewhere(twilio: Twilio, product: Product, client: Client, verb: str) -> None:
    product.says("/webhooks/voice", verb)
    product.says("/ailleurs", '<Say>Ailleurs</Say><Gather action="/b"/>')
    leg = twilio.dial(CALLER, LINE)
    client.post(f"Calls/{leg.sid}", Url=f"{URL}/ailleurs")
    twilio.settle()
    assert (leg.heard, leg.state, twilio.phone(MOBILE).ringing) == (["Ailleurs"], "gathering", None)


def test_a_call_that_is_over_goes_nowhere(twilio: Twilio, product: Product, client: Client) -> None:
    product.says("/webhooks/voice", "<Hangup/>")
    leg = twilio.dial(CALLER, LINE)
    assert client.post(f"Calls/{leg.sid}", Url=f"{URL}/ailleurs").json["code"] == 21220
    assert client.post(f"Calls/{leg.sid}", Status="completed").status == 200
