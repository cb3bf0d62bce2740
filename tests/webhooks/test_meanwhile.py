"""A key is answered without a lock: what happens between the reading and the writing is not lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from tests.support.phone import ING2, Line, TestClock
from tests.webhooks.requests import Twilio, call, rows


class Interrupting(TestClock):
    """Lets something happen when a request, having read the call, asks what time it is."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], Any]] = []

    def __call__(self) -> datetime:
        if self.meanwhile:
            with ThreadPoolExecutor(1) as another_worker:
                another_worker.submit(self.meanwhile.pop()).result()
        return self.now


@pytest.fixture
def clock() -> Interrupting:
    return Interrupting()


@pytest.fixture
def asked(twilio: Twilio) -> Twilio:
    """A client with two covered services, who is asked about the nature of the call."""
    twilio.post("/webhooks/voice", call(CallStatus="ringing"))
    assert "perte d'un service" in twilio.presses(1, "1").body.decode()
    return twilio


def test_the_caller_hangs_up(asked: Twilio, clock: Interrupting, line: Line) -> None:
    """« Loss of service » was pressed: whoever would have been asked which service has a ticket, and wakes somebody."""
    clock.meanwhile.append(asked.hangs_up)
    assert "<Hangup/>" in asked.presses(2, "1").body.decode()
    assert clock.meanwhile == []
    line.settle()
    assert [(ticket["nature"], ticket["paged"]) for ticket in line.tickets()] == [("service_loss", True)]
    assert len(line.phone(ING2).texts()) == 1


def test_the_same_key_comes_twice(asked: Twilio, clock: Interrupting, line: Line) -> None:
    first: list[str] = []
    clock.meanwhile.append(lambda: first.append(asked.presses(2, "1").body.decode()))
    assert asked.presses(2, "1").body.decode() == first[0]
    assert "Quel service" in first[0]
    assert rows(line.database)["turns"] == 3


def test_another_key_comes_for_the_same_question(asked: Twilio, clock: Interrupting, line: Line) -> None:
    """The one that was kept first counts, and both hear its answer."""
    first: list[str] = []
    clock.meanwhile.append(lambda: first.append(asked.presses(2, "1").body.decode()))
    assert asked.presses(2, "9").body.decode() == first[0]
    assert rows(line.database)["turns"] == 3
