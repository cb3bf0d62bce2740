"""In hours: who counts as having answered, and whose number is shown to whom."""

import pytest

from tests.support.phone import Line
from tests.webhooks.requests import CALLER, SID, Twilio, call, rows

DESK1, DESK2 = "+33536490101", "+33536490102"
LEG = call(CallSid="CA" + "8" * 32, ParentCallSid=SID, Direction="outbound-dial", To=DESK1)


@pytest.fixture
def line(line: Line) -> Line:
    """Monday morning."""
    line.clock.at("2026-09-14 10:00")
    return line


@pytest.mark.parametrize(
    "manner",
    [
        pytest.param("voicemail", id="a mobile's own voicemail answers"),
        pytest.param("answers:2", id="another key"),
        pytest.param("answers:#", id="only #"),
        pytest.param("answers:-", id="picked up, and silent"),
        pytest.param("busy", id="busy"),
        pytest.param("no-answer", id="no answer"),
        pytest.param("failed", id="unreachable"),
    ],
)
@pytest.mark.parametrize("told", ["completed", "no-answer", "failed"])
def test_only_the_key_1_answers(line: Line, manner: str, told: str) -> None:
    """Whatever Twilio calls it (UNCONFIRMED 1), the next telephone rings, then the voicemail opens a ticket."""
    line.twilio.faults.refused_whisper_status = told
    for desk in (DESK1, DESK2):
        line.phone(desk).does(manner)
    caller = line.phone(CALLER).calls().presses("1").hears("Personne ne peut").is_at("recording")
    caller.says(5, then="hangup")
    line.settle()
    assert not line.ticket()["paged"]
    assert [leg.from_ for phone in (DESK1, DESK2) for leg in line.phone(phone).simulated.legs] == ["+33586077777"] * 2


@pytest.mark.parametrize("times", [1, 2])
def test_accepting_twice_is_accepting(line: Line, twilio: Twilio, times: int) -> None:
    twilio.post("/webhooks/voice")
    twilio.presses(1, "1")
    for _ in range(times):
        answer = twilio.post("/webhooks/voice/accepted?n=2", LEG | {"Digits": "1"})
        assert "Hangup" not in answer.body.decode()
    ended = call(DialCallStatus="completed", DialCallSid=LEG["CallSid"], DialBridged="true")
    assert "<Hangup/>" in twilio.post("/webhooks/voice/dialled?n=2", ended).body.decode()
    twilio.hangs_up()
    assert line.calls()[0]["outcome"] == "answered"


@pytest.mark.parametrize(
    ("leg", "ended"),
    [
        pytest.param({"Digits": "1"}, {"DialBridged": "false"}, id="accepted, and gone before they were joined"),
        pytest.param({"Digits": "2"}, {"DialBridged": "true"}, id="joined, says Twilio, and nobody has accepted"),
        pytest.param({"Digits": "1", "CallSid": "CA" + "9" * 32}, {"DialBridged": "true"}, id="another leg accepted"),
        pytest.param({"Digits": "1", "CallSid": ""}, {"DialCallSid": "", "DialBridged": "true"}, id="a nameless leg"),
    ],
)
def test_it_takes_a_key_and_a_talk(line: Line, twilio: Twilio, leg: dict[str, str], ended: dict[str, str]) -> None:
    twilio.post("/webhooks/voice")
    twilio.presses(1, "1")
    twilio.post("/webhooks/voice/accepted?n=2", LEG | leg)
    told = call(DialCallStatus="completed", DialCallSid=LEG["CallSid"]) | ended
    assert DESK2 in twilio.post("/webhooks/voice/dialled?n=2", told).body.decode(), "the next one rings"


def test_a_whisper_for_nobody_we_know_still_asks_for_the_key(line: Line, twilio: Twilio) -> None:
    answer = twilio.post("/webhooks/voice/whisper?n=1", LEG | {"ParentCallSid": "CA" + "0" * 32})
    assert "Pour prendre l'appel, tapez 1" in answer.body.decode()


def test_a_caller_who_gives_up_while_it_rings(line: Line) -> None:
    """Nobody else is woken for somebody who has left; the call stays in the log."""
    line.phone(DESK1).does("manual")
    line.phone(CALLER).calls().presses("1").is_at("dialling").hangs_up()
    line.settle()
    assert line.phone(DESK2).simulated.legs == []
    assert line.tickets() == []
    assert [found["outcome"] for found in line.calls()] == ["abandoned"]


@pytest.mark.parametrize(
    "shown",
    ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "Anonymous", "anonymous", "unavailable",
     "Restricted", "", "sip:alice@example.com", "client:alice", "0639981001", "+33 6 39 98 10 01", "+0123456789",
     "+" + "9" * 16, "<script>", "'; --"],
)  # fmt: skip
def test_an_odd_caller_is_nobody(line: Line, twilio: Twilio, shown: str) -> None:
    """Neither known, nor texted, nor shown to the team."""
    twilio.post("/webhooks/voice", call(From=shown))
    document = twilio.post("/webhooks/voice/pressed?n=1", call(From=shown, Digits="1")).body.decode()
    assert 'callerId="+33586077777"' in document
    assert line.calls()[0]["caller"] is None
    assert rows(line.database)["messages"] == 0


@pytest.mark.parametrize("to", ["+33199005555", "sip:ligne@example.com", "", "client:x"])
def test_a_number_that_only_forwards_to_us_is_the_main_line(line: Line, twilio: Twilio, to: str) -> None:
    fields = call(To=to, ForwardedFrom="+33586077777")
    assert "Bonjour et bienvenue au support" in twilio.post("/webhooks/voice", fields).body.decode()
    assert DESK1 in twilio.post("/webhooks/voice/pressed?n=1", fields | {"Digits": "1"}).body.decode()
