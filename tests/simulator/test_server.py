"""The whole process: started on a free port, called, and stopped."""

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests
from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from simulator.door import CONNECTION_FAILED, HttpDoor
from tests.simulator.product import ACCOUNT, CALLER, DESK, LINE, MOBILE, TOKEN

LIMIT = 20  # seconds; only a failure waits for it
Told = queue.Queue[tuple[str, dict[str, str]]]


def product_app(told: Told) -> Flask:
    """A line of three documents; everything it is told is queued for the test."""
    app = Flask(__name__)

    def xml(inside: str) -> Response:
        return Response(f"<Response>{inside}</Response>", content_type="text/xml")

    @app.before_request
    def check() -> tuple[str, int] | None:
        form = request.form.to_dict()
        told.put((request.path, form))
        signature = request.headers["X-Twilio-Signature"]
        return None if RequestValidator(TOKEN).validate(request.url, form, signature) else ("bad signature", 403)

    @app.post("/webhooks/voice")
    def voice() -> Response:
        return xml('<Gather numDigits="1" action="/pressed"><Say>Bonjour</Say></Gather>')

    @app.post("/pressed")
    def pressed() -> Response:
        return xml(f'<Dial action="/dialled"><Number>{DESK}</Number></Dial>')

    @app.post("/dialled")
    def dialled() -> Response:
        return xml(f"<Say>{request.form['DialCallStatus']}</Say>")

    @app.post("/webhooks/<path:_event>")
    def event(_event: str) -> tuple[str, int]:
        return "", 204

    return app


@pytest.fixture
def told() -> Told:
    return queue.Queue()


@pytest.fixture
def product_url(told: Told) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, product_app(told), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def simulator_url(product_url: str) -> Iterator[str]:
    options = {"port": "0", "public-url": product_url, "account": ACCOUNT, "token": TOKEN, "number": LINE}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "simulator", *arguments, "--sms-sender=NVL", "--clock=2026-09-12T20:04:00Z"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().rpartition(" ")[2].strip()
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 0


def test_a_call_through_the_process(simulator_url: str, told: Told) -> None:
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{simulator_url}/healthz").json()["clock"].startswith("2026-09-12T20:04")
        leg = session.post(f"{simulator_url}/phones/{quote(CALLER)}/dial", json={"to": LINE}).json()
        assert (leg["state"], leg["heard"]) == ("gathering", ["Bonjour"])
        leg = session.post(f"{simulator_url}/legs/{leg['sid']}/press", json={"keys": "1"}).json()
        assert (leg["state"], leg["heard"][-1]) == ("ended", "no-answer")

        calls = f"{simulator_url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
        found = session.get(calls, auth=(ACCOUNT, TOKEN), params={"To": LINE}).json()["calls"]
        assert [call["sid"] for call in found] == [leg["sid"]]
        messages = calls.replace("Calls", "Messages")
        callback = told_url(simulator_url, session)
        form = {"To": MOBILE, "From": "NVL", "Body": "Alerte", "StatusCallback": callback}
        assert session.post(messages, auth=(ACCOUNT, TOKEN), data=form).status_code == 201
        waited_for(told, "MessageStatus", "delivered")
        inbox = session.get(f"{simulator_url}/phones/{quote(MOBILE)}").json()["inbox"]
        assert [sms["body"] for sms in inbox] == ["Alerte"]
        assert session.get(f"{simulator_url}/complaints").json() == []


def told_url(simulator_url: str, session: requests.Session) -> str:
    """The product's address for texts, from the configuration of its number."""
    numbers = f"{simulator_url}/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json"
    [number] = session.get(numbers, auth=(ACCOUNT, TOKEN)).json()["incoming_phone_numbers"]
    return f"{number['sms_url']}/status"


def waited_for(told: Told, name: str, value: str) -> None:
    """Read what the product was told up to a field of that value; queue.Empty when it never comes."""
    while told.get(timeout=LIMIT)[1].get(name) != value:
        pass


def test_a_door_nobody_stands_behind() -> None:
    answer = HttpDoor().request("POST", "http://127.0.0.1:9/", b"", {})
    assert (answer.status, answer.failure) == (0, CONNECTION_FAILED)
