"""A caller's voice: kept whole, and deleted at Twilio only after."""

import hashlib
import io
import os
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import s3fs
from moto.server import ThreadedMotoServer

from simulator import audio
from simulator.faults import RestKind
from simulator.records import Recording
from storage.audio import AudioStore
from storage.calls import voicemails
from storage.models import Voicemail
from tests.jobs.work import engine_through, events_of, forward, open_ticket, row_of
from tests.support.phone import Line, Wired

MakeLine = Callable[..., Line]
SECONDS = 14
SOUND = audio.tone(SECONDS)


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "object store"])
def recordings_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where audio is kept: one class of tests over both."""
    if request.param == "folder":
        return str(tmp_path / "voices")
    address: str = request.getfixturevalue("s3_address")
    for name, value in {"ENDPOINT_URL": address, "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    bucket = f"voices-{os.urandom(6).hex()}"
    s3fs.S3FileSystem().mkdir(bucket)
    return f"s3://{bucket}/audio"


@pytest.fixture
def line(make_line: MakeLine, recordings_url: str) -> Line:
    return make_line(RECORDINGS_URL=recordings_url)


def leave_voicemail(line: Line, sound: bytes = SOUND, status: str = "completed") -> Recording:
    """A recording at Twilio, and its announcement to us."""
    world = line.twilio.world
    recording = Recording(world.sid("RE"), world.sid("CA"), sound, SECONDS, world.clock(), status=status)
    world.recordings[recording.sid] = recording
    announce(line, recording, open_ticket(line, paged=False))
    return recording


def announce(line: Line, recording: Recording, ticket: str | None, *, absent: bool = False) -> None:
    told: dict[str, Any] = {"recording": recording.sid, "call": recording.call_sid, "ticket": ticket}
    with line.database.begin() as db:
        voicemails.announce(db, **told, seconds=SECONDS, absent=absent, now=line.clock())


def assert_kept(line: Line, recording: Recording) -> None:
    """Whole, in its place, with the right hash; nothing is left at Twilio, or of a try that failed."""
    row = row_of(line.database, Voicemail, recording.sid)
    assert (row.state, row.run_at, row.trouble) == ("done", None, "")
    assert (row.size, row.sha256) == (len(SOUND), hashlib.sha256(SOUND).hexdigest())
    assert line.audio.get(row.place) == SOUND
    with wave.open(io.BytesIO(line.audio.get(row.place))) as kept:
        assert round(kept.getnframes() / kept.getframerate()) == SECONDS
    assert row.place == f"2026/09/{row.ticket}_{recording.sid}.wav"
    assert not line.audio.exists(f"{row.place}.partial")
    assert recording.status == "deleted"
    assert row.stored_at <= row.deleted_at
    kinds = [kind for kind, _ in events_of(line, row.ticket)]
    assert kinds.count("voicemail_stored") == 1


def assert_not_kept(line: Line, recording: Recording, trouble: str) -> None:
    """Not ours yet, so still at Twilio, tried again, and seen."""
    row = row_of(line.database, Voicemail, recording.sid)
    assert (row.state, row.stored_at, row.deleted_at) == ("announced", None, None)
    assert row.run_at is not None
    assert trouble in row.trouble
    assert recording.status == "completed"
    assert "DELETE" not in [request.method for request in line.twilio.requests]


def test_it_is_kept_and_then_deleted_at_twilio(line: Line) -> None:
    recording = leave_voicemail(line)
    line.settle()
    assert_kept(line, recording)
    assert [request.method for request in line.twilio.requests] == ["GET", "DELETE"]


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        pytest.param("GET .*wav", "500", id="the download fails"),
        pytest.param("GET .*wav", "hang", id="the download hangs"),
        pytest.param("GET .*wav", "429", id="the download is asked for too often"),
        pytest.param("GET .*wav", "malformed", id="the download is cut short"),
        pytest.param("DELETE", "500", id="the deletion fails"),
        pytest.param("DELETE", "hang", id="the deletion hangs"),
        pytest.param("DELETE", "500-after", id="the deletion fails after it was done"),
        pytest.param("DELETE", "hang-after", id="the deletion hangs after it was done"),
    ],
)
def test_kept_in_the_end_whatever_twilio_answers(line: Line, pattern: str, kind: RestKind) -> None:
    line.twilio.faults.rest(pattern, kind, times=2)
    recording = leave_voicemail(line)
    forward(line, minutes=2)
    assert_kept(line, recording)


def test_not_ready_yet(line: Line) -> None:
    """404 for three fetches, though announced."""
    recording = leave_voicemail(line)
    recording.late_fetches = 3
    line.settle()
    assert_not_kept(line, recording, "pas encore")
    forward(line, minutes=2)
    assert_kept(line, recording)


def test_deleted_while_twilio_still_processes_it(line: Line) -> None:
    """409 on DELETE: kept already, deleted later, fetched once."""
    recording = leave_voicemail(line)
    recording.status = "completed"
    line.twilio.faults.rest("DELETE", "503")
    line.settle()
    assert row_of(line.database, Voicemail, recording.sid).state == "stored"
    recording.status = "processing"
    forward(line, seconds=10)
    assert "409" in row_of(line.database, Voicemail, recording.sid).trouble
    recording.status = "completed"
    forward(line, minutes=2)
    assert_kept(line, recording)
    assert [request.method for request in line.twilio.requests].count("GET") == 1


@pytest.mark.parametrize(
    ("sound", "trouble"),
    [
        pytest.param(b"", "vide", id="nothing at all"),
        pytest.param(audio.silence(0), "trop court", id="a file without sound"),
        pytest.param(audio.tone(3), "trop court", id="three seconds of fourteen"),
        pytest.param(SOUND[: len(SOUND) // 2], "tronqué", id="half of it, announced as half"),
        pytest.param(b"<html>Bad Gateway</html>" * 50, "pas un fichier WAV", id="not a sound"),
    ],
)
def test_what_is_not_whole_is_never_deleted_at_twilio(line: Line, sound: bytes, trouble: str) -> None:
    recording = leave_voicemail(line, sound)
    forward(line, minutes=10)
    assert_not_kept(line, recording, trouble)
    assert sum(request.method == "GET" for request in line.twilio.requests) <= 16  # backs off
    recording.audio = SOUND
    forward(line, minutes=2)
    assert_kept(line, recording)


def test_a_truncated_download_is_fetched_again(line: Line) -> None:
    recording = leave_voicemail(line)
    recording.is_truncated = True
    line.settle()
    assert_not_kept(line, recording, "tronqué")
    recording.is_truncated = False
    forward(line, minutes=1)
    assert_kept(line, recording)


def test_declared_absent_meanwhile(line: Line) -> None:
    recording = leave_voicemail(line, status="absent")
    line.settle()
    announce(line, recording, None, absent=True)
    asked = len(line.twilio.requests)
    forward(line, minutes=5)
    row = row_of(line.database, Voicemail, recording.sid)
    assert (row.state, row.run_at, len(line.twilio.requests)) == ("absent", None, asked)


def recording_of(line: Line) -> tuple[bool, int | None]:
    return line.ticket()["recording"], line.ticket()["recording_seconds"]


def assert_given_up(line: Line, recording: Recording, why: str) -> None:
    """Settled, said once, and never asked for again."""
    row = row_of(line.database, Voicemail, recording.sid)
    assert (row.state, row.run_at, row.trouble) == ("absent", None, why)
    assert recording_of(line) == (False, None)
    told = [details for kind, details in events_of(line, row.ticket) if kind == "voicemail_absent"]
    assert told == [{"recording": recording.sid, "why": why}]
    asked = len(line.twilio.requests)
    forward(line, hours=30)
    assert len(line.twilio.requests) == asked
    assert not any(request.method == "DELETE" for request in line.twilio.requests)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        pytest.param("absent", "aucun son", id="nothing was said, and its callback was lost"),
        pytest.param("failed", "aucun son", id="Twilio could not make it"),
    ],
)
def test_what_twilio_says_is_not_there_is_given_up_at_once(line: Line, status: str, why: str) -> None:
    recording = leave_voicemail(line, status=status)
    line.settle()
    assert_given_up(line, recording, why)


@pytest.mark.parametrize("status", ["", "deleted"], ids=["404 for good", "deleted there by somebody"])
def test_what_twilio_does_not_know_is_given_up_after_a_while(line: Line, status: str) -> None:
    """It may be too young to be shown: asked for ten minutes."""
    recording = leave_voicemail(line, status=status or "completed")
    if not status:
        del line.twilio.recordings[recording.sid]
    forward(line, minutes=9)
    assert row_of(line.database, Voicemail, recording.sid).run_at is not None
    assert recording_of(line) == (True, SECONDS)
    forward(line, minutes=4)
    assert_given_up(line, recording, "inconnu de Twilio")


def test_what_is_processed_for_ever_is_given_up_after_a_day(line: Line) -> None:
    recording = leave_voicemail(line, status="processing")
    forward(line, hours=23)
    assert row_of(line.database, Voicemail, recording.sid).run_at is not None
    assert len(line.twilio.requests) < 200, "asked for less and less often, at last once an hour"
    forward(line, hours=5)
    assert_given_up(line, recording, "jamais prêt chez Twilio")


def test_twilio_away_gives_nothing_up(line: Line) -> None:
    recording = leave_voicemail(line)
    line.twilio.faults.rest("GET", "500", times=-1)
    forward(line, hours=26)
    assert_not_kept(line, recording, "500")
    line.twilio.faults.clear()
    forward(line, hours=3)
    assert_kept(line, recording)


def test_a_worker_that_dies_while_it_asks_gives_up_once(line: Line) -> None:
    recording = leave_voicemail(line, status="absent")
    with pytest.raises(Killed):
        engine_through(line, DiesAt(line, "GET")).run_due()
    forward(line, minutes=2)
    assert_given_up(line, recording, "aucun son")


def test_announced_twice_fetched_once(line: Line) -> None:
    recording = leave_voicemail(line)
    line.settle()
    announce(line, recording, None)
    line.settle()
    assert_kept(line, recording)
    assert len(line.twilio.requests) == 2


@pytest.mark.parametrize("recordings_url", ["folder"], indirect=True)
def test_a_folder_that_cannot_be_written(line: Line, recordings_url: str) -> None:
    """The disk's place is taken by a file (ENOTDIR, even for root); later it is not."""
    place = Path(recordings_url)
    place.write_bytes(b"")
    recording = leave_voicemail(line)
    forward(line, minutes=1)
    assert_not_kept(line, recording, "Errno")
    place.unlink()
    forward(line, minutes=2)
    assert_kept(line, recording)


@pytest.mark.parametrize("recordings_url", ["object store"], indirect=True)
def test_an_object_store_that_refuses(make_line: MakeLine, recordings_url: str) -> None:
    """No such bucket yet; later there is one."""
    line = make_line(RECORDINGS_URL=recordings_url.replace("voices-", "missing-"))
    recording = leave_voicemail(line)
    forward(line, seconds=10)
    assert_not_kept(line, recording, "")
    assert row_of(line.database, Voicemail, recording.sid).trouble
    s3fs.S3FileSystem().mkdir(recordings_url.split("/")[2].replace("voices-", "missing-"))
    forward(line, minutes=2)
    assert_kept(line, recording)


def test_a_worker_that_dies_between_two_steps(line: Line) -> None:
    """Kept and not yet recorded, recorded and not yet deleted: done again from there, kept once."""
    recording = leave_voicemail(line)
    line.audio.put(f"2026/09/{_ticket(line, recording)}_{recording.sid}.wav", SOUND[:-100])  # what it left behind
    engine = engine_through(line, DiesAt(line, "DELETE"))
    with pytest.raises(Killed):
        engine.run_due()
    assert row_of(line.database, Voicemail, recording.sid).state == "stored"
    forward(line, seconds=80)
    assert recording.status == "completed"  # the lease is the longer one
    forward(line, seconds=20)
    assert_kept(line, recording)


class Killed(BaseException):
    """The process ends here, without a word to the database."""


class DiesAt:
    def __init__(self, line: Line, method: str):
        self._line, self._method = line, method

    def request(self, method: str, url: str, **more: Any) -> Any:
        if method == self._method:
            raise Killed
        return Wired(lambda: self._line.twilio).request(method, url, **more)


def _ticket(line: Line, recording: Recording) -> str:
    return str(row_of(line.database, Voicemail, recording.sid).ticket)


def test_the_store_replaces_and_reads_back(recordings_url: str) -> None:
    store = AudioStore(recordings_url)
    assert not store.exists("2026/09/a.wav")
    for content in (SOUND, b"", SOUND[:1000]):
        assert store.put("2026/09/a.wav", content) == hashlib.sha256(content).hexdigest()
        assert store.get("2026/09/a.wav") == content
    assert store.exists("2026/09/a.wav")
