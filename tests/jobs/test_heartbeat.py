"""The outside watch hears of us as long as alerts really leave; when they do not, it calls somebody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from jobs import chores
from jobs.chores import Routine, housekeeper
from jobs.context import Outside
from jobs.engine import Engine, Kind
from jobs.heartbeat import TELL_EVERY, Heartbeat
from storage import hosts
from storage.models import Attempt, Chore, Page
from telephony.http import NoReply, Reply
from telephony.rest import Twilio
from tests.stories.night import loss
from tests.support.phone import Line, Wired

WATCH = "https://watch.example/ping/secret"


class Watch:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.beats = 0
        self.status: int | None = 200  # none: it does not answer

    def request(self, method: str, url: str, **_: Any) -> Reply:
        assert (method, url) == ("GET", WATCH)
        if self.status is None:
            raise NoReply(f"ConnectionError : GET {url}")
        self.beats += self.status == 200
        return Reply(self.status, {}, b"")


@pytest.fixture
def line(make_line: Callable[..., Line]) -> Line:
    return make_line(HEARTBEAT_URL=WATCH)


@pytest.fixture
def watch(line: Line) -> Watch:
    """Told every minute, by the same engine as everything else."""
    found, client = Watch(), Twilio(line.settings, Wired(lambda: line.twilio))
    tell = Heartbeat(Outside(line.settings, client, line.audio), found).tell
    kinds = [kind for kind in line.engine.kinds if kind.table is not Chore]
    kinds.append(Kind(Chore, housekeeper({"heartbeat": Routine(tell, TELL_EVERY)}), seats=1))
    line.engine = Engine(line.database, line.clock, kinds)
    with line.database.begin() as db:
        chores.schedule(db, {"heartbeat": None}, line.clock())
    line.settle()
    return found


def test_it_is_told_every_minute_while_all_is_well(line: Line, watch: Watch) -> None:
    loss(line)
    line.forward(minutes=10)
    assert watch.beats == 11


def test_it_is_not_told_while_nothing_leaves(line: Line, watch: Watch) -> None:
    """Each attempt is put off again and again, so that none is ever late: nobody is woken all the same."""
    line.twilio.faults.rest("POST .*(Messages|Calls).json", "503", times=-1)
    loss(line)
    line.forward(minutes=2)
    before = watch.beats
    line.forward(minutes=10)
    assert watch.beats == before
    line.twilio.faults.clear()
    line.forward(minutes=3)
    assert watch.beats > before, "all is well again"


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        pytest.param(timedelta(minutes=-5), False, id="a machine is five minutes behind"),
        pytest.param(timedelta(days=1), False, id="a day ahead"),
        pytest.param(timedelta(seconds=5), True, id="five seconds: said on our own pages, alarms nobody"),
    ],
)
def test_it_is_not_told_while_a_clock_is_wrong(line: Line, watch: Watch, ahead: timedelta, told: bool) -> None:
    before = watch.beats
    with line.database.begin() as db:
        hosts.note(db, "web1", ahead, line.clock())
    line.forward(minutes=2)
    assert (watch.beats > before) == told
    line.forward(minutes=6)
    assert watch.beats > before, "the machine is gone, or its clock was put right"


def test_it_is_not_told_while_a_page_sleeps_too_long(line: Line, watch: Watch) -> None:
    """Nobody takes it up: the engine has no seats for pages."""
    loss(line)
    line.forward(minutes=3)  # telephones ring no more
    line.engine = Engine(line.database, line.clock, [kind for kind in line.engine.kinds if kind.table is Chore])
    with line.database.begin() as db:
        db.execute(update(Page).values(run_at=line.clock() + timedelta(days=1)))
        db.execute(update(Attempt).values(run_at=None))
    before = watch.beats
    line.forward(minutes=5)
    assert watch.beats == before


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        pytest.param(None, "NotTold: watch.example : pas de réponse", id="it is down"),
        pytest.param(404, "NotTold: watch.example : réponse 404", id="it does not know us"),
    ],
)
def test_its_address_is_a_secret(line: Line, watch: Watch, status: int | None, trouble: str) -> None:
    watch.status = status
    with capture_logs() as logs:
        line.forward(minutes=1)
    with line.database.read() as db:
        assert db.execute(select(Chore.trouble).where(Chore.name == "heartbeat")).scalar_one() == trouble
    assert [entry["event"] for entry in logs if "secret" in str(entry)] == []
    watch.status = 200
    line.forward(minutes=2)
    assert watch.beats > 1
