"""Events told to somebody's own system: signed, each until it is taken, nobody else's; over real HTTP."""

import hmac
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import update

from jobs.delivery_sender import SIGNATURE
from storage.models import Delivery, Ticket
from storage.tickets import webhooks_out
from tests.jobs.work import forward, row_of
from tests.stories.night import loss
from tests.stories.test_by_text import text
from tests.support.phone import ING2, Line


class Receiver:
    """A client's own system: what it answers, and what it was told."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.told: list[tuple[str, bytes]] = []  # signature and body
        self.url = ""

    @property
    def events(self) -> list[str]:
        return [json.loads(body)["event"] for _, body in self.told]


@contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.answers.pop(0) if receiver.answers else 204
            if status < 300:
                receiver.told.append((self.headers[SIGNATURE], body))
            self.send_response(status)
            self.send_header("Location", "/ailleurs")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/tickets"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as started:
        yield started


def hook(line: Line, url: str, client: str | None = None) -> tuple[int, str]:
    with line.database.begin() as db:
        return webhooks_out.create(db, url, line.clock(), client)


def test_what_happens_is_told_in_order_and_signed(line: Line, receiver: Receiver) -> None:
    _, secret = hook(line, receiver.url)
    reference = loss(line)
    text(line, ING2, "OK")
    line.settle()
    assert receiver.events == ["opened", "acknowledged"], "not whom we have tried to reach"
    for signature, body in receiver.told:
        found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", signature)
        assert found
        assert hmac.new(secret.encode(), f"{found[1]}.".encode() + body, sha256).hexdigest() == found[2]
    told = json.loads(receiver.told[-1][1])
    assert (told["ticket"]["reference"], told["ticket"]["state"]) == (reference, "in_progress")


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([500], id="in trouble"),
        pytest.param([302, 302], id="a redirect is not followed"),
        pytest.param([404, 410, 429], id="whatever it says"),
    ],
)
def test_until_it_is_taken(line: Line, receiver: Receiver, answers: list[int]) -> None:
    hook(line, receiver.url)
    receiver.answers = list(answers)
    loss(line, message=False)
    line.settle()
    assert receiver.told == []
    assert row_of(line.database, Delivery, 1).trouble == f"réponse {answers[0]}"
    forward(line, minutes=5)
    assert receiver.events == ["opened"]


def test_three_days_and_no_longer(line: Line) -> None:
    hook(line, "http://127.0.0.1:9/")
    loss(line)
    text(line, ING2, "OK")
    line.clock.forward(days=3, seconds=1)
    line.settle()
    assert [row_of(line.database, Delivery, number).state for number in (1, 2)] == ["given up", "given up"]


def test_a_clients_system_hears_of_its_own_tickets_alone(line: Line, receiver: Receiver) -> None:
    hook(line, receiver.url, client="260425")
    loss(line)
    line.settle()
    assert receiver.told == []


def test_revoked_nothing_is_told_any_more(line: Line, receiver: Receiver) -> None:
    number, _ = hook(line, receiver.url)
    receiver.answers = [500]
    loss(line)
    with line.database.begin() as db:
        assert webhooks_out.revoke(db, number, line.clock())
        assert not webhooks_out.revoke(db, number, line.clock())
    text(line, ING2, "OK")
    forward(line, minutes=10)
    assert receiver.told == []


def test_a_ticket_that_has_become_another_clients_is_told_to_the_first_no_more(line: Line, receiver: Receiver) -> None:
    """An engineer finds out whose it is while the first one's system is away."""
    hook(line, receiver.url, client="260417")
    receiver.answers = [500]
    reference = loss(line)
    with line.database.begin() as db:
        db.execute(update(Ticket).where(Ticket.reference == reference).values(client="260425", contact="SECRET"))
    forward(line, minutes=5)
    assert receiver.told == []
    assert row_of(line.database, Delivery, 1).state == "not theirs"
