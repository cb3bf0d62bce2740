"""A client's message: heard from Twilio or from our storage, in pieces too, by whoever holds its address."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from telephony import addresses
from tests.jobs.work import events_of
from tests.stories.night import loss
from tests.support.phone import ING2, Line
from tests.web.links import link, sound_on
from tests.webhooks.requests import kept

MakeLine = Callable[..., Line]
MEDIA = "GET .*wav"


def recording(line: Line) -> str:
    [only] = line.twilio.world.recordings
    return only


def path(line: Line) -> str:
    return addresses.audio(line.settings, recording(line), line.clock()).removeprefix(line.settings.public_url)


def times_heard(line: Line, ticket: str) -> int:
    return [kind for kind, _ in events_of(line, ticket)].count("listened")


@pytest.fixture
def at_twilio(line: Line) -> Line:
    """The worker cannot fetch the sound, which stays at Twilio; then Twilio is well again."""
    line.twilio.faults.rest(MEDIA, "500", times=-1)
    loss(line)
    line.twilio.faults.rest_rules.clear()
    return line


def test_heard_once_it_is_ours(line: Line, browser: Client) -> None:
    loss(line)
    asked = len(line.twilio.requests)
    answer = browser.get(path(line))
    [row] = kept(line.database)["voicemails"]
    assert answer.data == line.audio.get(next(place for place in row if str(place).endswith(".wav")))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "audio/x-wav"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert len(line.twilio.requests) == asked, "Twilio has nothing to do with it any more"


def test_heard_while_it_is_still_at_twilio(at_twilio: Line) -> None:
    line, browser = at_twilio, at_twilio.app.test_client()
    sound = line.twilio.world.recordings[recording(line)].audio
    answer = browser.get(sound_on(browser.get(link(line, ING2)).text))
    assert (answer.status_code, answer.data) == (200, sound)
    assert answer.headers["Content-Type"] == "audio/x-wav"
    assert answer.headers["Content-Length"] == str(len(sound))
    [row] = kept(line.database)["voicemails"]
    assert "announced" in row, "passed through, not kept"
    assert not line.audio.exists("2026")


@pytest.mark.parametrize("where", ["ours", "twilio"])
@pytest.mark.parametrize(
    ("asked", "piece"),
    [
        pytest.param("bytes=0-99", slice(0, 100), id="the beginning"),
        pytest.param("bytes=1000-", slice(1000, None), id="from the middle"),
        pytest.param("bytes=-44", slice(-44, None), id="the end"),
    ],
)
def test_in_pieces(line: Line, browser: Client, where: str, asked: str, piece: slice) -> None:
    if where == "twilio":
        line.twilio.faults.rest(MEDIA, "500", times=1)
    loss(line)
    whole = browser.get(path(line)).data
    answer = browser.get(path(line), headers={"Range": asked})
    assert (answer.status_code, answer.data) == (206, whole[piece])
    assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")
    assert answer.headers["Content-Length"] == str(len(answer.data))


def test_a_piece_beyond_the_end(line: Line, browser: Client) -> None:
    loss(line)
    answer = browser.get(path(line), headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        pytest.param("500", 503, id="Twilio is in trouble"),
        pytest.param("hang", 503, id="Twilio says nothing"),
        pytest.param("429", 503, id="Twilio has enough of us"),
    ],
)
def test_twilio_in_trouble(at_twilio: Line, kind: str, status: int) -> None:
    at_twilio.twilio.faults.rest(MEDIA, kind)  # type: ignore[arg-type]
    answer = at_twilio.app.test_client().get(path(at_twilio))
    assert (answer.status_code, "réessayez" in answer.text) == (status, True)
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_twilio_does_not_have_it_yet(at_twilio: Line) -> None:
    at_twilio.twilio.world.recordings[recording(at_twilio)].late_fetches = 1
    browser = at_twilio.app.test_client()
    answer = browser.get(path(at_twilio))
    assert (answer.status_code, "réessayez" in answer.text) == (404, True)
    assert browser.get(path(at_twilio)).status_code == 200


def test_a_file_that_has_gone(line: Line, browser: Client) -> None:
    loss(line)
    with line.database.begin() as db:
        db.exec_driver_sql("UPDATE voicemails SET place = '2026/01/ailleurs.wav'")
    answer = browser.get(path(line))
    assert (answer.status_code, answer.text) == (404, "Ce message n'est plus là.\n")


@pytest.mark.parametrize("change", ["state = 'absent'", "recording = 'RE0'"])
def test_a_recording_that_is_none(line: Line, browser: Client, change: str) -> None:
    loss(line)
    with line.database.begin() as db:
        db.exec_driver_sql(f"UPDATE voicemails SET {change}")
    assert browser.get(path(line)).status_code == 404


# ---------------------------------------------------------------- who may
def test_an_address_lives_an_hour(line: Line, browser: Client) -> None:
    reference = loss(line)
    address = path(line)
    line.clock.now += timedelta(minutes=59)
    assert browser.get(address).status_code == 200
    line.clock.now += timedelta(minutes=1)
    answer = browser.get(address)
    assert (answer.status_code, "plus valable" in answer.text) == (404, True)
    assert times_heard(line, reference) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_one_letter_changed_opens_nothing(line: Line, data: st.DataObject) -> None:
    if not line.tickets():
        loss(line)
    address = path(line)
    place = data.draw(st.integers(len("/audio/"), len(address) - len(".wav") - 1))
    letter = data.draw(st.sampled_from("abcfAZ0189-_").filter(lambda letter: letter != address[place]))
    answer = line.app.test_client().get(address[:place] + letter + address[place + 1 :])
    assert answer.status_code == 404
    assert "RIFF" not in answer.text


def test_a_link_is_no_audio_address(line: Line, browser: Client) -> None:
    loss(line)
    assert browser.get(link(line, ING2).replace("/t/", "/audio/") + ".wav").status_code == 404
    assert browser.get(path(line).replace("/audio/", "/t/").removesuffix(".wav")).status_code == 404


# ---------------------------------------------------------------- who has listened
def test_a_listening_is_noted_once_a_minute(line: Line, browser: Client) -> None:
    reference = loss(line)
    assert times_heard(line, reference) == 0
    browser.head(path(line))
    assert times_heard(line, reference) == 0, "to look is not to listen"
    for start in (0, 1000, 2000):
        browser.get(path(line), headers={"Range": f"bytes={start}-"})
        line.clock.now += timedelta(seconds=10)
    assert times_heard(line, reference) == 1
    line.clock.now += timedelta(minutes=1)
    browser.get(path(line))
    assert times_heard(line, reference) == 2
    assert dict(events_of(line, reference))["listened"] == {"recording": recording(line)}


def test_an_engineer_who_hears_it_on_the_telephone_has_listened(line: Line) -> None:
    reference = loss(line)
    engineer = line.phone(ING2).picks_up().presses("2")
    assert len(engineer.leg.played) == 1
    assert times_heard(line, reference) == 1
