"""PostgreSQL hangs, or is started again: nobody on the telephone waits until Twilio gives up, nobody pays for it."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from simulator.door import Answer
from storage.database import Database
from storage.patience import TELEPHONE
from tests.jobs.work import until
from tests.support.databases import Postgres
from tests.support.phone import Line
from tests.support.relay import Relay, relay
from tests.webhooks.requests import Twilio, call, rows
from tests.webhooks.test_trouble import redirected, verbs
from wsgi import create_app

TWILIO_WAITS = 15.0  # seconds, for one answer
LAST_RESORT = 5.0  # for all that a caller hears nothing


@pytest.fixture
def wire(postgres_server: Postgres) -> Iterator[Relay]:
    # The path of a Unix socket has room for about a hundred characters.
    with postgres_server.fresh() as url, TemporaryDirectory() as home, relay(url, Path(home)) as opened:
        yield opened


@pytest.fixture
def twilio(wire: Relay, tmp_path: Path, clock: object) -> Iterator[Twilio]:
    """A line whose door to Twilio reaches its database by the wire, with a caller's patience."""
    url = wire.url.render_as_string(hide_password=False)
    line = Line(url, tmp_path / "audio", clock)  # type: ignore[arg-type]
    urgent = Database(url, TELEPHONE)
    line.app = create_app(line.settings, urgent, line.clock)
    yield Twilio(line)
    wire.speak()
    urgent.dispose()
    line.close()


def timed(twilio: Twilio, path: str, **more: str) -> tuple[Answer, float]:
    begun = time.monotonic()
    return twilio.post(path, call(**more)), time.monotonic() - begun


def test_a_caller_hears_the_last_resort_in_time(wire: Relay, twilio: Twilio) -> None:
    twilio.post("/webhooks/voice", call(CallSid="CA" + "1" * 32))  # a connection that is open already
    wire.silence()
    first, waited = timed(twilio, "/webhooks/voice")
    second, more = timed(twilio, redirected(first))
    assert "Record" in verbs(second), "a message at least"
    assert waited + more < LAST_RESORT


def test_so_does_whoever_is_at_a_question(wire: Relay, twilio: Twilio) -> None:
    twilio.post("/webhooks/voice")
    wire.silence()
    first, waited = timed(twilio, "/webhooks/voice/pressed?n=1", Digits="1")
    again = redirected(first)
    assert "Digits=1" in again
    second, more = timed(twilio, again)
    assert "Record" in verbs(second)
    assert waited + more < LAST_RESORT


def test_the_next_caller_does_not_find_it_out_anew(wire: Relay, twilio: Twilio) -> None:
    """Else ten callers at two processes would wait longer than Twilio does."""
    wire.silence()
    timed(twilio, "/webhooks/voice")
    waits = [timed(twilio, "/webhooks/voice", CallSid=f"CA{n:032x}")[1] for n in range(5)]
    assert sum(waits) < 1.0


def test_the_call_goes_on_once_it_answers_again(wire: Relay, twilio: Twilio) -> None:
    wire.silence()
    timed(twilio, "/webhooks/voice")
    wire.speak()
    deadline = time.monotonic() + TWILIO_WAITS
    while verbs(answer := twilio.post("/webhooks/voice", call())) != ["Gather", "Redirect"]:
        assert time.monotonic() < deadline, answer.body
    assert rows(twilio.line.database)["calls"] == 1


def test_a_commit_that_nobody_confirms_is_not_made_twice(wire: Relay, twilio: Twilio) -> None:
    """As where the synchronous standby is gone: what was decided is there, and the caller was sent back for it."""
    twilio.post("/webhooks/voice")
    for nth in (1, 2, 3):
        twilio.presses(nth, "1")
    wire.silence_at(b"COMMIT")
    first, waited = timed(twilio, "/webhooks/voice/pressed?n=4", Digits="1")
    assert waited < LAST_RESORT
    again = redirected(first)
    wire.speak()
    until(lambda: "Après le bip" in twilio.post(again, call()).body.decode(), TWILIO_WAITS, every=0.2)
    kept = rows(twilio.line.database)
    assert (kept["tickets"], kept["pages"], kept["turns"]) == (1, 1, 5)


def test_after_a_restart_the_first_call_is_served_whole(wire: Relay, twilio: Twilio) -> None:
    greeted = twilio.post("/webhooks/voice", call(CallSid="CA" + "1" * 32))
    wire.cut()
    assert verbs(twilio.post("/webhooks/voice", call())) == verbs(greeted)
    wire.cut()
    assert "est fermé" in twilio.presses(1, "1").body.decode()


def test_readiness_says_so_in_time(wire: Relay, twilio: Twilio) -> None:
    browser = twilio.line.app.test_client()
    browser.get("/readyz")
    wire.silence()
    begun = time.monotonic()
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "la base de données ne répond pas\n")
    assert time.monotonic() - begun < LAST_RESORT
