"""The control API in this process: every route, and the French sentence of every refusal."""

import base64
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from simulator import audio
from simulator.server import create_app, ticking_from
from simulator.twilio import Answer, Twilio
from tests.simulator.client import AUTHORIZATION, PREFIX
from tests.simulator.product import CALLER, DESK, LINE, MOBILE, URL, Clock, Product

VOICE = "/webhooks/voice"


@pytest.fixture
def api(twilio: Twilio) -> FlaskClient:
    return create_app(twilio).test_client()


def dial(api: FlaskClient) -> dict[str, Any]:
    answer = api.post(f"/phones/{quote(CALLER, safe='')}/dial", json={"to": "05 86 07 77 77"})
    assert answer.status_code == 200
    leg: dict[str, Any] = answer.get_json()
    return leg


def test_a_call_from_end_to_end(api: FlaskClient, product: Product, twilio: Twilio) -> None:
    product.says(VOICE, '<Gather numDigits="1" timeout="4" action="/a"><Say>Bonjour</Say></Gather>')
    product.says("/a", '<Record action="/b" finishOnKey="#"/>')
    product.says("/b", "<Say>Merci</Say>")
    leg = dial(api)
    assert (leg["state"], leg["heard"], leg["said_since_input"]) == ("gathering", ["Bonjour"], "Bonjour")
    assert leg["gather"] == {"num_digits": 1, "timeout": 4, "finish_on_key": "#", "typed": ""}
    pressed = api.post(f"/legs/{leg['sid']}/press", json={"keys": "3"}).get_json()
    assert (pressed["state"], pressed["gather"]) == ("recording", None)
    said = api.post(f"/legs/{leg['sid']}/speak", json={"seconds": 7, "ends_with": "#"}).get_json()
    assert (said["state"], said["ended_by"], said["heard"]) == ("ended", "line", ["Bonjour", "Merci"])
    assert api.get(f"/legs/{leg['sid']}").get_json() == said
    assert said["recordings"] == list(twilio.recordings)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        pytest.param({"wav": base64.b64encode(audio.tone(4)).decode()}, 4, id="a recording of its own"),
        pytest.param({"seconds": 9}, 9, id="so many seconds"),
        pytest.param({"text": "Bonjour"}, 1, id="a text"),
        pytest.param({}, 5, id="whatever"),
    ],
)
def test_what_is_said(api: FlaskClient, product: Product, said: dict[str, Any], seconds: int) -> None:
    product.says(VOICE, '<Record action="/a"/>')
    api.post(f"/legs/{dial(api)['sid']}/speak", json=said)
    assert abs(int(product.last("/a")["RecordingDuration"]) - seconds) <= 1


def test_a_telephone_rings_and_is_answered(api: FlaskClient, product: Product) -> None:
    product.says(VOICE, f"<Dial>{DESK}</Dial>")
    leg = dial(api)
    assert (leg["state"], leg["dialling"]["number"], leg["dialling"]["state"]) == ("dialling", DESK, "ringing")
    desk = f"/phones/{quote(DESK, safe='')}"
    assert api.get(desk).get_json()["ringing"]["from"] == CALLER
    called = api.post(f"{desk}/answer").get_json()
    assert (called["state"], called["direction"]) == ("talking", "outbound-dial")
    assert api.post(f"/legs/{leg['sid']}/end-talk").get_json()["state"] == "ended"
    assert {phone["number"] for phone in api.get("/phones").get_json()} == {CALLER, DESK}


@pytest.mark.parametrize(
    ("action", "status"), [("decline", "busy"), ("ignore", "no-answer"), ("voicemail", "in-progress")]
)
def test_other_ways_to_take_a_call(
    api: FlaskClient, product: Product, twilio: Twilio, action: str, status: str
) -> None:
    product.says(VOICE, f"<Dial>{DESK}</Dial>")
    dial(api)
    assert api.post(f"/phones/{quote(DESK, safe='')}/{action}").status_code == 200
    assert twilio.phone(DESK).legs[0].status == status


def test_manners(api: FlaskClient, product: Product, twilio: Twilio) -> None:
    product.says(VOICE, f"<Dial>{DESK}</Dial>")
    assert api.post("/phones/default/manner", json={"manner": "busy"}).status_code == 200
    assert dial(api)["state"] == "ended"
    assert api.post(f"/phones/{quote(DESK, safe='')}/manner", json={"manner": "answers"}).status_code == 200
    assert dial(api)["state"] == "talking"
    assert twilio.phone(DESK).legs[0].status == "busy"


def test_texts(api: FlaskClient, product: Product, twilio: Twilio) -> None:
    mobile = f"/phones/{quote(MOBILE, safe='')}"
    api.post(f"{mobile}/send", json={"to": LINE, "body": "OK"})
    assert product.last("/webhooks/sms")["Body"] == "OK"
    form = {"To": MOBILE, "From": "NVL", "Body": "Été"}
    sent = api.post(f"{PREFIX}/Messages.json", data=form, headers={"Authorization": AUTHORIZATION})
    assert (sent.status_code, sent.get_json()["body"]) == (201, "Été")
    twilio.settle()
    [sms] = api.get(mobile).get_json()["inbox"]
    assert (sms["from"], sms["body"], sms["status"]) == ("NVL", "Été", "delivered")
    assert api.get("/requests").get_json()[0]["form"]["Body"] == ["Été"]


def test_filters_with_signs_reach_the_api(api: FlaskClient, product: Product) -> None:
    product.says(VOICE, "<Hangup/>")
    dial(api)
    filters = {"StartTime>": "2026-09-13", "PageSize": "5"}
    found = api.get(f"{PREFIX}/Calls.json", query_string=filters, headers={"Authorization": AUTHORIZATION})
    assert found.get_json()["calls"] == []


def test_faults_and_complaints(api: FlaskClient, product: Product) -> None:
    product.pages[VOICE] = Answer(500)
    dial(api)
    assert api.get("/complaints").get_json()[0].startswith(f"11200 POST {URL}")
    assert api.post("/faults", json={"rest": [{"pattern": "GET", "kind": "429"}]}).status_code == 200
    headers = {"Authorization": AUTHORIZATION}
    assert api.get(f"{PREFIX}/Calls.json", headers=headers).status_code == 429
    assert api.get(f"{PREFIX}/Calls.json", headers=headers).status_code == 200
    api.post("/faults", json={"rest": [{"pattern": "GET", "kind": "hang", "seconds": 0}]})
    assert api.get(f"{PREFIX}/Calls.json", headers=headers).status_code == 504
    assert api.delete("/faults").status_code == 200


@pytest.mark.parametrize(
    ("path", "given", "status", "words"),
    [
        pytest.param("/legs/CA0/press", {"keys": "1"}, 404, "aucun appel", id="no such call"),
        pytest.param("/phones/%2B33536490101/answer", None, 409, "rien ne sonne", id="nothing rings"),
        pytest.param("/phones/%2B33536490101/dial", {}, 400, "il manque", id="nobody to call"),
        pytest.param("/phones/%2B33536490101/dial", {"to": MOBILE}, 400, "numéro du compte", id="not ours"),
        pytest.param("/phones/%2B33536490101/dial", [], 400, "objet JSON", id="a list"),
        pytest.param("/phones/%2B33536490101/manner", {"manner": "dort"}, 400, "choisir parmi", id="a manner"),
        pytest.param("/phones/default/manner", {"manner": "dort"}, 400, "choisir parmi", id="their manner"),
        pytest.param("/faults", {"pannes": 1}, 400, "inconnues", id="an unknown knob"),
        pytest.param("/faults", {"rest": [{"motif": "x"}]}, 400, "motif", id="an unknown argument"),
    ],
)
def test_refusals_are_sentences(api: FlaskClient, path: str, given: Any, status: int, words: str) -> None:
    answer = api.post(path, json=given) if given is not None else api.post(path)
    assert answer.status_code == status
    assert words in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("action", "given", "status"),
    [
        ("press", {"keys": "x"}, 400),
        ("speak", {"wav": "é"}, 400),
        ("speak", {"seconds": 3}, 409),
        ("end-talk", {}, 409),
    ],
)
def test_refusals_during_a_call(
    api: FlaskClient, product: Product, action: str, given: dict[str, Any], status: int
) -> None:
    product.says(VOICE, "<Gather/>")
    leg = dial(api)
    assert api.post(f"/legs/{leg['sid']}/{action}", json=given).status_code == status
    assert api.post(f"/legs/{leg['sid']}/hang-up").get_json()["ended_by"] == "caller"
    assert api.post(f"/legs/{leg['sid']}/wait").status_code == 409


def test_health_and_unknown_pages(api: FlaskClient, clock: Clock) -> None:
    assert api.get("/healthz").get_json() == {"state": "ok", "clock": clock.now.isoformat()}
    assert (api.get("/ailleurs").status_code, api.get("/legs").status_code) == (404, 404)


def test_a_clock_that_starts_elsewhere_goes_on_from_there(clock: Clock) -> None:
    ticking = ticking_from(clock.now)
    first, second = ticking(), ticking()
    assert clock.now <= first <= second
    assert (second - clock.now).total_seconds() < 60
