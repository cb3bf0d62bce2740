"""One Twilio account, several numbers and installations: what is another's is neither fetched, deleted nor a ticket."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs import chores
from simulator import audio
from simulator.records import Call, Number, Recording
from storage.calls import voicemails
from storage.models import Voicemail
from tests.jobs.work import row_of
from tests.support.phone import ING1, ING2, ING3, ING4, RESP, SAMPLE, Line
from tests.support.settings_for_tests import AFTER_HOURS, MAIN

KNOWN, THEIRS = "+33639981001", "+33199009999"
ELSEWHERE = "https://autre.example/webhooks/voice"
OURS = (MAIN, AFTER_HOURS)


@pytest.fixture
def line(line: Line) -> Iterator[Line]:
    """A worker that reconciles, beside another application on the same account."""
    line.twilio.numbers[THEIRS] = Number(THEIRS, voice_url=ELSEWHERE)
    line.twilio.numbers[THEIRS].sid = "PN" + "9" * 32
    for number in (ING1, ING2, ING3, ING4, RESP):
        line.phone(number).does("answers:-")
    with line.database.begin() as db:
        chores.schedule(db, {"reconcile": None}, line.clock())
    line.settle()
    yield line
    line.twilio.complaints.clear()


def call(line: Line, to: str, direction: str = "inbound") -> Call:
    """One that is over, and of which no request has told us."""
    world = line.twilio.world
    made = Call(world.sid("CA"), KNOWN, to, direction, world.clock(), status="completed")
    made.answered = made.ended = world.clock()
    world.calls[made.sid] = made
    return made


def voice(line: Line, sid: str, *, source: str = "RecordVerb", status: str = "completed") -> Recording:
    world = line.twilio.world
    left = Recording(world.sid("RE"), sid, audio.tone(4), 4, world.clock(), source=source, status=status)
    world.recordings[left.sid] = left
    return left


def touched(line: Line) -> set[str]:
    """Recordings whose sound was asked for, or that were to be deleted."""
    asked = [r.path for r in line.twilio.requests if ".wav" in r.path or r.method == "DELETE"]
    return {path.rpartition("/")[2].partition(".")[0] for path in asked}


def test_ours_is_fetched_and_deleted_theirs_lies_untouched(line: Line) -> None:
    mine, theirs = voice(line, call(line, MAIN).sid), voice(line, call(line, THEIRS).sid)
    line.forward(minutes=6)
    assert (mine.status, theirs.status, theirs.fetches) == ("deleted", "completed", 0)
    assert touched(line) == {mine.sid}
    assert len(line.tickets()) == 1


@pytest.mark.parametrize(
    ("to", "direction", "source"),
    [
        pytest.param(THEIRS, "inbound", "RecordVerb", id="a call to their number"),
        pytest.param(KNOWN, "outbound-api", "RecordVerb", id="a call that they have placed"),
        pytest.param(MAIN, "outbound-dial", "RecordVerb", id="a call that they have forwarded to our line"),
        pytest.param(MAIN, "inbound", "StartCallRecordingAPI", id="made of our call by somebody else's program"),
        pytest.param(MAIN, "inbound", "Conference", id="a conference"),
    ],
)
def test_what_is_not_a_message_to_our_line_is_left_alone(line: Line, to: str, direction: str, source: str) -> None:
    theirs = voice(line, call(line, to, direction).sid, source=source)
    line.forward(minutes=12)
    assert touched(line) == set()
    assert theirs.status == "completed"


@pytest.mark.parametrize("sid", ["", "CA" + "7" * 32], ids=["of no call", "of a call that Twilio does not know"])
def test_a_recording_whose_call_cannot_be_read_is_left_alone(line: Line, sid: str) -> None:
    voice(line, sid)
    line.forward(minutes=12)
    assert touched(line) == set()
    assert line.tickets() == []


def test_our_number_while_another_installation_answers_it(line: Line) -> None:
    """It is in our directory, and its calls go to the other one: before a move, or after."""
    line.twilio.numbers[MAIN].voice_url = ELSEWHERE
    voice(line, call(line, MAIN).sid)
    line.forward(minutes=12)
    assert (touched(line), line.tickets(), line.calls()) == (set(), [], [])


def test_calls_before_our_directory_had_the_number_are_the_former_installations(line: Line) -> None:
    before = call(line, MAIN)
    before.created = before.answered = before.ended = line.clock() - timedelta(hours=2)
    voice(line, before.sid)
    line.forward(minutes=12)
    assert (touched(line), line.tickets()) == (set(), [])


def test_a_line_that_has_left_the_directory_was_ours_while_it_was_in_it(line: Line) -> None:
    mine = voice(line, call(line, AFTER_HOURS).sid)
    line.clock.forward(minutes=3)
    toml = SAMPLE.read_text(encoding="utf-8")
    line.load(toml.replace("05 36 49 00 24", "01 99 00 88 88"))
    line.forward(minutes=6)
    assert mine.status == "deleted"
    assert len(line.tickets()) == 1


def test_a_foreign_message_that_an_older_version_had_taken_is_left_alone(line: Line) -> None:
    """Its row is there from before, its call is not."""
    theirs = voice(line, call(line, THEIRS).sid)
    with line.database.begin() as db:
        voicemails.announce(
            db, recording=theirs.sid, call=theirs.call_sid, ticket=None, seconds=4, absent=False, now=line.clock()
        )
    line.forward(minutes=12)
    row = row_of(line.database, Voicemail, theirs.sid)
    assert (row.state, row.run_at, row.trouble) == ("absent", None, voicemails.FOREIGN)
    assert touched(line) == set()


def test_what_twilio_lists_on_several_pages_is_found(line: Line) -> None:
    """Their calls are more than a page holds, and ours is the oldest."""
    mine = voice(line, call(line, MAIN).sid)
    for _ in range(1005):
        line.twilio.recordings[f"RE{len(line.twilio.recordings):032x}"] = Recording(
            f"RE{len(line.twilio.recordings):032x}", call(line, THEIRS).sid, b"", 4, line.clock(), status="completed"
        )
    line.forward(minutes=6)
    assert touched(line) == {mine.sid}


ACCOUNT = st.lists(
    st.tuples(
        st.sampled_from([*OURS, THEIRS, KNOWN, "+33586077770", "sip:ligne@autre.example"]),
        st.sampled_from(["inbound", "outbound-api", "outbound-dial"]),
        st.sampled_from(["RecordVerb", "RecordVerb", "DialVerb", "OutboundAPI", "Conference"]),
        st.sampled_from(["completed", "processing", "absent"]),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACCOUNT)
def test_whatever_the_account_holds_only_messages_to_our_lines_are_deleted(line: Line, account: list[tuple]) -> None:  # type: ignore[type-arg]
    for to, direction, source, status, has_call in account:
        sid = call(line, to, direction).sid if has_call else "CA" + "0" * 32
        voice(line, sid, source=source, status=status)
    line.forward(minutes=6)
    assert touched(line) <= {left.sid for left in line.twilio.recordings.values() if _is_to_us(line, left)}


def _is_to_us(line: Line, left: Recording) -> bool:
    made = line.twilio.calls.get(left.call_sid)
    return made is not None and made.direction == "inbound" and made.to in OURS


# ---------------------------------------------------------------- what a second try finds
@pytest.mark.parametrize("sender", [MAIN, THEIRS])
def test_a_call_of_another_number_is_not_taken_for_ours(line: Line, sender: str) -> None:
    made = call(line, ING2, "outbound-api")
    made.from_ = sender
    found = line.outside.twilio.find_calls(ING2, line.clock() - timedelta(minutes=1))
    assert found == ([made.sid] if sender == line.settings.twilio_caller_id else [])


@pytest.mark.parametrize("sender", ["NVL", "AUTRE"])
def test_an_sms_of_another_sender_is_not_taken_for_ours(line: Line, sender: str) -> None:
    sent = line.outside.twilio.send_sms(
        ING2, "Alerte", "https://astreinte.example/webhooks/sms/status", timedelta(hours=1)
    )
    line.twilio.messages[sent].from_ = sender
    found = line.outside.twilio.find_sms(ING2, "Alerte", line.clock() - timedelta(minutes=1))
    assert found == ([sent] if sender == line.settings.twilio_sms_sender else [])
