"""Who serves what: Twilio's requests have processes of their own, which people and strangers cannot fill."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.serving.pools import LARGEST, PEOPLE, TELEPHONE, THREADS, WHOLE_WITHIN, is_urgent, is_whole, next_pool
from storage.database import Database
from storage.directory import parse, versions
from tests.jobs.work import until
from tests.serving.server import Served, post, serving
from tests.support.databases import Sqlite
from tests.support.phone import SAMPLE

CALL = post("/webhooks/voice?n=3", b"CallSid=CA1&Digits=1", "abc=")
ANSWERED_WITHIN = 5.0  # seconds; Twilio waits for 15
LOADED = datetime(2026, 1, 1, tzinfo=UTC)
GROWS_BY = 30_000_000  # bytes at most, whatever strangers send


@pytest.fixture(scope="module")
def served(sqlite_files: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with sqlite_files.fresh() as url:
        database = Database(url)
        with database.begin() as db:
            versions.load(db, parse(SAMPLE.read_text(encoding="utf-8")), LOADED)
        database.dispose()
        with serving(url, tmp_path_factory.mktemp("serve")) as started:
            yield started


PATHS = [
    (CALL, True, "a call's key"),
    (b"GET /readyz HTTP/1.1\r\n", True, "a probe"),
    (b"GET /healthz?a=1 HTTP/1.1\r\n", True, "a probe with a query"),
    (b"GET /metrics HTTP/1.1\r\n", False, "counting takes longer"),
    (b"GET /readyzz HTTP/1.1\r\n", False, "another path that begins like it"),
    (b"GET /login HTTP/1.1\r\n", False, "people's"),
    (b"GET /audio/x.wav HTTP/1.1\r\n", False, "a sound, which its storage may keep waiting"),
    (b"POST /api/v1/tickets HTTP/1.1\r\n", False, "a program's"),
    (b"POST http://x/webhooks/voice HTTP/1.1\r\n", False, "served all the same, by the second pool"),
]

VOICE = b"POST /webhooks/voice HTTP/1.1\r\n"
SIZES = [
    (CALL, True, "a call's key"),
    (post("/webhooks/sms", b""), True, "without a body"),
    (b"GET /login HTTP/1.1\r\n\r\n", True, "a page's"),
    (b"GET /login HTTP/1.1\r\n", None, "its head has no end yet"),
    (b"\x16\x03\x01" + b"\0" * 30, None, "TLS, where none is spoken: it never ends"),
    (b"\r\n", None, "no request at all"),
    (VOICE + b"Transfer-Encoding: chunked\r\n\r\n", False, "its end is not known"),
    (VOICE + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n", False, "it waits for us"),
    (VOICE + b"Content-Length: 999999\r\n\r\n", False, "larger than Twilio's"),
    (VOICE + b"Content-Length: 0000050000\r\n\r\n", False, "a length that we read otherwise"),
    (VOICE + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n1", False, "two lengths"),
    (VOICE + b"Content-Length : 1\r\n\r\n1", False, "a length that is none"),
    (VOICE + b"X: " + b"a" * LARGEST, False, "a head without an end"),
]


@pytest.mark.parametrize(("begin", "urgent"), [pytest.param(b, u, id=why) for b, u, why in PATHS])
def test_which_pool_a_request_is_for(begin: bytes, urgent: bool) -> None:
    assert is_urgent(begin) is urgent


@pytest.mark.parametrize(("begin", "whole"), [pytest.param(b, w, id=why) for b, w, why in SIZES])
def test_whether_a_request_has_come(begin: bytes, whole: bool | None) -> None:
    assert is_whole(begin) is whole


@given(st.integers(0, len(CALL) - 1))
def test_a_request_in_pieces_is_waited_for(end: int) -> None:
    assert is_whole(CALL[:end]) is None


@given(st.lists(st.sampled_from([TELEPHONE, PEOPLE])), st.integers(0, 6))
def test_the_pools_come_to_be_as_large(there: list[str], more: int) -> None:
    """Whoever has died, and in whatever order they are started."""
    missing = abs(there.count(TELEPHONE) - there.count(PEOPLE))
    pools = list(there)
    for _ in range(missing + more):
        pools.append(next_pool(pools))
    count = Counter(pools)
    assert count[TELEPHONE] - count[PEOPLE] in (0, 1)


SLOW_BODY = b"POST /login HTTP/1.1\r\nContent-Length: 9\r\n\r\n"


def test_everybody_is_answered_while_slow_strangers_hold_on(served: Served) -> None:
    """A sound that Twilio plays is served by the second pool too."""
    begins = [SLOW_BODY, b"GET /log", b"", CALL[:-1], CALL[:40]]
    with ExitStack() as held:
        for _ in range(3 * THREADS):
            for begin in begins:
                held.enter_context(served.opens(begin))
        begun = time.monotonic()
        assert b"<Gather" in served.rings(1)
        assert b"200 OK" in served.gets("/healthz")
        assert b" 200 " in served.gets("/login").splitlines()[0]
        assert b" 404 " in served.gets("/audio/none.wav").splitlines()[0]
        assert time.monotonic() - begun < ANSWERED_WITHIN


@pytest.mark.parametrize(
    ("begin", "last"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(b"GET /log", b"", id="half a line"),
        pytest.param(CALL[:40], b"", id="half a head"),
        pytest.param(SLOW_BODY, b"123456789", id="a body later"),
    ],
)
def test_only_what_says_what_it_is_is_waited_for(served: Served, begin: bytes, last: bytes) -> None:
    with served.opens(begin) as connection:
        time.sleep(WHOLE_WITHIN + 0.5)  # a stranger's patience, on a real connection
        with suppress(OSError):
            connection.sendall(last)
        answer = connection.recv(100)
    assert answer[9:12] == (b"400" if last else b"")  # a form without its own token


def test_pieces_are_put_together(served: Served) -> None:
    with served.opens() as connection:
        for at in range(0, len(CALL), 40):
            connection.sendall(CALL[at : at + 40])
            time.sleep(0.002)  # so that they come apart
        assert connection.recv(100)[9:12] == b"403"


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", id="a probe"),
        pytest.param(post("/webhooks/voice", b"a=b", "forged"), id="unsigned"),
        pytest.param(b"POST /webhooks/voice HTTP/1.1\r\nContent-Length: 0000050000\r\n\r\na", id="a body to come"),
        pytest.param(b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n", id="a page"),
    ],
)
def test_nobody_waits_for_strangers_who_do_not_hang_up(served: Served, request_: bytes) -> None:
    with ExitStack() as held:
        for _ in range(THREADS):
            held.enter_context(served.opens(request_))
        begun = time.monotonic()
        assert b"<Gather" in served.rings(10)
        assert b" 404 " in served.gets("/audio/none.wav").splitlines()[0]
        assert time.monotonic() - begun < 1.5


def test_what_strangers_send_is_not_kept(served: Served) -> None:
    """Values of a form were remembered before its signature was judged: 120 posts took 310 MB for good."""
    served.rings(2)
    before = served.memory()
    for nth in range(200):
        value = f"%41{nth:06d}" + "x" * 30_000
        assert b" 403 " in served.asks(post("/webhooks/voice", f"From={value}".encode(), "forged"))
        assert served.asks(post("/webhooks/voice", f"From={value}".encode() * 30, "forged"))[9:12] in (b"413", b"403")
    assert served.memory() - before < GROWS_BY


def test_a_path_is_what_was_asked_for(served: Served) -> None:
    """A proxy that keeps /metrics to itself goes by it."""
    assert b" 404 " in served.gets("/x/metrics", SCRIPT_NAME="/x").splitlines()[0]
    assert b" 404 " in served.gets("/x", PATH_INFO="/metrics").splitlines()[0]


def test_a_worker_that_dies_is_replaced_in_its_pool(served: Served) -> None:
    for worker in served.workers():
        os.kill(worker, signal.SIGKILL)
        until(lambda gone=worker: gone not in served.workers() and len(served.workers()) == 2, 20)  # type: ignore[misc]
    assert b"<Gather" in served.rings(3)
    assert b" 200 " in served.gets("/login").splitlines()[0]


def test_stopping_answers_what_has_begun(sqlite_files: Sqlite, tmp_path: Path) -> None:
    with sqlite_files.fresh() as url, serving(url, tmp_path) as server:
        waiting = server.opens(b"GET /login HTTP/1.1\r\nHo")
        until(lambda: b"200 OK" in server.gets("/healthz"))
        server.process.send_signal(signal.SIGTERM)
        waiting.sendall(b"st: x\r\n\r\n")
        assert b" 200 " in waiting.recv(100)
        waiting.close()
