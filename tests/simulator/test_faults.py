"""Each knob does what its name says, as often as it was told, and no more."""

import io
import json
import time

import pytest
import requests

from simulator import audio
from simulator.faults import Faults
from simulator.twilio import Answer, Twilio
from tests.simulator.client import Client
from tests.simulator.product import CALLER, LINE, MOBILE, URL, Clock, Product, Sent, xml

STATUS = "/webhooks/sms/status"


@pytest.fixture
def client(twilio: Twilio) -> Client:
    return Client(twilio)


def send(client: Client) -> int:
    return client.post("Messages", To=MOBILE, From="NVL", Body="a", StatusCallback=f"{URL}{STATUS}").status


def ladder(product: Product) -> list[str]:
    return [told.form["MessageStatus"] for told in product.to(STATUS)]


@pytest.mark.parametrize(
    ("kind", "status", "is_done"),
    [
        pytest.param("429", 429, False, id="too many requests: never carried out"),
        pytest.param("500", 500, False, id="an error before"),
        pytest.param("503", 503, False, id="another error before"),
        pytest.param("500-after", 500, True, id="an error after: carried out all the same"),
    ],
)
def test_rest_errors(twilio: Twilio, client: Client, kind: str, status: int, is_done: bool) -> None:
    twilio.faults.rest("POST .*/Messages", kind)  # type: ignore[arg-type]
    assert client.get("Calls").status == 200
    refused = client.post("Messages", To=MOBILE, From="NVL", Body="a")
    assert (refused.status, refused.json["status"]) == (status, status)
    assert (len(twilio.messages) == 1, twilio.requests[-1].status) == (is_done, status)
    assert send(client) == 201
    assert twilio.complaints == []


@pytest.mark.parametrize(("kind", "is_done"), [("hang", False), ("hang-after", True)])
def test_silence_is_what_a_client_sees_as_a_timeout(twilio: Twilio, client: Client, kind: str, is_done: bool) -> None:
    twilio.faults.rest("POST", kind)  # type: ignore[arg-type]
    with pytest.raises(requests.exceptions.Timeout):
        send(client)
    assert (len(twilio.messages) == 1, twilio.requests[-1].status) == (is_done, 0)


def test_an_answer_that_cannot_be_read(twilio: Twilio, client: Client) -> None:
    twilio.faults.rest("POST", "malformed")
    reply = client.post("Messages", To=MOBILE, From="NVL", Body="a")
    with pytest.raises(json.JSONDecodeError):
        assert reply.json
    assert len(twilio.messages) == 1


def test_a_fault_strikes_as_often_as_asked(twilio: Twilio, client: Client) -> None:
    twilio.faults.rest("POST", "500", times=2)
    assert [send(client) for _ in range(3)] == [500, 500, 201]
    twilio.faults.rest("POST", "500", times=-1)
    assert {send(client) for _ in range(5)} == {500}
    twilio.faults.clear()
    assert send(client) == 201


def test_a_callback_is_lost(twilio: Twilio, product: Product, client: Client) -> None:
    twilio.faults.callback(f"{STATUS} sent", "lost")
    send(client)
    twilio.settle()
    assert ladder(product) == ["sending", "delivered"]


def test_a_callback_comes_twice(twilio: Twilio, product: Product, client: Client) -> None:
    twilio.faults.callback(f"{STATUS} delivered", "doubled")
    send(client)
    twilio.settle()
    assert ladder(product) == ["sending", "sent", "delivered", "delivered"]


def test_a_callback_comes_late(twilio: Twilio, product: Product, client: Client, clock: Clock) -> None:
    twilio.faults.callback(f"{STATUS} sent", "delayed", seconds=90)
    send(client)
    twilio.settle()
    assert ladder(product) == ["sending", "delivered"]
    clock.forward(90)
    twilio.settle()
    assert ladder(product) == ["sending", "delivered", "sent"]


def test_callbacks_come_in_the_opposite_order(twilio: Twilio, product: Product, client: Client) -> None:
    twilio.faults.callbacks_reversed = True
    twilio.phone(MOBILE).manner = "busy"
    client.post(
        "Calls",
        To=MOBILE,
        From=LINE,
        Url=f"{URL}/a",
        StatusCallback=f"{URL}/etape",
        StatusCallbackEvent=["initiated", "ringing", "completed"],
    )
    twilio.settle()
    told = [(s.form["CallStatus"], s.form["SequenceNumber"]) for s in product.to("/etape")]
    assert told == [("busy", "2"), ("ringing", "1"), ("initiated", "0")]


# ---- recordings
def spoken(twilio: Twilio, product: Product) -> str:
    event = 'recordingStatusCallbackEvent="completed absent"'
    product.says("/webhooks/voice", f'<Record action="/a" recordingStatusCallback="/r" {event}/>')
    twilio.dial(CALLER, LINE).speak(audio.tone(2))
    twilio.settle()
    return list(twilio.recordings)[-1]


def test_a_sound_is_late(twilio: Twilio, product: Product, client: Client) -> None:
    twilio.faults.recording("late", times=2)
    late = spoken(twilio, product)
    assert product.last("/r")["RecordingStatus"] == "completed"
    assert [client.get(f"Recordings/{late}", ".wav").status for _ in range(3)] == [404, 404, 200]
    assert client.get(f"Recordings/{spoken(twilio, product)}", ".wav").status == 200


def test_a_sound_is_absent(twilio: Twilio, product: Product, client: Client) -> None:
    twilio.faults.recording("absent")
    absent = spoken(twilio, product)
    assert product.last("/r")["RecordingStatus"] == "absent"
    assert "RecordingDuration" not in product.last("/r")
    assert client.get(f"Recordings/{absent}", ".wav").status == 404
    described = client.get(f"Recordings/{absent}").json
    assert (described["status"], described["error_code"]) == ("absent", 13617)


def test_a_sound_is_empty(twilio: Twilio, product: Product, client: Client) -> None:
    twilio.faults.recording("empty")
    assert audio.duration(client.get(f"Recordings/{spoken(twilio, product)}", ".wav").raw.body) == 0


def test_a_download_breaks_off(twilio: Twilio, product: Product, client: Client) -> None:
    twilio.faults.recording("truncated")
    cut = client.get(f"Recordings/{spoken(twilio, product)}", ".wav").raw
    assert 0 < len(cut.body) < int(cut.headers["content-length"])


# ---- every webhook twice
def counting(count: io.StringIO) -> object:
    def answer(_sent: Sent) -> Answer:
        count.write("x")
        return xml(f"<Say>Appel {len(count.getvalue())}</Say>")

    return answer


@pytest.mark.parametrize("how", ["in turn", "together"])
def test_a_repeated_webhook_must_be_answered_the_same(twilio: Twilio, product: Product, how: str) -> None:
    twilio.faults.webhooks_twice = how  # type: ignore[assignment]
    product.says("/webhooks/voice", "<Say>Bonjour</Say>")
    assert twilio.dial(CALLER, LINE).heard == ["Bonjour"]
    twilio.settle()
    assert twilio.complaints == []
    first, second = product.to("/webhooks/voice")
    assert (first.form, first.headers) == (second.form, second.headers)
    product.pages["/webhooks/voice"] = counting(io.StringIO())  # type: ignore[assignment]
    twilio.dial(CALLER, LINE)
    assert "answered differently" in twilio.complaints[0]


def test_the_address_of_a_sound_may_differ(twilio: Twilio, product: Product) -> None:
    twilio.faults.webhooks_twice = "in turn"
    product.pages["/son"] = Answer(200, {"content-type": "audio/x-wav"}, audio.silence(1))
    product.pages["/webhooks/voice"] = lambda _: xml(f"<Play>/son?jeton={time.monotonic_ns()}</Play>")
    twilio.dial(CALLER, LINE)
    assert twilio.complaints == []
    assert len(product.to("/son")) == 1


# ---- from JSON
def test_knobs_are_turned_from_json() -> None:
    faults = Faults()
    faults.load(
        {
            "rest": [{"pattern": "POST", "kind": "429", "times": 3}],
            "message": [{"code": 30003}],
            "recording": [{"kind": "late", "times": 2}],
            "callback": [{"pattern": "sms", "kind": "lost"}],
            "recording_first": True,
        }
    )
    assert (faults.rest_rules[0].times, faults.message_rules[0].kind, faults.recording_first) == (3, "30003", True)


@pytest.mark.parametrize("wanted", [{"pannes": []}, {"rest": [{"motif": "POST"}]}, {"rest_rules": []}])
def test_unknown_knobs_are_named(wanted: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Faults().load(wanted)
