"""What the commands list as JSON: the keys of the design, and nothing that JSON cannot say."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage.listing import iso
from tests.support.phone import Line

TICKET = {
    "reference", "kind", "nature", "state", "entity", "client", "service", "sites", "caller", "received_at",
    "opened_at", "verified", "refusal", "paged", "acknowledged_by", "acknowledged_at", "recording",
    "recording_seconds", "due_respond_at", "due_restore_at",
}  # fmt: skip
CALL = ["sid", "line", "caller", "entity", "started_at", "ended_at", "steps", "outcome", "ticket"]
PAGE = ["ticket", "state", "step", "attempts"]
ATTEMPT = ["engineer", "channel", "at", "state", "provider_sid"]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture
def called(line: Line) -> Line:
    """A night call that left a message, and its page."""
    caller = line.phone("06 39 98 10 01").calls()
    caller.presses("1").presses("1").presses("2").says(14, then="#")
    line.settle()
    return line


def test_tickets(called: Line) -> None:
    ticket = called.ticket()
    assert set(ticket) >= TICKET
    assert isinstance(ticket["sites"], list)
    assert (ticket["verified"], ticket["paged"], ticket["recording"]) == (True, True, True)
    assert (ticket["entity"], ticket["client"], ticket["caller"]) == ("idline", "260417", "+33639981001")
    assert (ticket["recording_seconds"], ticket["acknowledged_at"]) == (14, None)
    for name in ("received_at", "opened_at", "due_respond_at", "due_restore_at"):
        assert INSTANT.fullmatch(ticket[name]), (name, ticket[name])


def test_calls(called: Line) -> None:
    [call] = called.calls()
    assert set(call) == set(CALL)
    assert [step["pressed"] for step in call["steps"]][:3] == ["1", "1", "2"]
    assert all({"asked", "pressed"} <= set(step) for step in call["steps"])
    assert (call["outcome"], call["ticket"]) == ("message", called.ticket()["reference"])


def test_pages(called: Line) -> None:
    [page] = called.pages()
    assert set(PAGE) <= set(page)
    attempt, call = page["attempts"]
    assert set(ATTEMPT) <= set(attempt)
    assert (page["state"], page["step"]) == ("pending", 0)
    assert (attempt["engineer"], attempt["channel"]) == ("ing2", "sms")
    assert attempt["provider_sid"] in called.twilio.messages
    assert (call["engineer"], call["channel"]) == ("ing2", "voice")
    assert call["provider_sid"] in called.twilio.calls


def test_all_of_it_is_json(called: Line) -> None:
    everything = [called.tickets(), called.calls(), called.pages()]
    assert json.loads(json.dumps(everything)) == everything


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        pytest.param(None, None, id="none"),
        pytest.param(datetime(2026, 9, 12, 20, 4, tzinfo=UTC), "2026-09-12T20:04:00Z", id="UTC"),
        pytest.param(
            datetime(2026, 9, 12, 22, 4, tzinfo=timezone(timedelta(hours=2))), "2026-09-12T20:04:00Z", id="Paris"
        ),
    ],
)
def test_instants_are_written_in_utc(instant: datetime | None, written: str | None) -> None:
    assert iso(instant) == written
