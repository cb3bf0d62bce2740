"""Calls that never reached us: Twilio's fallback took them, or its word was lost. Reconciliation finds them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, select

from commands.fallback import GOODBYE, fallback, last
from jobs import chores
from services import recovered_calls
from simulator.door import READ_TIMED_OUT, Answer
from storage.directory.versions import DirectoryCache
from storage.models import Chore, Voicemail
from tests.jobs.work import book_of
from tests.support.phone import ING1, ING2, ING3, ING4, RESP, Line
from tests.webhooks.requests import Twilio

KNOWN, WITHOUT_OPTION, STRANGER = "06 39 98 10 01", "01 99 00 20 02", "06 39 98 77 77"
ELSEWHERE = "https://handler.example/fallback"


@pytest.fixture
def line(line: Line) -> Iterator[Line]:
    """A worker that reconciles, engineers who hear and press nothing, and a fallback document kept at Twilio."""
    for number in (ING1, ING2, ING3, ING4, RESP):
        line.phone(number).does("answers:-")
    with line.database.begin() as db:
        chores.schedule(db, {"reconcile": None}, line.clock())
    line.settle()
    line.door.elsewhere[ELSEWHERE] = fallback(book_of(line).directory, None)
    line.door.elsewhere[f"https://handler.example/{GOODBYE}"] = last(book_of(line).directory)
    for ours in line.twilio.numbers.values():
        ours.voice_fallback_url = ELSEWHERE
    line.twilio.exchange.set_manner_when_dialled("no-answer")
    yield line
    line.twilio.complaints.clear()  # that we were down is not a complaint about what we say


@contextmanager
def web_is_down(line: Line) -> Iterator[None]:
    line.door.is_down = True
    yield
    line.door.is_down = False


def calls_in_vain(line: Line, number: str, *, speaks: bool = True) -> None:
    caller = line.phone(number).calls()
    if speaks:
        caller.says(9)
    caller.hangs_up()
    line.twilio.settle()


def only_ticket(line: Line) -> dict[str, Any]:
    line.forward(minutes=6)
    return line.ticket()


# ---------------------------------------------------------------- our web process was down
def test_a_client_with_the_option_at_night_is_found_and_somebody_woken(line: Line) -> None:
    with web_is_down(line):
        calls_in_vain(line, KNOWN)
    ticket = only_ticket(line)
    assert (ticket["client"], ticket["verified"], ticket["paged"], ticket["refusal"]) == ("260417", True, True, None)
    assert (ticket["nature"], ticket["entity"]) == ("service_loss", "idline")
    assert (ticket["recording"], ticket["recording_seconds"]) == (True, 9)
    assert ticket["received_at"] == "2026-09-12T20:04:00Z", "the call's own moment, not that of its finding"
    assert "found_later" in line.happened_to(ticket["reference"])
    line.phone(ING2).gets_sms(ticket["reference"])
    assert [call["outcome"] for call in line.calls()] == ["message"]


@pytest.mark.parametrize(
    ("number", "at", "expected"),
    [
        pytest.param(
            KNOWN, "2026-09-14 10:00", {"paged": False, "client": "260417"}, id="in hours: the desk reads it",
        ),
        pytest.param(
            STRANGER, "2026-09-12 22:04", {"paged": False, "client": None, "refusal": "unverified", "verified": False},
            id="an unknown number: kept for reopening",
        ),
        pytest.param(
            "+266696687", "2026-09-12 22:04", {"paged": False, "caller": None, "refusal": "unverified"},
            id="a withheld number: kept for reopening",
        ),
        pytest.param(
            "05 36 49 20 01", "2027-03-01 22:00", {"paged": False, "client": "260425", "refusal": "no_option"},
            id="the option has ended: kept for reopening",
        ),
        pytest.param(
            "05 36 49 20 01", "2026-09-14 13:00", {"paged": True, "entity": "novenc", "service": "Serveurs"},
            id="at lunch: that entity is closed, others are open",
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_a_call_that_nobody_saw(line: Line, number: str, at: str, expected: dict[str, Any]) -> None:
    line.clock.at(at)
    with web_is_down(line):
        calls_in_vain(line, number)
    ticket = only_ticket(line)
    assert {name: ticket[name] for name in expected} == expected
    assert ticket["recording"]


def test_at_night_a_call_without_a_word_is_a_ticket_too(line: Line) -> None:
    with web_is_down(line):
        calls_in_vain(line, KNOWN, speaks=False)
    assert only_ticket(line)["paged"]


def test_in_hours_a_call_without_a_word_is_only_in_the_log(line: Line) -> None:
    line.clock.at("2026-09-14 10:00")
    with web_is_down(line):
        calls_in_vain(line, KNOWN, speaks=False)
    line.forward(minutes=6)
    assert line.tickets() == []
    assert [call["outcome"] for call in line.calls()] == ["abandoned"]


def test_ten_minutes_without_web_and_nothing_is_lost(line: Line) -> None:
    """Three clients call the fallback; back again, each has one ticket, and pages where they have the option."""
    with web_is_down(line):
        for number in (KNOWN, "05 36 49 20 01", STRANGER):
            calls_in_vain(line, number)
            line.forward(minutes=3)
    line.forward(minutes=20)
    assert [ticket["paged"] for ticket in line.tickets()] == [True, True, False]
    assert all(ticket["recording"] for ticket in line.tickets())


def test_found_once_however_often_it_is_looked_for(line: Line) -> None:
    with web_is_down(line):
        calls_in_vain(line, KNOWN)
    line.forward(minutes=21)
    assert len(line.tickets()) == 1
    assert len(line.pages()) == 1


def test_a_call_that_goes_on_is_left_alone(line: Line) -> None:
    with web_is_down(line):
        caller = line.phone(KNOWN).calls()
        line.forward(minutes=6)
        assert line.tickets() == []
        caller.says(9)
    line.forward(minutes=6)
    assert len(line.tickets()) == 1


# ---------------------------------------------------------------- the documents that answer for us
@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("then", ["#", "silence"], ids=["a key", "no key"])
@pytest.mark.parametrize("manner", ["no-answer", "busy", "failed"])
def test_the_fallback_rings_once_takes_one_message_and_ends(line: Line, manner: str, then: str, method: str) -> None:
    """Twilio asks for a document after the message: another one, which rings nobody."""
    line.twilio.exchange.set_manner_when_dialled(manner)
    for ours in line.twilio.numbers.values():
        ours.voice_fallback_method = method
    with web_is_down(line):
        caller = line.phone(KNOWN).calls().hears("perturbé", "laissez un message").says(9, then=then)
        caller.hears("votre message").does_not_hear("perturbé").was_let_go()
        line.twilio.settle()
    assert _rung(line) == 1
    assert len(line.twilio.recordings) == 1
    assert only_ticket(line)["recording_seconds"] == 9


def test_whoever_says_nothing_to_the_fallback_is_let_go(line: Line) -> None:
    with web_is_down(line):
        line.phone(KNOWN).calls().is_silent().does_not_hear("perturbé").was_let_go()
    assert _rung(line) == 1


def test_the_hierarchy_answers_and_leaves(line: Line) -> None:
    line.twilio.exchange.set_manner_when_dialled("answers:")
    with web_is_down(line):
        caller = line.phone(KNOWN).calls().is_at("talking")
        caller.leg.end_talk()
        caller.hears("Si personne ne vous a répondu, laissez un message").says(5, then="#").was_let_go()
    assert _rung(line) == 1


def _rung(line: Line) -> int:
    return sum(call.direction == "outbound-dial" for call in line.twilio.calls.values())


# ---------------------------------------------------------------- our answer was lost
@contextmanager
def answers_are_lost(line: Line, *paths: str) -> Iterator[None]:
    """All is done and kept there, and Twilio hears nothing of it; the fallback address is ours, too."""
    request = line.door.request
    for ours in line.twilio.numbers.values():
        ours.voice_fallback_url = f"{line.settings.public_url}/webhooks/voice/fallback"

    def unheard(method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        answer = request(method, url, body, headers)
        return Answer(0, failure=READ_TIMED_OUT) if url.partition("/webhooks")[2] in paths else answer

    line.door.request = unheard  # type: ignore[method-assign]  # the network between two processes
    yield
    line.door.request = request  # type: ignore[method-assign]


def test_a_caller_who_was_told_nothing_is_not_one_who_hung_up(line: Line) -> None:
    with answers_are_lost(line, "/voice", "/voice/fallback"):
        line.phone(KNOWN).calls().hears("application error")
        line.twilio.settle()
    assert [(call["outcome"], call["ticket"]) for call in line.calls()] == [("abandoned", None)]
    ticket = only_ticket(line)
    assert (ticket["paged"], ticket["client"], ticket["refusal"]) == (True, "260417", None)
    assert "found_later" in line.happened_to(ticket["reference"])
    line.phone(ING2).gets_sms(ticket["reference"])
    line.forward(minutes=30)
    assert (len(line.tickets()), len(line.pages())) == (1, 1)


def test_found_after_hours_without_a_worker(line: Line) -> None:
    with answers_are_lost(line, "/voice", "/voice/fallback"):
        line.phone(KNOWN).calls()
        line.twilio.settle()
    line.clock.forward(hours=3)
    assert only_ticket(line)["paged"]


def test_who_hangs_up_in_the_greeting_is_in_the_log_only(line: Line) -> None:
    line.phone(KNOWN).calls().hangs_up()
    line.forward(minutes=12)
    assert line.tickets() == []


def test_who_was_greeted_by_the_fallback_was_told_something(line: Line) -> None:
    with answers_are_lost(line, "/voice"):
        line.phone(KNOWN).calls().hears("Bonjour et bienvenue").hangs_up()
    line.forward(minutes=12)
    assert line.tickets() == []


# ---------------------------------------------------------------- Twilio's word was lost
def test_a_lost_end_of_call_is_made_up_for(line: Line) -> None:
    """The caller hung up at the question of the service: nobody told us."""
    line.twilio.faults.callback("voice/status", "lost", times=-1)
    line.phone(KNOWN).calls().presses("1").presses("1").hangs_up()
    line.settle()
    assert line.tickets() == []
    ticket = only_ticket(line)
    assert ticket["paged"]
    assert line.calls()[0]["ended_at"]


def test_a_recording_whose_callback_was_lost_is_fetched(line: Line) -> None:
    line.twilio.faults.callback("recording", "lost", times=-1)
    caller = line.phone(KNOWN).calls().presses("1").presses("1").presses("1").presses("9")
    line.door.is_down = True  # its action request is lost too
    caller.says(12)
    line.door.is_down = False
    line.settle()
    assert not line.ticket()["recording"]
    assert only_ticket(line)["recording_seconds"] == 12


def test_what_twilio_lists_after_all_is_fetched(line: Line) -> None:
    """The worker was away for a quarter of an hour, and its first question met one 404."""
    line.phone(KNOWN).calls().presses("1").presses("1").presses("1").presses("9").says(12)
    [recording] = line.twilio.world.recordings.values()
    line.twilio.settle()
    line.clock.forward(minutes=15)
    del line.twilio.world.recordings[recording.sid]
    line.engine.run_due()
    with line.database.read() as db:
        assert db.execute(select(Voicemail.state)).scalar_one() == "absent"
    line.twilio.world.recordings[recording.sid] = recording
    line.forward(minutes=10)
    with line.database.read() as db:
        assert db.execute(select(Voicemail.state, Voicemail.trouble)).one() == ("done", "")


def test_that_there_is_no_recording_is_found_out_when_its_callback_is_lost(line: Line) -> None:
    line.twilio.faults.recording("absent")
    line.twilio.faults.callback("recording", "lost", times=-1)
    line.phone(KNOWN).calls().presses("1").presses("1").presses("1").presses("9").says(12)
    line.forward(minutes=1)
    assert (line.ticket()["recording"], line.ticket()["recording_seconds"]) == (False, None)
    assert "voicemail_absent" in line.happened_to(line.ticket()["reference"])
    asked = [request for request in line.twilio.requests if ".wav" in request.path]
    line.forward(minutes=30)
    assert [request for request in line.twilio.requests if ".wav" in request.path] == asked


@contextmanager
def not_listed_yet(line: Line) -> Iterator[None]:
    """Twilio is still at work on the recordings."""
    hidden = dict(line.twilio.recordings)
    line.twilio.recordings.clear()
    yield
    line.twilio.recordings.update(hidden)


def announce(line: Line) -> None:
    """The callback of the only recording, which says nothing but whose it is."""
    (recording,) = line.twilio.recordings.values()
    told = {"CallSid": recording.call_sid, "RecordingSid": recording.sid, "RecordingDuration": "9"}
    Twilio(line).post("/webhooks/recording", told | {"RecordingStatus": "completed"})
    line.settle()
    assert recording.status == "deleted", "fetched, and gone at Twilio"


def test_a_message_told_of_before_its_call(line: Line) -> None:
    with web_is_down(line):
        calls_in_vain(line, KNOWN)
    announce(line)
    assert line.calls() == []
    assert only_ticket(line)["recording_seconds"] == 9
    assert line.happened_to(line.ticket()["reference"]).count("voicemail") == 1


@pytest.mark.parametrize(
    ("at", "paged"),
    [
        pytest.param("2026-09-12 22:04", True, id="at night, a ticket is there"),
        pytest.param("2026-09-14 10:00", False, id="in hours, a call without a word had none"),
    ],
)
def test_a_message_told_of_after_its_call_was_found(line: Line, at: str, paged: bool) -> None:
    line.clock.at(at)
    with web_is_down(line):
        calls_in_vain(line, KNOWN)
    with not_listed_yet(line):
        line.forward(minutes=6)
    assert len(line.tickets()) == paged
    announce(line)
    ticket = line.ticket()
    assert (ticket["recording_seconds"], ticket["paged"]) == (9, paged)


def test_everything_in_order_changes_nothing(line: Line) -> None:
    line.phone(KNOWN).calls().presses("1").presses("1").presses("1").presses("9").says(12)
    line.settle()
    before = (line.tickets(), line.calls(), len(line.pages()))
    line.forward(minutes=6)
    after = (line.tickets(), line.calls(), len(line.pages()))
    assert after == before


def test_twilio_cannot_be_asked_and_is_asked_again(line: Line) -> None:
    with web_is_down(line):
        calls_in_vain(line, KNOWN)
    line.twilio.faults.rest("GET .*/Calls.json", "503", times=3)
    line.forward(minutes=10)
    assert len(line.tickets()) == 1
    with line.database.read() as db:
        assert db.execute(select(Chore.trouble).where(Chore.name == "reconcile")).scalar() == ""


def test_without_its_notifications_the_rest_is_found_all_the_same(line: Line) -> None:
    with web_is_down(line):
        calls_in_vain(line, KNOWN)
    line.twilio.faults.rest("GET .*/Notifications.json", "500", times=-1)
    assert only_ticket(line)["paged"]


# ---------------------------------------------------------------- one that cannot be compared
def test_one_call_that_cannot_be_entered_keeps_no_other_waiting(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the fault in it: the others are found, and the chore says which one is left."""
    with web_is_down(line):
        calls_in_vain(line, STRANGER)
        calls_in_vain(line, KNOWN)
    enter = recovered_calls.enter

    def stumbles(db: Connection, shelf: DirectoryCache, *, from_: str, **call: Any) -> None:
        if from_ == "+33639987777":
            raise ValueError(from_)
        enter(db, shelf, from_=from_, **call)

    with monkeypatch.context() as patched:
        patched.setattr(recovered_calls, "enter", stumbles)
        assert only_ticket(line)["client"] == "260417"
    with line.database.read() as db:
        trouble = db.execute(select(Chore.trouble).where(Chore.name == "reconcile")).scalar_one()
    assert trouble.startswith("NotReconciled: non rapprochés avec Twilio : CA")
    line.forward(minutes=2)
    assert len(line.tickets()) == 2, "found as soon as it can be"


def test_a_number_of_no_country_is_entered_and_woken_for_like_any_other(line: Line) -> None:
    caller = line.phone("+99912345678").calls().presses("1").presses("1").presses("260417#").presses("1").presses("9")
    caller.says(9)
    line.forward(minutes=1)
    assert (line.ticket()["caller"], line.ticket()["paged"]) == ("+99912345678", True)
