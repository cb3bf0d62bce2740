"""Key 2 of the alert call: the message is played where it will answer, and no trouble with it ends the call."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from recordings import signal
from simulator.door import Answer
from storage.calls import voicemails
from storage.database import Database
from storage.models import Voicemail
from telephony import addresses
from tests.jobs.work import events_of, row_of
from tests.stories.night import loss, taken_by
from tests.support.phone import ING2, Caller, Line


def heard(engineer: Caller) -> list[bytes]:
    return engineer.leg.played


def the_call_goes_on(line: Line, engineer: Caller) -> None:
    engineer.is_at("gathering").presses("1").hears("Vous avez pris le ticket")
    assert taken_by(line) == "ing2"


def kept_at(line: Line) -> Path:
    [recording] = line.twilio.recordings
    place: str = row_of(line.database, Voicemail, recording).place
    return Path(line.settings.recordings_url) / place


@contextmanager
def twilio_hears_nothing(line: Line, path: str) -> Iterator[None]:
    """Requests to that path find no server."""
    request = line.door.request

    def unheard(method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        is_lost = urlsplit(url).path.endswith(path) or (path == "/audio" and "/audio/" in url)
        return Answer(500, {}, b"") if is_lost else request(method, url, body, headers)

    line.door.request = unheard  # type: ignore[method-assign]  # the network between two processes
    yield
    line.door.request = request  # type: ignore[method-assign]
    line.twilio.complaints.clear()


def test_the_message_is_heard_once_it_is_kept(line: Line) -> None:
    ticket = loss(line)
    engineer = line.phone(ING2).picks_up().hears("tapez 2").presses("2")
    assert heard(engineer) == [kept_at(line).read_bytes()]
    assert "listened" in dict(events_of(line, ticket))
    the_call_goes_on(line, engineer)


def test_a_sound_that_twilio_does_not_have_yet_is_said_to_be_on_its_way(line: Line) -> None:
    line.twilio.faults.recording("late", times=3)
    loss(line)
    engineer = line.phone(ING2).picks_up().presses("2").hears("pas encore arrivé, tapez 2 dans un instant")
    assert heard(engineer) == []
    line.forward(minutes=1)
    engineer.presses("2")
    assert heard(engineer) == [kept_at(line).read_bytes()]
    the_call_goes_on(line, engineer)


def test_without_a_message_the_engineer_is_told(line: Line) -> None:
    loss(line, message=False)
    line.phone(ING2).picks_up().presses("2").hears("pas de message")


def test_of_two_messages_the_one_that_is_there_is_played(line: Line) -> None:
    """The second is still on its way, and said to be."""
    ticket = loss(line)
    line.twilio.faults.recording("late", times=8)
    line.phone("06 39 98 10 01").calls().presses("1").presses("1").presses("1").presses("2").says(5)
    line.settle()
    engineer = line.phone(ING2).picks_up().presses("2").hears("plus récent n'est pas encore arrivé")
    with line.database.read() as db:
        first, second = voicemails.of_ticket(db, ticket)
    assert heard(engineer) == [(Path(line.settings.recordings_url) / first.place).read_bytes()]
    assert second.place == ""


def test_with_our_storage_away_it_passes_through_from_twilio(line: Line) -> None:
    """A file lies where the folder would (ENOTDIR, even for root): the sound is whole, and at Twilio."""
    Path(line.settings.recordings_url).write_bytes(b"")
    loss(line)
    engineer = line.phone(ING2).picks_up().presses("2")
    assert heard(engineer) == [line.twilio.recordings[next(iter(line.twilio.recordings))].audio]
    assert not any(request.method == "DELETE" for request in line.twilio.requests)
    the_call_goes_on(line, engineer)


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(None, id="the file is gone"),
        pytest.param(b"", id="the file is empty"),
        pytest.param(b"RIFF no sound at all", id="the file is no sound"),
    ],
)
def test_a_sound_that_is_lost_is_a_signal_and_the_call_goes_on(line: Line, spoilt: bytes | None) -> None:
    loss(line)
    engineer = line.phone(ING2).picks_up()
    if spoilt is None:
        kept_at(line).unlink()
    else:
        kept_at(line).write_bytes(spoilt)
    engineer.presses("2").hears("Si vous n'avez pas entendu le message, ouvrez le lien")
    assert heard(engineer) == [signal.missing()]
    the_call_goes_on(line, engineer)


def test_a_foreign_or_expired_address_is_a_signal_on_a_call_alone(line: Line) -> None:
    loss(line)
    [recording] = line.twilio.recordings
    address = addresses.audio_on_call(line.settings, recording, line.clock())
    line.clock.forward(hours=2)
    browser, path = line.app.test_client(), address.removeprefix(line.settings.public_url)
    assert (browser.get(path).status_code, browser.get(path).data) == (200, signal.missing())
    assert browser.get(path.partition("?")[0]).status_code == 404


def test_the_database_away_while_it_plays(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    loss(line)
    engineer = line.phone(ING2).picks_up()
    [recording] = line.twilio.recordings
    path = addresses.audio_on_call(line.settings, recording, line.clock()).removeprefix(line.settings.public_url)
    with monkeypatch.context() as broken:
        broken.setattr(Database, "read", lambda self: (_ for _ in ()).throw(OSError("gone")))
        assert line.app.test_client().get(path).data == signal.missing()
    the_call_goes_on(line, engineer)


# ---------------------------------------------------------------- Twilio falls back
@pytest.mark.parametrize("path", ["/audio", "/pressed"])
def test_what_twilio_cannot_have_leads_to_the_fallback(line: Line, path: str) -> None:
    loss(line)
    engineer = line.phone(ING2).picks_up()
    with twilio_hears_nothing(line, path):
        engineer.presses("2").hears("incident technique", "Client Démo Un", "prendre le ticket, tapez 1")
    the_call_goes_on(line, engineer)


def test_the_first_document_that_twilio_cannot_have(line: Line) -> None:
    loss(line)
    attempt = next(a for a in line.twilio.calls.values() if a.direction == "outbound-api")
    assert attempt.fallback_url.split("#")[0].endswith("/fallback")
    with twilio_hears_nothing(line, "/alert/2"):
        engineer = line.phone(ING2).picks_up().hears("Client Démo Un", "tapez 1")
    the_call_goes_on(line, engineer)


def test_whoever_has_taken_it_hears_so_after_the_fallback(line: Line) -> None:
    loss(line)
    engineer = line.phone(ING2).picks_up().presses("1")
    with twilio_hears_nothing(line, "/audio"):
        engineer.presses("2").hears("Vous avez pris le ticket")
