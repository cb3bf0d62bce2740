"""The database fails in the midst of a call: whoever is on the line stays there, and nothing said is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine, event

from simulator.door import Answer
from simulator.twiml import Document, read, text_of
from storage.database import Database
from tests.stories.night import loss
from tests.support.databases import apart
from tests.support.phone import ING2, Line
from tests.webhooks.requests import (
    CALLBACKS,
    RECORDING,
    SID,
    Twilio,
    addresses,
    call,
    kept,
    rows,
    tapped,
    voice_addresses,
)

SUPPORT = "support@nvl.fr"
ENDING = ("thanks", "whisper", "accepted")  # nobody is asked anything more there
SAID = {"RecordingUrl": f"https://api.twilio.com/x/{RECORDING}", "RecordingDuration": "7", "Digits": "#"}


@contextmanager
def broken(database: Database, table: str = "calls") -> Iterator[None]:
    """A table out of reach, as after a botched upgrade: every statement on it fails at once."""
    with database.begin() as db:
        db.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_away")
    yield
    with database.begin() as db:
        db.exec_driver_sql(f"ALTER TABLE {table}_away RENAME TO {table}")


def document(answer: Answer) -> Document:
    """The answer as Twilio reads it, without a complaint."""
    assert answer.status == 200, answer
    found = read(answer)
    assert found.warnings == ()
    return found


def verbs(answer: Answer) -> list[str]:
    return [node.tag for node in document(answer).root]


def redirected(answer: Answer) -> str:
    """Where a <Redirect> leads, as a path with its query."""
    (redirect,) = document(answer).root.findall("Redirect")
    parts = urlsplit(text_of(redirect))
    return f"{parts.path}?{parts.query}"


# ---------------------------------------------------------------- one more try, then a message
def test_a_key_pressed_in_trouble_comes_back_with_the_second_try(line: Line, twilio: Twilio) -> None:
    """A redirect alone would have lost it."""
    twilio.post("/webhooks/voice")
    with broken(line.database):
        answer = twilio.presses(1, "1")
    assert verbs(answer) == ["Pause", "Redirect"]
    again = redirected(answer)
    assert {"n=1", "Digits=1", "again=1"} <= set(urlsplit(again).query.split("&"))
    assert "est fermé" in twilio.post(again, call()).body.decode()
    assert rows(line.database)["turns"] == 2


def test_the_end_of_a_talk_comes_back_with_the_second_try(line: Line, twilio: Twilio) -> None:
    """Else a caller who has talked would hear the next telephone ring."""
    line.clock.at("2026-09-14 10:00")
    leg = "CA" + "8" * 32
    twilio.post("/webhooks/voice")
    twilio.presses(1, "1")
    twilio.post("/webhooks/voice/accepted?n=2", call(CallSid=leg, ParentCallSid=SID, Digits="1"))
    with broken(line.database, "turns"):
        answer = twilio.post("/webhooks/voice/dialled?n=2", call(DialCallSid=leg, DialBridged="true"))
    assert "DialBridged=true" in redirected(answer)
    assert verbs(twilio.post(redirected(answer), call()))[-1] == "Hangup"
    twilio.hangs_up()
    assert line.calls()[0]["outcome"] == "answered"


def test_a_recording_comes_back_with_the_second_try(line: Line, twilio: Twilio) -> None:
    twilio.post("/webhooks/voice")
    for n, key in enumerate(("1", "2"), 1):
        twilio.presses(n, key)
    with broken(line.database, "turns"):
        answer = twilio.post("/webhooks/voice/recorded?n=3", call(RecordingSid=RECORDING, **SAID))
    assert "Votre référence" in twilio.post(redirected(answer), call()).body.decode()
    assert line.ticket()["recording_seconds"] == 7


@pytest.mark.parametrize("with_sid", [True, False], ids=["a call", "a request without CallSid"])
def test_every_voice_address_keeps_whoever_is_there(line: Line, twilio: Twilio, with_sid: bool) -> None:
    """No address may end in an error page, nor in a circle of redirects."""
    twilio.post("/webhooks/voice")
    fields = call(Digits="1", ParentCallSid=SID)
    if not with_sid:
        del fields["CallSid"], fields["ParentCallSid"]
    with broken(line.database):
        for path in voice_addresses(line.app):
            answer = twilio.post(f"{path}?n=1", fields)
            if answer.body.count(b"<Redirect>") and b"<Pause" in answer.body:
                answer = twilio.post(redirected(answer), fields)
            assert b"<Pause" not in answer.body, path
            last = verbs(answer)
            assert "Record" in last or path.rpartition("/")[2] in ENDING or "/alert/" in path or "/message/" in path, (
                path,
                last,
            )


def test_the_last_resort_says_what_is_wrong_and_records(line: Line, twilio: Twilio) -> None:
    with broken(line.database):
        answer = twilio.post("/webhooks/voice?again=1")
    assert "incident technique" in answer.body.decode()
    (record,) = document(answer).root.findall("Record")
    assert record.get("action", "").endswith("/webhooks/voice/thanks?n=0")
    assert "From=%2B33199001001" in record.get("recordingStatusCallback", "")
    assert redirected(answer).startswith("/webhooks/voice/thanks"), "a silent caller must not go round in circles"


# ---------------------------------------------------------------- whole calls through it
def test_nothing_works_until_the_caller_has_hung_up(line: Line) -> None:
    """The recording's callback alone comes after the repair: it recalls by itself whose voice it is."""
    with broken(line.database):
        caller = line.phone("06 39 98 10 01").calls().hears("incident technique")
        caller.says(9, then="#").hears("message est enregistré").was_let_go()
        assert line.twilio.recordings
    line.settle()
    ticket = line.ticket()
    assert (ticket["client"], ticket["caller"], ticket["recording"]) == ("260417", "+33639981001", True)
    assert ticket["paged"], "a client with the option, at night: the benefit of the doubt"
    line.phone(ING2).gets_sms(ticket["reference"])
    line.phone("06 39 98 10 01").gets_sms(ticket["reference"])


@pytest.mark.parametrize("number", ["+266696687", "Anonymous", "sip:a@b.example", ""])
def test_a_withheld_caller_in_trouble_is_kept_too(line: Line, number: str) -> None:
    with broken(line.database):
        line.phone(number).calls().hears("incident technique").says(9, then="hangup")
    line.settle()
    assert (line.ticket()["caller"], line.ticket()["recording"]) == (None, True)
    assert SUPPORT in str(kept(line.database)["mails"])


@pytest.mark.parametrize(
    ("keys", "paged"),
    [
        pytest.param((), True, id="after the greeting: a client with the option, at night"),
        pytest.param(("1",), True, id="before the nature is told: the benefit of the doubt"),
        pytest.param(("1", "1"), True, id="eligible already, the service still to choose"),
        pytest.param(("1", "1", "1"), True, id="eligible already, the site still to choose"),
        pytest.param(("1", "3"), False, id="refused already"),
    ],
)
def test_trouble_that_lasts_a_few_questions(line: Line, twilio: Twilio, keys: tuple[str, ...], paged: bool) -> None:
    """A message left in trouble has its ticket; whoever was eligible wakes somebody, once, in any order."""
    twilio.post("/webhooks/voice")
    for n, key in enumerate(keys, 1):
        twilio.presses(n, key)
    with broken(line.database, "turns"):
        answer = twilio.post(f"/webhooks/voice/pressed?n={len(keys) + 1}&again=1", call(Digits="1"))
        assert "Record" in verbs(answer)
    for _ in range(2):
        assert twilio.post("/webhooks/voice/thanks?n=0", call(**SAID)).status == 200
        assert twilio.post("/webhooks/recording", call(RecordingStatus="completed", **SAID)).status == 204
        assert twilio.hangs_up().status == 204
    assert line.ticket()["paged"] is paged
    assert line.ticket()["recording"]
    found = rows(line.database)
    assert (found["tickets"], found["pages"], found["voicemails"]) == (1, int(paged), 1)


def test_trouble_at_the_beep_of_a_page(line: Line) -> None:
    """The page is under way already; the voice joins it when the database is back."""
    caller = line.phone("01 99 00 10 01").calls().presses("1").presses("1").presses("2").hears("Après le bip")
    with broken(line.database, "turns"):
        caller.says(8, then="hangup")
    line.settle()
    line.phone(ING2).gets_sms(line.ticket()["reference"])
    assert line.ticket()["recording_seconds"] == 8


def test_silence_in_trouble_still_leaves_a_ticket(line: Line) -> None:
    """Somebody reached a beep: they are called back, words or not."""
    line.twilio.faults.silence_falls_through = True
    with broken(line.database, "turns"):
        caller = line.phone("01 99 00 10 01").calls().hears("incident technique")
    caller.is_silent().was_let_go()
    line.settle()
    assert line.ticket()["client"] == "260417"


def test_an_empty_directory_keeps_the_caller(line: Line, twilio: Twilio) -> None:
    """Installed, not loaded: nobody is greeted, everybody is recorded."""
    with line.database.begin() as db:
        db.exec_driver_sql("DELETE FROM directories")
    again = redirected(twilio.post("/webhooks/voice"))
    assert "Record" in verbs(twilio.post(again))


# ---------------------------------------------------------------- real failures of real databases
def test_connections_cut_by_the_server(line: Line, twilio: Twilio) -> None:
    """PostgreSQL restarts between two keys: the redirect finds a fresh connection."""
    if line.database.is_sqlite:
        pytest.skip("a file has no connection to cut")
    twilio.post("/webhooks/voice")
    admin = create_engine(line.database.url)
    with admin.begin() as db:
        db.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    admin.dispose()
    answer = twilio.presses(1, "1")
    if "<Redirect>" in answer.body.decode() and "<Pause" in answer.body.decode():
        answer = twilio.post(redirected(answer), call())
    assert "est fermé" in answer.body.decode()
    line.database.dispose()  # this look at the rows has nobody to redirect it
    assert rows(line.database)["turns"] == 2


def test_a_writer_that_keeps_the_file_to_itself(line: Line, twilio: Twilio) -> None:
    """SQLite, locked by another process for longer than we wait."""
    if not line.database.is_sqlite:
        pytest.skip("PostgreSQL locks rows")
    twilio.post("/webhooks/voice")
    line.database.dispose()

    def impatient(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 20")

    event.listen(line.database.engine, "connect", impatient)
    other = apart(str(line.database.url))
    with other.begin():
        answer = twilio.presses(1, "1")
        assert verbs(answer) == ["Pause", "Redirect"]
        assert "Record" in verbs(twilio.post(redirected(answer), call()))
    other.dispose()
    assert "est fermé" in twilio.presses(1, "1").body.decode()
    event.remove(line.database.engine, "connect", impatient)


# ---------------------------------------------------------------- Twilio could not use our answer
def test_the_fallback_asks_the_last_question_again_once(line: Line, twilio: Twilio) -> None:
    twilio.post("/webhooks/voice")
    nature = twilio.presses(1, "1").body
    stumbled = call(ErrorCode="11200", ErrorUrl="https://astreinte.example/webhooks/voice/pressed?n=2")
    assert twilio.post("/webhooks/voice/fallback", stumbled).body == nature
    assert "Record" in verbs(twilio.post("/webhooks/voice/fallback", stumbled))
    assert "Quel service" in twilio.presses(2, "1").body.decode(), "a key that comes through after all counts"


def test_a_key_lost_on_the_way_is_asked_for_again(line: Line) -> None:
    """A whole call: the address fails once as Twilio sees it, its fallback asks, the caller types again."""
    tap = tapped(line)
    caller = line.phone("01 99 00 10 01").calls().presses("1")
    path = tap.request
    lost: list[str] = []

    def fails_once(method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        if not lost and "/pressed" in url:
            lost.append(url)
            return Answer(502, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>")
        return path(method, url, body, headers)

    tap.request = fails_once  # type: ignore[method-assign]  # a proxy between Twilio and us
    caller.presses("1").hears("Pour la perte d'un service").presses("1").hears("Quel service")
    assert lost
    line.twilio.complaints.clear()  # of the proxy


# ---------------------------------------------------------------- the team's side
def test_a_colleague_who_accepts_in_trouble_is_put_through(line: Line) -> None:
    """The caller waits, the colleague has pressed 1: the two are joined, whatever cannot be written down."""
    line.clock.at("2026-09-14 10:00")
    line.phone("05 36 49 01 01").does("manual")
    caller = line.phone("01 99 00 10 01").calls().presses("1")
    with broken(line.database, "acceptances"):
        colleague = line.phone("05 36 49 01 01").simulated.answer()
        colleague.press("1")
        caller.is_at("talking")


def test_a_whisper_in_trouble_still_asks_for_the_key(line: Line) -> None:
    """Without the database nobody can say who is calling; a voicemail must not win all the same."""
    line.clock.at("2026-09-14 10:00")
    line.phone("05 36 49 01 01").does("manual")
    caller = line.phone("01 99 00 10 01").calls().presses("1")
    with broken(line.database, "turns"):
        colleague = line.phone("05 36 49 01 01").simulated.answer()
        assert "Pour prendre l'appel, tapez 1" in colleague.said_since_input
    colleague.press("1")
    caller.is_at("talking")


# ---------------------------------------------------------------- callbacks
@pytest.mark.parametrize("path", CALLBACKS)
def test_a_callback_in_trouble_asks_to_be_repeated(line: Line, twilio: Twilio, path: str) -> None:
    """503: Twilio comes back where the address asks for it (#rc=3&rp=all), and its debugger shows why."""
    twilio.post("/webhooks/voice")
    states = {"RecordingStatus": "completed", "MessageStatus": "sent", "AnsweredBy": "machine_start"}
    fields = call(CallStatus="completed", MessageSid="SM1", **states, **SAID)
    address = f"{path}?for=message-1" if "sms" in path else path
    table = "messages" if "sms" in path or "message" in path else "attempts" if "alert" in path else "calls"
    with broken(line.database, table):
        answer = twilio.post(address, fields)
    assert (answer.status, answer.body.decode()) == (503, "Incident technique.\n")
    assert twilio.post(address, fields).status == 204


def test_the_recordings_callback_is_tried_again_by_twilio(line: Line) -> None:
    """The address carries #rc: the second of Twilio's own tries finds the database repaired."""
    tap = tapped(line)
    caller = line.phone("01 99 00 10 01").calls().presses("1").presses("1").presses("2")
    path, tries = tap.request, [0]

    def repaired_meanwhile(method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        if "/webhooks/recording" not in url or tries[0]:
            return path(method, url, body, headers)
        tries[0] += 1
        with broken(line.database):
            return path(method, url, body, headers)

    tap.request = repaired_meanwhile  # type: ignore[method-assign]  # the database's bad moment
    caller.says(5, then="#")
    line.settle()
    assert tries == [1]
    assert [sent.answer.status for sent in tap.sent if sent.path == "/webhooks/recording"] == [503, 204]


def test_nothing_of_our_making_is_shown(line: Line, twilio: Twilio) -> None:
    with broken(line.database):
        for path in addresses(line.app):
            shown = twilio.post(path, call(CallStatus="completed")).body.decode()
            assert not [word for word in ("Traceback", "sqlalchemy", "SELECT", "calls_away", ".py") if word in shown]


def test_an_engineer_called_in_trouble_is_asked_for_a_key_a_few_times(line: Line, twilio: Twilio) -> None:
    """Nothing is known but that somebody was called; the key finds us well again, and takes the ticket."""
    loss(line)
    sid = line.phone(ING2).picks_up().leg.sid
    with broken(line.database, "attempts"):
        asked = [twilio.post(f"/webhooks/voice/alert/2/silent?n={n}&again=1", call(CallSid=sid)) for n in range(4)]
    assert [verbs(answer)[-1] for answer in asked] == ["Redirect", "Redirect", "Redirect", "Hangup"]
    (gather,) = document(asked[0]).root.findall("Gather")
    assert "tapez 1" in asked[0].body.decode()
    pressed = urlsplit(gather.get("action", ""))
    answer = twilio.post(f"{pressed.path}?{pressed.query}", call(CallSid=sid, Digits="1"))
    assert "Vous avez pris" in answer.body.decode()
    assert line.ticket()["acknowledged_by"] == "ing2"
