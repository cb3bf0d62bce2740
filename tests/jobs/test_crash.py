"""Real processes that are killed at bad moments: nothing is lost, nothing is done twice."""

import random
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from storage import listing
from tests.jobs.processes import Processes, running
from tests.jobs.work import until

pytestmark = pytest.mark.crash
SENDS = "POST .*/Messages"
Start = Callable[[int], Processes]


@pytest.fixture
def start(database_url: str, tmp_path: Path) -> Iterator[Start]:
    """A line with so many clients, each of whom has left a message; no worker yet."""
    opened: list[AbstractContextManager[Processes]] = []

    def with_messages(clients: int) -> Processes:
        opened.append(running(database_url, tmp_path / "line", clients))
        line = opened[-1].__enter__()
        with ThreadPoolExecutor(4) as callers:
            list(callers.map(line.leave_message, range(clients)))
        return line

    yield with_messages
    for line in opened:
        line.__exit__(None, None, None)


def test_killed_again_and_again(start: Start) -> None:
    """kill -9 after a random number of requests, each time, while pages, receipts and voicemails are under way."""
    clients, chance = 16, random.Random(20260912)
    line = start(clients)
    cut_short = 0
    for _ in range(4):
        worker = line.worker()
        wanted = len(line.asked()) + chance.randint(1, 10)
        until(lambda enough=wanted: len(line.asked()) >= enough or not line.unfinished())  # type: ignore[misc]
        worker.kill()
        worker.wait()
        cut_short += bool(line.unfinished())
    assert cut_short >= 2
    line.worker()
    line.come_to_rest()
    line.assert_everything_once(clients)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("hang", id="between intent and call"),
        pytest.param("hang-after", id="between call and outcome, and no callback tells"),
    ],
)
def test_killed_in_the_middle_of_a_send(start: Start, kind: str) -> None:
    """Twilio holds every request while the worker dies: before it did anything, or after it did all."""
    line = start(2)
    line.faults(rest=[{"pattern": SENDS, "kind": kind, "times": 4, "seconds": 3}])
    line.faults(callback=[{"pattern": "sms/status", "kind": "lost", "times": -1}])
    worker = line.worker()
    until(lambda: line.unanswered() == 4)  # two pages, two receipts
    worker.kill()
    worker.wait()
    assert sum(line.messages().values()) == (0 if kind == "hang" else 4)
    line.worker()
    line.come_to_rest()
    line.assert_everything_once(2)


def test_one_of_two_workers_is_lost_for_good(start: Start) -> None:
    """It never comes back; what it had claimed is finished by the other."""
    line = start(8)
    line.faults(rest=[{"pattern": SENDS, "kind": "hang", "times": -1, "seconds": 3}])
    lost = line.worker()
    until(lambda: line.unanswered() >= 8)
    lost.kill()
    lost.wait()
    line.mend()
    line.worker()
    line.come_to_rest()
    line.assert_everything_once(8)


def test_two_workers_share_everything(start: Start) -> None:
    line = start(12)
    workers = [line.worker(), line.worker()]
    line.come_to_rest()
    line.assert_everything_once(12)
    assert [worker.poll() for worker in workers] == [None, None]


def test_told_to_end_with_sends_under_way(start: Start) -> None:
    """It waits for what is under way, takes nothing new, and is gone within seconds; no send is doubled or stuck."""
    line = start(6)
    line.faults(rest=[{"pattern": SENDS, "kind": "hang-after", "times": 6, "seconds": 3}])
    worker = line.worker()
    until(lambda: line.unanswered() >= 6)
    worker.send_signal(signal.SIGTERM)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(8) == 0
    line.mend()
    line.worker()
    line.come_to_rest()
    line.assert_everything_once(6)


def test_the_web_process_forks_after_it_has_connected(start: Start) -> None:
    """Both children inherit one connection, and are asked at the same time: every call is entered all the same."""
    # Straight to the web process: the simulator takes one call at a time, and they would never meet.
    line, calls = start(0), 120
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(line.ring, range(calls)))
    assert [answer for answer in answers if "<Gather" not in answer] == []
    with line.database.read() as db:
        assert len(listing.calls(db)) == calls
