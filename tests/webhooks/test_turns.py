"""Two transactions at one page at the same instant: they take turns, and never wait for each other in a circle."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update

from directory.policies import Channel
from storage.database import Database
from storage.models import Attempt, Page
from storage.paging import attempts
from storage.tickets import journal
from tests.jobs.work import LIMIT, row_of, until
from tests.stories.night import loss
from tests.support.phone import Line
from tests.webhooks.requests import Twilio, call

WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""
THEIRS = "CA" + "9" * 32
Act = Callable[[Line], object]


@pytest.fixture
def line(line: Line) -> Line:
    if line.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    return line


def status(line: Line) -> object:
    return Twilio(line).post("/webhooks/voice/alert/1/status", call(CallSid=THEIRS, CallStatus="busy")).status


def machine(line: Line) -> object:
    return Twilio(line).post("/webhooks/voice/alert/1/machine", call(CallSid=THEIRS, AnsweredBy="machine_start")).status


def key(line: Line) -> object:
    answer = Twilio(line).post("/webhooks/voice/alert/1/pressed?n=0", call(CallSid=THEIRS, Digits="9"))
    return answer.status if "Redirect" not in answer.body.decode() else 503


def text_status(line: Line) -> object:
    told = {"MessageSid": "SM" + "9" * 32, "MessageStatus": "failed", "ErrorCode": "30003"}
    return Twilio(line).post("/webhooks/sms/status?for=attempt-1", told).status


def refused(line: Line) -> object:
    """Twilio will never send it."""
    line.twilio.faults.message(21610)
    (alerts,) = (kind for kind in line.engine.kinds if kind.table is Attempt)
    (turn,) = line.engine.take(alerts, 1)
    line.engine.run(turn)
    return 503 if row_of(line.database, Attempt, turn.key).trouble else 200


@pytest.mark.parametrize("act", [status, machine, key, text_status, refused])
def test_a_step_fires_while_an_attempt_fails(line: Line, act: Act) -> None:
    """The step takes on what has not left yet; the failure wants the page looked at again. Neither is lost."""
    _intend(line)
    said: list[object] = []
    other = threading.Thread(target=lambda: said.append(act(line)), daemon=True)
    with line.database.begin() as db:
        page = db.execute(select(Page.__table__).with_for_update()).one()
        other.start()
        until(lambda: _waiting(line.database) > 0)
        person = {"engineer": "ing2", "number": "+33639980002", "why": ""}
        for channel in Channel:
            attempts.begin(db, page, step=1, firing=2, channel=channel, at=line.clock(), now=line.clock(), **person)
    other.join(LIMIT)
    assert said
    assert said[0] not in (500, 503)
    assert "alert_failed" in line.happened_to(line.ticket()["reference"]) or act is key


def _intend(line: Line) -> None:
    """A page with one attempt that has not left; its telephone's call may be on the way all the same."""
    loss(line)
    with line.database.begin() as db:
        nothing = {"body": "", "provider_sid": None, "state": "intended", "sent_at": None, "failed_at": None}
        db.execute(update(Attempt).values(run_at=None))
        db.execute(update(Attempt).where(Attempt.id == 1).values(**nothing, run_at=line.clock()))


def _waiting(database: Database) -> int:
    with database.read() as db:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return int(db.execute(text(waiting)).scalar_one())


def test_an_event_makes_nobody_wait_before_the_end(line: Line) -> None:
    reference = loss(line)
    done = threading.Event()

    def note() -> None:
        with line.database.begin() as db:
            journal.note(db, reference, "joined", "b", line.clock())
        done.set()

    with line.database.begin() as db:
        journal.note(db, reference, "joined", "a", line.clock())
        threading.Thread(target=note, daemon=True).start()
        assert done.wait(LIMIT)
    with line.database.read() as db:
        assert [entry.who for entry in journal.entries(db)][-2:] == ["b", "a"]
        assert journal.first_altered(db) is None
