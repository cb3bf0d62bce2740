"""What we ask of Twilio, judged by its own description; and how it may fail, over a real network."""

import http.client
import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from settings import Settings
from simulator.records import RestRequest
from telephony.failures import Busy, Denied, Failure, Refused, Unsure
from telephony.http import Wire
from telephony.rest import Twilio
from tests.support.phone import ING2, Line, Wired
from tests.support.settings_for_tests import ACCOUNT, MAIN, ORIGIN, TOKEN, environment
from tests.telephony import description

RECORDING = "RE" + "7" * 32
NOW = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
CALLBACK = f"{ORIGIN}/webhooks/sms/status?for=attempt-1"
MINUTES = timedelta(minutes=10)


# ---------------------------------------------------------------- what we ask
@pytest.fixture
def client(line: Line) -> Twilio:
    return Twilio(line.settings, Wired(lambda: line.twilio))


def asked(line: Line) -> list[RestRequest]:
    """Every request so far; all must please Twilio's description."""
    for request in line.twilio.requests:
        if not request.path.endswith((".wav", ".mp3")):
            assert description.faults(request.method, request.path, request.query, request.form) == []
    return line.twilio.requests


def test_every_request_of_a_night(line: Line) -> None:
    """The page, the receipt, the recording fetched and deleted: nothing unknown, nothing missing."""
    line.phone("06 39 98 10 01").calls().presses("1").presses("1").presses("2").says(5, then="#")
    line.settle()
    made = {(request.method, request.path.rpartition("/")[2].partition(".")[0][:2]) for request in asked(line)}
    assert {("POST", "Me"), ("GET", "RE"), ("DELETE", "RE")} <= made


def test_sending_and_finding(line: Line, client: Twilio) -> None:
    sid = client.send_sms(ING2, "Alerte", CALLBACK, MINUTES)
    line.twilio.settle()
    assert client.find_sms(ING2, "Alerte", line.clock()) == [sid]
    assert client.find_sms(ING2, "Autre", line.clock()) == []
    assert client.find_sms(ING2, "Alerte", line.clock() + timedelta(minutes=5)) == []
    create, *_ = asked(line)
    assert create.form["ValidityPeriod"] == ["600"], "ten hours by default: a page must not arrive at breakfast"
    assert create.form["StatusCallback"] == [CALLBACK + "#rc=3&rp=all"]


def test_the_number_of_the_line(line: Line, client: Twilio) -> None:
    found = client.number(MAIN)
    assert found is not None
    assert found["voice_url"] == f"{ORIGIN}/webhooks/voice"
    assert client.number("+33199000000") is None
    asked(line)


def test_a_recording_fetched_and_deleted(line: Line, client: Twilio) -> None:
    line.phone("06 39 98 10 01").calls().presses("1").presses("2").says(5, then="hangup")
    (sid,) = line.twilio.recordings
    assert client.recording(sid) is None, "not ready yet"
    line.twilio.settle()
    audio = client.recording(sid)
    assert audio is not None
    assert len(audio.content) == audio.announced
    client.delete_recording(sid)
    client.delete_recording(sid)  # gone is gone
    asked(line)


@pytest.mark.parametrize("region", ["TWILIO_REGION", "TWILIO_EDGE"])
def test_the_environment_sends_nothing_elsewhere(line: Line, monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    """The SDK reads these silently and changes the host."""
    monkeypatch.setenv(region, "dublin")
    Twilio(line.settings, Wired(lambda: line.twilio)).send_sms(ING2, "Alerte", CALLBACK, MINUTES)
    assert len(line.twilio.messages) == 1


# ---------------------------------------------------------------- how it may fail
@dataclass
class Server:
    """Answers every request the same way, and remembers who came."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    came: list[tuple[str, str]] = field(default_factory=list)  # path, Authorization
    encodings: list[str] = field(default_factory=list)
    cuts: bool = False  # closes the connection instead of answering
    origin: str = ""


@pytest.fixture
def make_server() -> Iterator[Callable[..., Server]]:
    running: list[ThreadingHTTPServer] = []

    def make(**how: object) -> Server:
        server = Server(**how)  # type: ignore[arg-type]

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.came.append((self.path, self.headers.get("Authorization", "")))
                server.encodings.append(self.headers.get("Accept-Encoding", ""))
                if server.cuts:
                    self.connection.close()
                    return
                self.send_response(server.status)
                for name, value in {"Content-Length": str(len(server.body)), **server.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(server.body)
                self.close_connection = True

            do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the names of http.server

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.append(http)
        threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        server.origin = f"http://127.0.0.1:{http.server_port}"
        return server

    yield make
    for each in running:
        each.shutdown()
        each.server_close()


def at(origin: str) -> Twilio:
    return Twilio(Settings.read(environment("sqlite:///jamais-ouverte.db", "audio", TWILIO_API_URL=origin), line=True))


def error(code: int, status: int = 400) -> bytes:
    return json.dumps({"code": code, "message": "non", "more_info": "", "status": status}).encode()


RFC_9457 = {"type": "https://x", "title": "Not a mobile", "status": 400, "code": 21614, "detail": "non"}


@pytest.mark.parametrize(
    ("status", "body", "expected", "code"),
    [
        pytest.param(429, error(20429, 429), Busy, 0, id="too many: nothing was done"),
        pytest.param(429, b"<html>", Busy, 0, id="too many, said by a proxy"),
        pytest.param(400, error(21610), Refused, 21610, id="the person sent STOP"),
        pytest.param(400, error(21614), Refused, 21614, id="a landline"),
        pytest.param(403, error(21408, 403), Refused, 21408, id="a country that is closed"),
        pytest.param(401, error(20003, 401), Denied, 0, id="a wrong token: to be mended, then again"),
        pytest.param(404, b"nginx", Refused, 404, id="not found, without a code"),
        pytest.param(400, json.dumps(RFC_9457).encode(), Refused, 21614, id="the errors of tomorrow (RFC 9457)"),
        pytest.param(500, json.dumps(RFC_9457 | {"status": 500}).encode(), Unsure, 0, id="the same, on their side"),
        pytest.param(408, b"", Unsure, 0, id="timed out on their side"),
        pytest.param(500, error(20500, 500), Unsure, 0, id="their fault: it may have been done"),
        pytest.param(502, b"<h1>Bad gateway</h1>", Unsure, 0, id="a proxy's fault"),
        pytest.param(503, b"", Unsure, 0, id="an empty fault"),
        pytest.param(201, b"<html>Bienvenue</html>", Unsure, 0, id="accepted, in words nobody understands"),
        pytest.param(201, b"", Unsure, 0, id="accepted without a word"),
        pytest.param(201, b"null", Unsure, 0, id="accepted: null"),
        pytest.param(201, b"[]", Unsure, 0, id="accepted: a list"),
        pytest.param(201, b"{}", Unsure, 0, id="accepted without an identifier"),
        pytest.param(302, b"", Unsure, 0, id="elsewhere: not followed"),
    ],
)
def test_an_sms_may_fail(
    make_server: Callable[..., Server], status: int, body: bytes, expected: type[Failure], code: int
) -> None:
    server = make_server(status=status, body=body)
    with pytest.raises(Failure) as failure:
        at(server.origin).send_sms(ING2, "Alerte", CALLBACK, MINUTES)
    assert type(failure.value) is expected
    assert getattr(failure.value, "code", 0) == code
    assert TOKEN not in str(failure.value)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param(500, Unsure, id="later"),
        pytest.param(429, Busy, id="too many"),
        pytest.param(401, Denied, id="a wrong token: to be mended, then again"),
        pytest.param(302, Unsure, id="a redirect is no sound"),
        pytest.param(204, Unsure, id="nothing is no sound"),
    ],
)
def test_a_recording_may_fail(make_server: Callable[..., Server], status: int, expected: type[Failure]) -> None:
    with pytest.raises(expected):
        at(make_server(status=status, body=b"").origin).recording(RECORDING)


def test_a_sound_is_asked_for_uncompressed(make_server: Callable[..., Server]) -> None:
    """Else its announced length would not be that of the sound, and no download would ever look whole."""
    server = make_server(body=b"RIFF")
    audio = at(server.origin).recording(RECORDING)
    assert audio is not None
    assert (audio.content, audio.announced, server.encodings) == (b"RIFF", 4, ["identity"])


def test_a_recording_that_is_not_there_yet(make_server: Callable[..., Server]) -> None:
    assert at(make_server(status=404).origin).recording(RECORDING) is None


@pytest.mark.parametrize("code", [20404, 20409])
def test_a_deletion_is_only_refused_while_it_matters(make_server: Callable[..., Server], code: int) -> None:
    client = at(make_server(status=404 if code == 20404 else 409, body=error(code)).origin)
    if code == 20404:
        client.delete_recording(RECORDING)
    else:
        with pytest.raises(Refused):
            client.delete_recording(RECORDING)


def test_silence_is_doubt(make_server: Callable[..., Server]) -> None:
    """Cut off in the middle, and nobody there at all."""
    for origin in (make_server(cuts=True).origin, "http://127.0.0.1:9"):
        client = at(origin)
        asks: list[Callable[[Twilio], object]] = [
            lambda client: client.send_sms(ING2, "Alerte", CALLBACK, MINUTES),
            lambda client: client.find_sms(ING2, "Alerte", NOW),
            lambda client: client.recording(RECORDING),
            lambda client: client.delete_recording(RECORDING),
            lambda client: client.number(MAIN),
        ]
        for ask in asks:
            with pytest.raises(Unsure):
                ask(client)


def test_a_sound_cut_short_is_doubt(make_server: Callable[..., Server]) -> None:
    server = make_server(body=b"RIFF", headers={"Content-Length": "4000"})
    with pytest.raises(Unsure):
        at(server.origin).recording(RECORDING)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_our_credentials_follow_no_redirect(make_server: Callable[..., Server], status: int) -> None:
    thief = make_server()
    server = make_server(status=status, headers={"Location": f"{thief.origin}/vol"}, body=b"")
    client = at(server.origin)
    for ask in (lambda: client.send_sms(ING2, "a", CALLBACK, MINUTES), lambda: client.recording(RECORDING)):
        with pytest.raises(Failure):
            ask()
    assert len(server.came) == 2
    assert thief.came == []
    assert all(ACCOUNT in path and authorization.startswith("Basic ") for path, authorization in server.came)


def test_the_next_page_of_a_list_leads_nowhere_else(make_server: Callable[..., Server]) -> None:
    """An address inside an answer is followed on our own origin only."""
    thief = make_server()
    page = {"messages": [{"body": "autre"}] * 600, "next_page_uri": f"{thief.origin}/vol", "page": 0}
    body = json.dumps(page).encode()
    server = make_server(body=body)
    assert at(server.origin).find_sms(ING2, "a", NOW) == []
    assert len(server.came) == 2
    assert thief.came == []


def test_the_sdk_keeps_quiet(make_server: Callable[..., Server], caplog: pytest.LogCaptureFixture) -> None:
    """At INFO it would write the addresses, which hold numbers."""
    caplog.set_level(logging.INFO)
    server = make_server(status=201, body=json.dumps({"sid": "SM" + "1" * 32}).encode())
    assert at(server.origin).send_sms(ING2, "Alerte", CALLBACK, MINUTES) == "SM" + "1" * 32
    assert caplog.records == []


@pytest.mark.parametrize("body", [{"To": ING2, "Body": "é" * 800}, {"To": ING2}, None])
def test_headers_and_body_are_one_write(
    make_server: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, body: dict[str, str] | None
) -> None:
    """Whoever is killed in the middle of a request has sent all of it, or nothing."""
    written: list[bytes] = []
    write = http.client.HTTPConnection.send

    def writing(self: http.client.HTTPConnection, data: bytes) -> None:
        written.append(bytes(data))
        write(self, data)

    monkeypatch.setattr(http.client.HTTPConnection, "send", writing)
    wire, origin = Wire(), make_server(status=201, body=b"{}").origin
    assert [wire.request("POST", f"{origin}/Messages.json", data=body).status for _ in range(3)] == [201, 201, 201]
    assert len(written) == 3
    for one in written:
        head, _, sent = one.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(sent)}".encode() in head
        assert bool(sent) == bool(body)
