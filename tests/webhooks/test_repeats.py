"""Twilio repeats, delays and reorders: nothing is doubled, and whoever asks again hears the same."""

import random
import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from simulator.faults import Faults
from tests.support.phone import ING2, Caller, Line
from tests.support.settings_for_tests import ORIGIN
from tests.webhooks.requests import (
    CALLER,
    RECORDING,
    SID,
    Sent,
    Twilio,
    Wiretap,
    call,
    kept,
    rows,
    sign,
    tapped,
)

MOBILE = "06 39 98 10 01"  # Client Démo Un, on a telephone that gets a receipt
ONCE = {"calls": 1, "tickets": 1, "pages": 1, "attempts": 2, "messages": 2, "voicemails": 1, "sequences": 1}
WEEKDAY = "2026-09-14 10:00"
DESK1, DESK2 = "+33536490101", "+33536490102"


def night_call(line: Line, then: str = "#") -> Caller:
    """A service is lost: nature, service, message, reference."""
    caller = line.phone(MOBILE).calls()
    caller.presses("1").presses("1").presses("2").says(14, then=then)
    line.settle()
    return caller


def counted(line: Line) -> dict[str, int]:
    return {name: count for name, count in rows(line.database).items() if name in ONCE}


def prepared(line: Line, **knobs: object) -> Faults:
    for name, value in knobs.items():
        setattr(line.twilio.faults, name, value)
    return line.twilio.faults


# ---------------------------------------------------------------- the same, again
@pytest.mark.parametrize(
    ("copies", "together"),
    [
        pytest.param(2, False, id="each request twice"),
        pytest.param(3, True, id="three times at the same instant"),
    ],
)
@pytest.mark.parametrize("then", ["#", "hangup"])
def test_a_night_call_whose_requests_all_repeat(line: Line, copies: int, together: bool, then: str) -> None:
    tap = tapped(line, copies, together)
    night_call(line, then)
    assert tap.different == []
    assert counted(line) == ONCE
    assert len(line.phone(ING2).texts()) == 1
    assert len(line.phone(MOBILE).texts()) == 1
    assert {"/webhooks/voice/recorded", "/webhooks/recording", "/webhooks/voice/status"} <= {s.path for s in tap.sent}


@pytest.mark.parametrize(
    "knobs",
    [
        pytest.param({"recording_first": True}, id="the recording is announced before the action"),
        pytest.param({"callbacks_reversed": True}, id="callbacks in the opposite order"),
        pytest.param({"silence_falls_through": True}, id="silence goes on to the next verb"),
    ],
)
def test_a_night_call_in_another_order(line: Line, knobs: dict[str, object]) -> None:
    prepared(line, **knobs)
    night_call(line, "hangup")
    assert counted(line) == ONCE


def test_old_requests_long_after_the_call(line: Line) -> None:
    """Each hears its own answer again, in whatever order, and not a row moves."""
    tap = tapped(line)
    night_call(line)
    settled, told = kept(line.database), list(tap.sent)
    line.clock.forward(hours=3)
    for seed in range(4):
        again = random.Random(seed).sample(told, len(told))
        assert [tap.again(sent).body for sent in again] == [sent.answer.body for sent in again]
    assert kept(line.database) == settled


def test_an_old_turn_in_the_middle_of_the_call(line: Line, twilio: Twilio) -> None:
    greeting = twilio.post("/webhooks/voice").body
    nature = twilio.presses(1, "1").body
    twilio.presses(2, "1")
    assert twilio.post("/webhooks/voice").body == greeting
    assert twilio.presses(1, "1").body == nature
    assert twilio.presses(1, "4").body == nature, "another key at an old turn is no other choice"
    assert "Hébergement" in twilio.presses(3, "*").body.decode(), "and the call goes on where it stood"


NONSENSE = ["0", "7", "99999999999", "9" * 5000, "-1", "", "abc", "1e3", "٣", "1;DROP TABLE calls", "2147483648"]


@pytest.mark.parametrize("n", NONSENSE, ids=lambda n: n[:12] or "empty")
def test_a_turn_that_makes_no_sense_hears_the_last_answer(line: Line, twilio: Twilio, n: str) -> None:
    twilio.post("/webhooks/voice")
    last = twilio.presses(1, "1")
    before = kept(line.database)
    for path in ("pressed", "silent", "recorded", "dialled"):
        assert twilio.post(f"/webhooks/voice/{path}?{urlencode({'n': n})}", call(Digits="1")) == last
    assert twilio.post("/webhooks/voice/pressed", call(Digits="1")) == last
    assert kept(line.database) == before


def test_two_keys_for_one_question_at_once(line: Line, twilio: Twilio) -> None:
    """The first to arrive counts, both hear its answer."""
    twilio.post("/webhooks/voice")
    assert twilio.presses(1, "1") == twilio.presses(1, "2")
    assert [step["pressed"] for step in line.calls()[0]["steps"] if "pressed" in step][:1] in ([], ["1"])
    assert rows(line.database)["turns"] == 2


# ---------------------------------------------------------------- a call we do not know
@pytest.mark.parametrize("path", ["pressed?n=4", "silent?n=2", "recorded?n=9", "dialled?n=3", "fallback"])
def test_a_call_whose_first_request_was_lost_is_greeted_now(line: Line, twilio: Twilio, path: str) -> None:
    answer = twilio.post(f"/webhooks/voice/{path}", call(Digits="1"))
    assert "Bonjour et bienvenue" in answer.body.decode()
    assert rows(line.database)["calls"] == 1


@pytest.mark.parametrize("path", ["pressed?n=4", "fallback", "thanks", "silent"])
def test_a_leg_of_ours_is_never_greeted(line: Line, twilio: Twilio, path: str) -> None:
    """A colleague's telephone is no caller: were it greeted, the line would be talking to itself."""
    leg = call(CallSid="CA" + "8" * 32, ParentCallSid=SID, Direction="outbound-dial")
    twilio.post(f"/webhooks/voice/{path}", leg)
    assert rows(line.database)["calls"] == 0
    assert line.tickets() == []


def test_callbacks_of_an_unknown_call_change_nothing(line: Line, twilio: Twilio) -> None:
    before = kept(line.database)
    assert twilio.hangs_up().status == 204
    assert twilio.post("/webhooks/sms/status?for=text-99", {"MessageSid": "SM1", "MessageStatus": "sent"}).status == 204
    assert kept(line.database) == before


def test_a_recording_of_an_unknown_call_is_fetched_all_the_same(line: Line, twilio: Twilio) -> None:
    """Somebody's voice is never lost: it waits without a ticket for the reconciliation."""
    told = {"CallSid": SID, "RecordingSid": RECORDING, "RecordingStatus": "completed", "RecordingDuration": "9"}
    assert [twilio.post("/webhooks/recording", told).status for _ in range(2)] == [204, 204]
    (voicemail,) = kept(line.database)["voicemails"]
    assert RECORDING in voicemail
    assert rows(line.database)["tickets"] == 0


# ---------------------------------------------------------------- the end, too early
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("1", "1"), id="nature: the service is not chosen yet"),
        pytest.param(("1", "1", "1"), id="service: the site is not chosen yet"),
        pytest.param(("1", "1", "1", "2"), id="site: at the beep"),
    ],
)
@pytest.mark.parametrize("late", [1, 2, 3])
def test_the_last_keys_arrive_after_the_hang_up(line: Line, twilio: Twilio, keys: tuple[str, ...], late: int) -> None:
    """Eligible in the end, in whatever order: one ticket, one page."""
    twilio.post("/webhooks/voice")
    held = list(enumerate(keys, 1))
    for n, key in held[:-late]:
        twilio.presses(n, key)
    twilio.hangs_up()
    for _ in range(2):
        for n, key in held[-late:]:
            assert twilio.presses(n, key).status == 200
    twilio.hangs_up()
    assert [ticket["paged"] for ticket in line.tickets()] == [True]
    assert rows(line.database)["pages"] == 1


def test_a_message_announced_after_the_hang_up_keeps_its_ticket(line: Line, twilio: Twilio) -> None:
    twilio.post("/webhooks/voice")
    for n, key in enumerate(("1", "1", "2"), 1):
        twilio.presses(n, key)
    twilio.hangs_up()
    said = {"RecordingUrl": f"https://api.twilio.com/x/{RECORDING}", "RecordingDuration": "7", "Digits": "hangup"}
    assert twilio.post("/webhooks/voice/recorded?n=4", call(CallStatus="completed", **said)).status == 200
    assert counted(line) == ONCE | {"messages": 1, "attempts": 0}
    assert line.ticket()["recording"]


# ---------------------------------------------------------------- a recording, told piecemeal
def told(line: Line, twilio: Twilio, *pieces: dict[str, str]) -> tuple[object, ...]:
    """The voicemail after these requests, at the beep of a call with a ticket."""
    twilio.post("/webhooks/voice")
    for n, key in enumerate(("1", "2"), 1):
        twilio.presses(n, key)
    for piece in pieces:
        path = "/webhooks/recording" if "RecordingStatus" in piece else "/webhooks/voice/recorded?n=3"
        assert twilio.post(path, call(RecordingUrl=f"https://x/{RECORDING}", **piece)).status < 300
    (found,) = kept(line.database)["voicemails"]
    with line.database.read() as db:
        row = db.exec_driver_sql("SELECT state, seconds, ticket IS NOT NULL, run_at IS NULL FROM voicemails").one()
    assert found
    return (row[0], row[1], bool(row[2]), bool(row[3]))


ACTION, SHORT = {"RecordingDuration": "12"}, {"Digits": "hangup"}
READY = {"RecordingStatus": "completed", "RecordingDuration": "11"}
ABSENT = {"RecordingStatus": "absent"}


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param((ACTION, READY), ("announced", 12, True, False), id="as usual"),
        pytest.param((READY, ACTION), ("announced", 11, True, False), id="the callback first"),
        pytest.param((SHORT, READY), ("announced", 11, True, False), id="the length comes later"),
        pytest.param((ACTION, ABSENT), ("absent", 12, True, True), id="there is none after all"),
        pytest.param((ABSENT, ACTION), ("absent", 12, True, True), id="said before: it is never waited for"),
        pytest.param((ABSENT, ABSENT), ("absent", 0, True, True), id="said twice"),
        pytest.param((ACTION, {"RecordingStatus": "failed"}), ("absent", 12, True, True), id="failed"),
        pytest.param(({"RecordingDuration": "-5"}, READY), ("announced", 11, True, False), id="a length of nonsense"),
    ],
)
def test_a_recording_is_announced_in_pieces(
    line: Line, twilio: Twilio, pieces: tuple[dict[str, str], ...], expected: tuple[object, ...]
) -> None:
    assert told(line, twilio, *pieces) == expected
    assert len(line.tickets()) == 1


# ---------------------------------------------------------------- the team's legs
def test_a_whisper_and_an_end_of_dial_after_the_hang_up(line: Line, twilio: Twilio) -> None:
    """The caller is gone while a colleague picks up: nobody else is rung, nothing is opened."""
    line.clock.at(WEEKDAY)
    twilio.post("/webhooks/voice")
    assert DESK1 in twilio.presses(1, "1").body.decode()
    twilio.hangs_up()
    leg = call(CallSid="CA" + "8" * 32, ParentCallSid=SID, Direction="outbound-dial", To=DESK1)
    assert "tapez 1" in twilio.post("/webhooks/voice/whisper?n=2", leg).body.decode()
    for _ in range(2):
        twilio.post("/webhooks/voice/accepted?n=2", leg | {"Digits": "1"})
    ended = call(CallStatus="completed", DialCallStatus="canceled", DialCallSid=leg["CallSid"], DialBridged="false")
    for _ in range(2):
        assert "<Dial" not in twilio.post("/webhooks/voice/dialled?n=2", ended).body.decode()
    assert line.tickets() == []
    assert rows(line.database)["acceptances"] == 1


def test_a_day_call_whose_requests_all_repeat(line: Line) -> None:
    line.clock.at(WEEKDAY)
    tap = tapped(line, 3, together=True)
    line.phone(DESK1).does("no-answer")
    line.phone(DESK2).does("answers:1")
    caller = line.phone(MOBILE).calls().presses("1").is_at("talking")
    caller.leg.end_talk()
    line.settle()
    assert tap.different == []
    assert rows(line.database)["acceptances"] == 1
    assert [found["outcome"] for found in line.calls()] == ["answered"]
    assert line.tickets() == []


# ---------------------------------------------------------------- any order at all
def under_another_name(sent: Sent, sid: str, recording: str) -> tuple[str, list[tuple[str, str]]]:
    """The same request of another call."""
    told = re.sub(r"RE[0-9a-f]{32}", recording, sent.body.decode())
    given = [(name, sid if name == "CallSid" else value) for name, value in parse_qsl(told, keep_blank_values=True)]
    parts = urlsplit(sent.url)
    return parts.path + (f"?{parts.query}" if parts.query else ""), given


@pytest.mark.parametrize("seed", range(12))
def test_a_call_told_in_any_order(line: Line, twilio: Twilio, seed: int) -> None:
    """Requests first seen out of order: no error, one ticket for the call at most, no voice without its ticket."""
    tap: Wiretap = tapped(line)
    line.phone(CALLER).calls().presses("1").presses("1").presses("2").says(6, then="hangup")
    line.twilio.settle()
    told = [sent for sent in tap.sent if sent.method == "POST"]
    before = rows(line.database)
    shuffled = random.Random(seed).sample(told * 2, len(told) * 2)
    for sent in shuffled:
        path, given = under_another_name(sent, "CA" + "9" * 32, RECORDING)
        answer = twilio.sends(path, urlencode(given).encode(), sign(ORIGIN + path, given))
        assert answer.status in (200, 204), path
    after = rows(line.database)
    assert after["calls"] == before["calls"] + 1
    assert after["tickets"] <= before["tickets"] + 1
    assert after["pages"] <= before["pages"] + 1
    assert after["voicemails"] == before["voicemails"] + 1
    with line.database.read() as db:
        assert not db.exec_driver_sql("SELECT 1 FROM voicemails WHERE ticket IS NULL").all()


def test_it_takes_the_clock_of_its_first_moment(line: Line) -> None:
    """A first request repeated an hour later neither greets anew nor judges the hours again."""
    twilio = Twilio(line)
    line.clock.at("2026-09-14 17:59:50")
    greeting = twilio.post("/webhooks/voice")
    line.clock.now += timedelta(hours=1)
    assert twilio.post("/webhooks/voice") == greeting
    assert DESK1 in twilio.presses(1, "1").body.decode(), "open when it began"
