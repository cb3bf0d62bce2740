"""Credentials, lists, recordings and numbers by REST."""

import pytest

from simulator import audio
from simulator.twilio import Twilio
from tests.simulator.client import PREFIX, Client
from tests.simulator.product import AFTER_HOURS, CALLER, LINE, MOBILE, URL, Clock, Product

VOICE = "/webhooks/voice"


@pytest.fixture
def client(twilio: Twilio) -> Client:
    return Client(twilio)


@pytest.mark.parametrize("authorization", ["", "Basic", "Basic QUM6eA==", "Bearer x", "Basic é"])
def test_bad_credentials(twilio: Twilio, authorization: str) -> None:
    refused = Client(twilio, authorization).get("Calls")
    assert (refused.status, refused.json["code"]) == (401, 20003)
    assert twilio.complaints


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", f"{PREFIX}/Conferences.json", id="a resource that is not simulated"),
        pytest.param("GET", "/2010-04-01/Accounts/AC00/Calls.json", id="another account"),
        pytest.param("DELETE", f"{PREFIX}/Calls.json", id="another method"),
        pytest.param("GET", f"{PREFIX}/Calls/CA{'0' * 32}.json", id="a call nobody made"),
        pytest.param("GET", f"{PREFIX}/Messages/SM{'0' * 32}.json", id="a text nobody sent"),
        pytest.param("GET", f"{PREFIX}/IncomingPhoneNumbers/PN{'0' * 32}.json", id="a number we do not have"),
        pytest.param("GET", f"{PREFIX}/Recordings/RE{'0' * 32}.wav", id="a sound nobody made"),
    ],
)
def test_what_is_not_found(client: Client, method: str, path: str) -> None:
    reply = client.ask(method, path)
    assert (reply.status, reply.json["code"]) == (404, 20404)


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        pytest.param("Calls", {"FromNumber": LINE}, id="an unknown filter"),
        pytest.param("Calls", {"Status": "ringing-now"}, id="an unknown status"),
        pytest.param("Calls", {"StartTime>": "hier"}, id="a date in words"),
        pytest.param("Messages", {"PageSize": "beaucoup"}, id="a size in words"),
        pytest.param("Recordings", {"Call": "CA"}, id="another unknown filter"),
    ],
)
def test_bad_queries(twilio: Twilio, client: Client, resource: str, query: dict[str, str]) -> None:
    reply = client.get(resource, **query)
    assert (reply.status, reply.json["code"]) == (400, 20001)
    assert twilio.complaints[0].startswith("20001 GET")


def test_every_request_is_noted(twilio: Twilio, client: Client, clock: Clock) -> None:
    client.post("Messages", To=MOBILE, From="NVL", Body="a")
    client.get("Calls", To=LINE)
    first, second = twilio.requests
    assert (first.method, first.path, first.status, first.at) == ("POST", f"{PREFIX}/Messages.json", 201, clock.now)
    assert (first.form["Body"], second.query["To"]) == (["a"], [LINE])


# ---- lists
def test_lists_are_filtered_newest_first(twilio: Twilio, product: Product, client: Client, clock: Clock) -> None:
    product.says(VOICE, "<Hangup/>")
    first = twilio.dial(CALLER, LINE)
    clock.forward(3600)
    second = twilio.dial(MOBILE, LINE)
    third = twilio.dial(CALLER, AFTER_HOURS)
    twilio.settle()

    def found(**query: str) -> list[str]:
        return [call["sid"] for call in client.get("Calls", **query).json["calls"]]

    assert found() == [third.sid, second.sid, first.sid]
    assert found(From=CALLER) == [third.sid, first.sid]
    assert found(To=LINE, Status="completed") == [second.sid, first.sid]
    assert found(Status="busy") == []
    assert found(**{"StartTime>": "2026-09-12T20:30:00Z"}) == [third.sid, second.sid]
    assert found(**{"StartTime<": "2026-09-12T20:30:00Z"}) == [first.sid]
    assert found(**{"EndTime<": "2026-09-12T20:04:00Z"}) == [first.sid]
    assert found(StartTime="2026-09-12") == [third.sid, second.sid, first.sid]
    assert found(StartTime="2026-09-13") == []


def test_children_are_found_by_their_parent(twilio: Twilio, product: Product, client: Client) -> None:
    product.says(VOICE, f"<Dial>{MOBILE}</Dial>")
    leg = twilio.dial(CALLER, LINE)
    [child] = client.get("Calls", ParentCallSid=leg.sid).json["calls"]
    assert (child["to"], child["direction"], child["parent_call_sid"]) == (MOBILE, "outbound-dial", leg.sid)


def test_pages_hold_even_when_rows_come_meanwhile(client: Client) -> None:
    for n in range(5):
        client.post("Messages", To=MOBILE, From="NVL", Body=str(n))
    page = client.get("Messages", PageSize="2").json
    seen = [m["body"] for m in page["messages"]]
    assert (page["page"], page["page_size"], page["previous_page_uri"]) == (0, 2, None)
    client.post("Messages", To=MOBILE, From="NVL", Body="plus tard")
    while page["next_page_uri"]:
        page = client.follow(page["next_page_uri"]).json
        seen += [m["body"] for m in page["messages"]]
    assert seen == ["4", "3", "2", "1", "0"]


# ---- recordings
@pytest.fixture
def recording(twilio: Twilio, product: Product) -> str:
    product.says(VOICE, '<Record action="/a" recordingStatusCallback="/r"/>')
    twilio.dial(CALLER, LINE).speak(audio.tone(2), ends_with="hangup")
    [sid] = twilio.recordings
    return sid


def test_a_sound_is_there_once_it_is_processed(twilio: Twilio, client: Client, recording: str) -> None:
    assert client.get(f"Recordings/{recording}").json["status"] == "processing"
    assert client.get(f"Recordings/{recording}", ".wav").status == 404
    assert client.delete(f"Recordings/{recording}").status == 409
    twilio.settle()
    described = client.get(f"Recordings/{recording}").json
    assert (described["status"], described["duration"], described["source"]) == ("completed", "2", "RecordVerb")
    for suffix, kind in (("", "audio/x-wav"), (".wav", "audio/x-wav"), (".mp3", "audio/mpeg")):
        sound = client.get(f"Recordings/{recording}", suffix)
        assert (sound.status, sound.raw.headers["content-type"]) == (200, kind)
        assert sound.raw.body == audio.tone(2)


def test_a_sound_needs_credentials(twilio: Twilio, recording: str) -> None:
    twilio.settle()
    assert Client(twilio, "").get(f"Recordings/{recording}", ".mp3").status == 401


def test_a_deleted_recording(twilio: Twilio, client: Client, recording: str) -> None:
    twilio.settle()
    assert client.delete(f"Recordings/{recording}").raw.body == b""
    assert client.get(f"Recordings/{recording}", ".mp3").status == 404
    assert client.get(f"Recordings/{recording}").status == 404
    assert client.get("Recordings").json["recordings"] == []
    [kept] = client.get("Recordings", IncludeSoftDeleted="true").json["recordings"]
    assert kept["status"] == "deleted"
    assert client.delete(f"Recordings/{recording}").status == 404


def test_recordings_of_a_call(twilio: Twilio, client: Client, recording: str) -> None:
    call = twilio.recordings[recording].call_sid
    for reply in (client.get(f"Calls/{call}/Recordings"), client.get("Recordings", CallSid=call)):
        assert [r["sid"] for r in reply.json["recordings"]] == [recording]
    assert client.get("Recordings", CallSid="CA" + "0" * 32).json["recordings"] == []


# ---- the account's numbers
def test_a_number_is_configured(twilio: Twilio, product: Product, client: Client) -> None:
    [number] = client.get("IncomingPhoneNumbers", PhoneNumber=LINE).json["incoming_phone_numbers"]
    assert number["voice_url"] == f"{URL}{VOICE}"
    changed = client.post(f"IncomingPhoneNumbers/{number['sid']}", VoiceUrl=f"{URL}/autre", VoiceMethod="GET")
    assert changed.json["voice_url"] == f"{URL}/autre"
    twilio.dial(CALLER, LINE)
    assert (product.sent[0].method, product.sent[0].path) == ("GET", "/autre")


def test_a_fallback_needs_a_first_address(client: Client) -> None:
    sid = client.get("IncomingPhoneNumbers").json["incoming_phone_numbers"][0]["sid"]
    refused = client.post(f"IncomingPhoneNumbers/{sid}", VoiceUrl="", VoiceFallbackUrl=f"{URL}/secours")
    assert refused.json["code"] == 21405


def test_the_account_itself(client: Client) -> None:
    assert client.ask("GET", f"{PREFIX}.json").json["status"] == "active"
