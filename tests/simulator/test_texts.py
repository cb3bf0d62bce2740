from typing import Any

import pytest

from simulator.texts import segments
from simulator.twilio import Answer, Twilio
from tests.simulator.client import Client
from tests.simulator.product import DESK, LINE, MOBILE, NO_CONTENT, URL, Product, xml

STATUS, SMS = "/webhooks/sms/status", "/webhooks/sms"


@pytest.fixture
def client(twilio: Twilio) -> Client:
    return Client(twilio)


def send(client: Client, **more: str) -> str:
    fields = {"To": MOBILE, "From": "NVL", "Body": "Alerte NVL-26-00042-2", "StatusCallback": f"{URL}{STATUS}"}
    sent = client.post("Messages", **{**fields, **more})
    assert (sent.status, sent.json["status"]) == (201, "queued")
    return str(sent.json["sid"])


def ladder(product: Product) -> list[str]:
    return [told.form["MessageStatus"] for told in product.to(STATUS)]


def test_a_text_climbs_the_ladder_and_arrives(twilio: Twilio, product: Product, client: Client) -> None:
    sid = send(client)
    assert twilio.phone(MOBILE).inbox == []
    twilio.settle()
    [sms] = twilio.phone("06 39 98 00 02").inbox
    assert (sms.from_, sms.body, sms.sid, sms.status) == ("NVL", "Alerte NVL-26-00042-2", sid, "delivered")
    assert ladder(product) == ["sending", "sent", "delivered"]
    told = product.last(STATUS)
    assert (told["MessageSid"], told["SmsStatus"], told["To"]) == (sid, "delivered", MOBILE)
    assert told["RawDlrDoneDate"] == "2609122004"
    assert client.get(f"Messages/{sid}").json["date_sent"] is not None


@pytest.mark.parametrize("code", [30003, 30006])
def test_a_text_that_does_not_arrive(twilio: Twilio, product: Product, client: Client, code: int) -> None:
    twilio.faults.message(code, to=MOBILE)
    sid = send(client)
    twilio.settle()
    assert (twilio.phone(MOBILE).inbox, ladder(product)[-1]) == ([], "undelivered")
    assert product.last(STATUS)["ErrorCode"] == str(code)
    assert client.get(f"Messages/{sid}").json["error_code"] == code
    send(client)
    twilio.settle()
    assert len(twilio.phone(MOBILE).inbox) == 1


def test_somebody_who_said_stop(twilio: Twilio, client: Client) -> None:
    twilio.faults.message(21610, to=MOBILE, times=-1)
    for _ in range(2):
        refused = client.post("Messages", To=MOBILE, From="NVL", Body="a")
        assert (refused.status, refused.json["code"]) == (400, 21610)
    assert (twilio.messages, twilio.complaints) == ({}, [])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"To": DESK}, 21614, id="a landline"),
        pytest.param({"To": "+33199001001"}, 21614, id="Paris is a landline too"),
        pytest.param({"To": "+33261910001"}, 21614, id="and so is the west"),
        pytest.param({"To": "0639980002"}, 21211, id="not E.164"),
        pytest.param({"To": "+7378742833"}, 21211, id="a withheld number"),
        pytest.param({"To": "Anonymous"}, 21211, id="a withheld number in words"),
        pytest.param({"From": "AUTRE"}, 21606, id="a sender that is not ours"),
        pytest.param({"From": ""}, 21603, id="no sender"),
        pytest.param({"Body": ""}, 21602, id="nothing to read"),
        pytest.param({"Body": "a" * 1601}, 21617, id="too long"),
        pytest.param({"ValidityPeriod": "1h"}, 20001, id="a length in letters"),
        pytest.param({"MediaUrl": URL}, 20001, id="a picture: not simulated"),
        pytest.param({"Text": "a"}, 20001, id="an unknown field"),
        pytest.param({"Body": ["a", "b"]}, 20001, id="two bodies"),
    ],
)
def test_refused_texts(twilio: Twilio, client: Client, fields: dict[str, Any], code: int) -> None:
    refused = client.post("Messages", **{"To": MOBILE, "From": "NVL", "Body": "a", **fields})
    assert (refused.status, refused.json["code"]) == (400, code)
    assert refused.json["more_info"].endswith(f"/{code}")
    assert (twilio.messages, twilio.complaints[0][:5]) == ({}, str(code))


def test_one_may_send_from_a_number_of_the_account(twilio: Twilio, client: Client) -> None:
    send(client, From=LINE)
    twilio.settle()
    assert twilio.phone(MOBILE).inbox[0].from_ == LINE


def test_a_text_is_redacted_and_deleted(twilio: Twilio, client: Client) -> None:
    sid = send(client)
    assert client.post(f"Messages/{sid}", Body="").json["body"] == ""
    assert client.post(f"Messages/{sid}", Body="autre").status == 400
    assert client.delete(f"Messages/{sid}").status == 204
    assert client.get(f"Messages/{sid}").json["code"] == 20404


def test_a_text_is_canceled_while_it_is_queued(twilio: Twilio, client: Client) -> None:
    sid = send(client)
    assert client.post(f"Messages/{sid}", Status="canceled").json["status"] == "canceled"
    twilio.settle()
    assert twilio.phone(MOBILE).inbox == []
    late = send(client)
    twilio.settle()
    assert client.post(f"Messages/{late}", Status="canceled").status == 400


# ---- from people
def test_a_text_to_one_of_our_numbers(twilio: Twilio, product: Product) -> None:
    product.pages[SMS] = xml("<Message>Bien reçu</Message>")
    phone = twilio.phone(MOBILE)
    phone.send_sms("05 86 07 77 77", "OK 26000422")
    form = product.last(SMS)
    expected = {"From": MOBILE, "To": LINE, "Body": "OK 26000422", "NumMedia": "0", "SmsStatus": "received"}
    assert expected.items() <= form.items()
    twilio.settle()
    assert [(sms.from_, sms.body) for sms in phone.inbox] == [(LINE, "Bien reçu")]
    assert twilio.complaints == []


@pytest.mark.parametrize("answer", [xml(""), NO_CONTENT])
def test_no_answer_to_a_text(twilio: Twilio, product: Product, answer: Answer) -> None:
    product.pages[SMS] = answer
    twilio.phone(MOBILE).send_sms(LINE, "QUI")
    twilio.settle()
    assert (twilio.phone(MOBILE).inbox, twilio.complaints) == ([], [])


def test_a_voice_document_is_no_answer_to_a_text(twilio: Twilio, product: Product) -> None:
    product.pages[SMS] = xml("<Say>Bonjour</Say>")
    twilio.phone(MOBILE).send_sms(LINE, "QUI")
    assert "12200" in twilio.complaints[0]


def test_an_alphanumeric_sender_cannot_be_answered(twilio: Twilio) -> None:
    with pytest.raises(ValueError, match="NVL"):
        twilio.phone(MOBILE).send_sms("NVL", "OK")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param("é" * 160, 1, id="160 letters of the telephone alphabet"),
        pytest.param("é" * 161, 2, id="one more"),
        pytest.param("€" * 80, 1, id="the euro sign counts twice"),
        pytest.param("€" * 81, 2, id="so 81 are too many"),
        pytest.param("ç" * 70, 1, id="70 letters outside the alphabet"),
        pytest.param("ç" * 71, 2, id="one more"),
        pytest.param("a" * 306, 2, id="153 for each part"),
    ],
)
def test_segments(body: str, count: int) -> None:
    assert segments(body) == count
