"""The page of telephones, from its server's side: who is there, what hour it is to be, what goes wrong."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from simulator.audio import tone
from simulator.faults import Faults
from simulator.server import create_app
from simulator.softphone import mishaps, scene
from simulator.twilio import Twilio
from tests.simulator.client import Client
from tests.simulator.product import CALLER, LINE, MOBILE, URL, Product

SCENE = {
    "zone": "Europe/Paris",
    "lines": [{"number": LINE, "label": "ligne <b>principale</b>"}],
    "callers": [{"number": CALLER, "label": "Client"}],
    "telephones": [
        {"number": MOBILE, "label": "Ingénieur"},
        {"number": "+33536490101", "label": "Bureau", "manner": "no-answer"},
    ],
    "doors": [{"label": "Console", "url": "http://127.0.0.1:1/"}],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "scene.json"
    path.write_text(json.dumps(SCENE | {"wish": str(tmp_path / "wish.json")}), encoding="utf-8")
    return path


@pytest.fixture
def browser(twilio: Twilio, file: Path) -> FlaskClient:
    return create_app(twilio, file).test_client()


def state(browser: FlaskClient, call: str = "") -> Any:
    return browser.get(f"/softphone/state?call={call}").json


def dials(browser: FlaskClient) -> str:
    call: Any = browser.post(f"/phones/{CALLER}/dial", json={"to": LINE}).json
    return str(call["sid"])


def test_the_page_has_everybodys_telephone(browser: FlaskClient) -> None:
    answer = browser.get("/")
    for told in ("Ingénieur", "Bureau", "Client", "Numéro masqué", "Console", "Changer d'heure", "Twilio est en panne"):
        assert told in answer.text, told
    assert "<b>principale" not in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_without_a_scene_there_are_still_the_lines(twilio: Twilio) -> None:
    browser = create_app(twilio).test_client()
    page = browser.get("/").text
    assert LINE in page.replace(" ", "")
    assert "Changer d'heure" not in page
    assert browser.post("/softphone/at", json={"day": "2026-12-25", "time": "03:12"}).status_code == 409


def test_a_line_that_is_not_up_yet_says_so(twilio: Twilio, tmp_path: Path) -> None:
    browser = create_app(twilio, tmp_path / "not-yet.json").test_client()
    assert state(browser)["ready"] is False
    assert 'data-ready="no"' in browser.get("/").text


def test_what_is_shown_follows_the_call(browser: FlaskClient, twilio: Twilio) -> None:
    sid = dials(browser)
    assert state(browser, sid)["call"]["sid"] == sid
    assert state(browser, "CA0")["call"] is None
    shown = {each["number"]: each["manner"] for each in state(browser)["telephones"]}
    assert shown == {MOBILE: "manual", "+33536490101": "no-answer"}
    browser.post(f"/phones/{MOBILE}/manner", json={"manner": "busy"})
    assert state(browser)["telephones"][0]["manner"] == "busy"


def test_what_was_played_can_be_heard(browser: FlaskClient, twilio: Twilio) -> None:
    leg = twilio.dial(CALLER, LINE)
    leg.played.append(tone(1))
    assert state(browser, leg.sid)["call"]["played"] == 1
    assert browser.get(f"/softphone/legs/{leg.sid}/played/0.wav").data == tone(1)
    for path in (f"/softphone/legs/{leg.sid}/played/1.wav", "/softphone/legs/CA0/played/0.wav"):
        assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        pytest.param("2026-12-25", "03:12", "2026-12-25T03:12:00+01:00", id="a night in winter"),
        pytest.param("2026-07-14", "03:12:30", "2026-07-14T03:12:30+02:00", id="in summer, to the second"),
        pytest.param("2026-10-25", "02:30", "2026-10-25T02:30:00+02:00", id="shown twice: the first"),
    ],
)
def test_another_hour_is_asked_for(browser: FlaskClient, file: Path, day: str, time: str, said: str) -> None:
    answer = browser.post("/softphone/at", json={"day": day, "time": time})
    assert (answer.status_code, answer.json) == (202, {"at": said})
    assert json.loads((file.parent / "wish.json").read_text()) == {"at": said}


@pytest.mark.parametrize(
    ("day", "time", "again", "said"),
    [
        pytest.param("2026-10-25", "02:30", True, "2026-10-25T02:30:00+01:00", id="the second time"),
        pytest.param("2026-10-25", "03:30", True, "2026-10-25T03:30:00+01:00", id="of one that comes once"),
        pytest.param("2026-10-25", "02:30", "yes", "2026-10-25T02:30:00+02:00", id="not said so"),
    ],
)
def test_an_hour_that_is_shown_twice(browser: FlaskClient, day: str, time: str, again: Any, said: str) -> None:
    answer = browser.post("/softphone/at", json={"day": day, "time": time, "again": again})
    assert answer.json == {"at": said}


@pytest.mark.parametrize(
    ("asked", "status", "twice"),
    [
        pytest.param("day=2026-10-25&time=02:30", 200, True, id="that night"),
        pytest.param("day=2026-10-25&time=03:00", 200, False, id="when it is over"),
        pytest.param("day=2026-10-24&time=02:30", 200, False, id="the night before"),
        pytest.param("day=2027-03-28&time=02:30", 400, None, id="never"),
        pytest.param("day=&time=", 400, None, id="nothing"),
    ],
)
def test_whether_an_hour_is_shown_twice(browser: FlaskClient, asked: str, status: int, twice: bool | None) -> None:
    answer = browser.get(f"/softphone/twice?{asked}")
    told: Any = answer.json
    assert (answer.status_code, told.get("twice")) == (status, twice)


@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        pytest.param("2027-03-28", "02:30", "n'existe pas", id="the hour that is left out"),
        pytest.param("2026-02-30", "03:12", "ne se lit pas", id="no such day"),
        pytest.param("2026-12-25", "25:00", "ne se lit pas", id="no such hour"),
        pytest.param("2026-12-25", "03:12+05:00", "2026-12-25T03:12:00+01:00", id="a zone is not asked for"),
        pytest.param("9999-12-31", "23:59", "année", id="the end of time"),
        pytest.param("0001-01-01", "00:00", "année", id="its beginning"),
        pytest.param("", "03:12", "il manque", id="nothing"),
        pytest.param(12, "03:12", "il manque", id="a number"),
    ],
)
def test_an_hour_that_is_none_gets_a_sentence(browser: FlaskClient, file: Path, day: Any, time: str, said: str) -> None:
    answer = browser.post("/softphone/at", json={"day": day, "time": time})
    assert said in json.dumps(answer.json, ensure_ascii=False)
    assert answer.status_code == (202 if said.startswith("2026") else 400)


@pytest.mark.parametrize("name", mishaps.MISHAPS)
def test_each_mishap_turns_a_knob_and_goes_away(browser: FlaskClient, twilio: Twilio, name: str) -> None:
    assert browser.post("/softphone/mishaps", json={"on": [name]}).json == {"mishaps": [name]}
    assert vars(twilio.faults) != vars(Faults())
    assert state(browser)["mishaps"] == [name]
    browser.post("/softphone/mishaps", json={"on": []})
    assert vars(twilio.faults) == vars(Faults())


@pytest.mark.parametrize("wanted", ["down", ["fire"], [1], [["down"]], {"down": 1}], ids=repr)
def test_a_mishap_that_is_none_is_refused(browser: FlaskClient, twilio: Twilio, wanted: Any) -> None:
    assert browser.post("/softphone/mishaps", json={"on": wanted}).status_code == 400
    assert vars(twilio.faults) == vars(Faults())


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://localhost", 200), ("", 200), ("https://ailleurs.example", 403), ("null", 403)],
    ids=["its own page", "a program", "another site", "a sandbox"],
)
def test_another_sites_page_presses_nothing(browser: FlaskClient, origin: str, status: int) -> None:
    headers = {"Origin": origin} if origin else {}
    assert browser.post("/softphone/mishaps", json={"on": []}, headers=headers).status_code == status
    assert browser.post(f"/phones/{CALLER}/manner", json={"manner": ""}, headers=headers).status_code == status


def test_a_name_that_leads_here_is_another_site(browser: FlaskClient) -> None:
    headers = {"Origin": "http://ailleurs.example:8010", "Host": "ailleurs.example:8010"}
    assert browser.post("/softphone/mishaps", json={"on": []}, headers=headers).status_code == 403


def test_a_voice_from_a_microphone_is_recorded_as_it_is(browser: FlaskClient, twilio: Twilio) -> None:
    voice = base64.b64encode(tone(2)).decode()
    sid = dials(browser)
    assert browser.post(f"/legs/{sid}/speak", json={"wav": voice}).status_code == 409, "nothing records yet"
    assert browser.post(f"/legs/{sid}/speak", json={"wav": "pas du base64"}).status_code == 400


def test_a_file_of_half_a_scene_is_a_scene(tmp_path: Path) -> None:
    path = tmp_path / "scene.json"
    path.write_text("{}")
    assert scene.read(path) == scene.Scene(lines=[], callers=[], codes=[], telephones=[], doors=[], hours=[])
    assert scene.read(tmp_path / "none.json") == scene.Scene()


@pytest.mark.parametrize(
    ("manner", "told"),
    [
        pytest.param("busy", ["occupé"], id="refused"),
        pytest.param("no-answer", ["sans réponse"], id="it rang in vain"),
        pytest.param("failed", ["hors réseau"], id="it never rang"),
        pytest.param("voicemail", ["pris par la messagerie"], id="nobody heard it"),
        pytest.param("answers", [], id="its owner is on it"),
        pytest.param("manual", [], id="it still rings"),
    ],
)
def test_calls_that_nobody_took_are_listed(
    browser: FlaskClient, twilio: Twilio, product: Product, manner: str, told: list[str]
) -> None:
    product.says("/alerte", '<Gather numDigits="1" action="/pris"><Say>Alerte</Say></Gather>')
    product.says("/pris", "<Hangup/>")
    twilio.phone(MOBILE).manner = manner
    Client(twilio).post("Calls", To=MOBILE, From=LINE, Url=f"{URL}/alerte")
    twilio.settle()
    missed = state(browser)["telephones"][0]["missed"]
    assert [each["how"] for each in missed] == told


def test_a_call_that_stops_ringing_is_a_missed_one(browser: FlaskClient, twilio: Twilio) -> None:
    client = Client(twilio)
    sid = client.post("Calls", To=MOBILE, From=LINE, Url=f"{URL}/alerte").json["sid"]
    twilio.settle()
    client.post(f"Calls/{sid}", Status="completed")
    twilio.settle()
    [missed] = state(browser)["telephones"][0]["missed"]
    assert missed == {"at": twilio.world.clock().isoformat(), "how": "arrêté avant d'être pris"}
