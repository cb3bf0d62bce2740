"""What becomes of our SMS, by Twilio's word: in any order, and never backwards."""

import itertools

import pytest

from tests.support.phone import ING2, Line
from tests.webhooks.requests import Twilio, kept

STATUSES = ("sending", "sent", "delivered")


@pytest.fixture
def line(line: Line) -> Line:
    """A page is out, its SMS accepted by Twilio and not heard of since."""
    line.twilio.faults.callback(".", "lost", times=-1)
    line.phone("01 99 00 10 01").calls().presses("1").presses("1").presses("2").says(5, then="hangup")
    line.settle()
    return line


def state(line: Line) -> tuple[str, str, str | None]:
    """State, error and sid of the first attempt, an SMS."""
    with line.database.read() as db:
        return tuple(db.exec_driver_sql("SELECT state, error, provider_sid FROM attempts WHERE id = 1").one())


def tell(twilio: Twilio, status: str, subject: str = "attempt-1", **more: str) -> int:
    fields = {"MessageSid": str(state(twilio.line)[2]), "MessageStatus": status, "To": ING2} | more
    return twilio.post(f"/webhooks/sms/status?for={subject}", fields).status


@pytest.mark.parametrize("order", list(itertools.permutations(STATUSES)), ids=" ".join)
def test_statuses_in_any_order(line: Line, twilio: Twilio, order: tuple[str, ...]) -> None:
    sid = state(line)[2]
    for status in (*order, *order):
        assert tell(twilio, status) == 204
    assert state(line) == ("delivered", "", sid)


def test_the_word_on_another_sms_changes_nothing(line: Line, twilio: Twilio) -> None:
    before = kept(line.database)
    assert tell(twilio, "undelivered", MessageSid="SM" + "1" * 32) == 204
    assert kept(line.database) == before


def test_a_failure_keeps_its_code(line: Line, twilio: Twilio) -> None:
    tell(twilio, "undelivered", ErrorCode="30003")
    tell(twilio, "sent")
    assert state(line)[:2] == ("undelivered", "30003")


@pytest.mark.parametrize(
    "subject",
    ["", "attempt", "attempt-", "attempt-0", "attempt-99", "attempt-²", "attempt--1", "attempt-1 ",
     "attempt-" + "9" * 30, "texts-1", "page-1", "attempt-1'--"],
)  # fmt: skip
def test_a_subject_that_names_nothing_changes_nothing(line: Line, twilio: Twilio, subject: str) -> None:
    before = kept(line.database)
    assert tell(twilio, "delivered", subject.replace(" ", "%20").replace("²", "%C2%B2")) == 204
    assert kept(line.database) == before


@pytest.mark.parametrize("status", ["", "received", "DELIVERED", "delivered ", "intended", "queued"])
def test_a_status_that_is_no_progress_changes_nothing(line: Line, twilio: Twilio, status: str) -> None:
    before = kept(line.database)
    assert tell(twilio, status) == 204
    assert kept(line.database) == before


@pytest.mark.parametrize(
    ("sender", "answer"),
    [
        pytest.param(ING2, "<Response><Message>NVL-26-00001-8 est à vous. ", id="an engineer is answered"),
        pytest.param("+33639989999", "<Response/>", id="somebody else is not"),
        pytest.param("+266696687", "<Response/>", id="nor is nobody"),
        pytest.param("NVL", "<Response/>", id="nor a name"),
        pytest.param("", "<Response/>", id="nor nothing"),
    ],
)
def test_an_sms_from_somebody(line: Line, twilio: Twilio, sender: str, answer: str) -> None:
    told = twilio.post("/webhooks/sms", {"MessageSid": "SM2", "From": sender, "Body": "  OK NVL-26-00001-8\x00 "})
    assert told.status == 200
    assert told.body.decode().startswith(f'<?xml version="1.0" encoding="UTF-8"?>{answer}')


def test_an_sms_without_its_name_does_nothing(line: Line, twilio: Twilio) -> None:
    before = kept(line.database)
    told = twilio.post("/webhooks/sms", {"From": ING2, "Body": "OK"})
    assert told.body.decode().endswith("<Response/>")
    assert kept(line.database) == before
