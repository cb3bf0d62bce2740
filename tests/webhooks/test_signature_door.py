"""The lock: every address under /webhooks/ opens to Twilio's signature, and to nothing else."""

import hashlib
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask, request

from simulator.door import Answer
from tests.support.phone import AppDoor, Line
from tests.support.settings_for_tests import ORIGIN, SECOND_TOKEN, TOKEN
from tests.webhooks.requests import CALLER, FORM, SID, Twilio, addresses, call, kept, rows, sign
from webhooks.door import requested

FIELDS = call(Digits="1", CallStatus="completed", MessageSid="SM" + "1" * 32, MessageStatus="sent")
BODY = urlencode(FIELDS).encode()
Forger = Callable[[Twilio, str], Answer]


def genuine(path: str, token: str = TOKEN) -> str:
    return sign(ORIGIN + path, FIELDS.items(), token)


def elsewhere(origin: str, path: str) -> str:
    return sign(origin + path, FIELDS.items())


FORGERIES: list[tuple[str, Forger]] = [
    ("no signature", lambda twilio, path: twilio.sends(path, BODY, None)),
    ("an empty one", lambda twilio, path: twilio.sends(path, BODY, "")),
    ("no base64", lambda twilio, path: twilio.sends(path, BODY, "é\xff=")),
    ("of another account", lambda twilio, path: twilio.sends(path, BODY, genuine(path, "un-autre-jeton"))),
    ("with an empty token", lambda twilio, path: twilio.sends(path, BODY, genuine(path, ""))),
    ("one character changed", lambda twilio, path: twilio.sends(path, BODY, "A" + genuine(path)[1:-2] + "B=")),
    ("a value changed", lambda twilio, path: twilio.sends(path, BODY.replace(b"Digits=1", b"Digits=2"), genuine(path))),
    ("a parameter added", lambda twilio, path: twilio.sends(path, BODY + b"&Force=1", genuine(path))),
    ("a parameter left out", lambda twilio, path: twilio.sends(path, BODY.replace(b"&Digits=1", b""), genuine(path))),
    ("for another address", lambda twilio, path: twilio.sends(path, BODY, genuine(path + "x"))),
    ("for this one with a query", lambda twilio, path: twilio.sends(f"{path}?n=1", BODY, genuine(path))),
    ("for http", lambda twilio, path: twilio.sends(path, BODY, elsewhere("http://astreinte.example", path))),
    ("for another host", lambda twilio, path: twilio.sends(path, BODY, elsewhere("https://evil.example", path))),
    ("in the query", lambda twilio, path: twilio.sends(f"{path}?X-Twilio-Signature={genuine(path)}", BODY, None)),
    ("of the bare address, on a form", lambda twilio, path: twilio.sends(path, BODY, sign(ORIGIN + path))),
    (
        "of a hashed JSON body",
        lambda twilio, path: twilio.sends(
            f"{path}?bodySHA256={hashlib.sha256(BODY).hexdigest()}",
            BODY,
            sign(f"{ORIGIN}{path}?bodySHA256={hashlib.sha256(BODY).hexdigest()}"),
            Content_Type="application/json",
        ),
    ),
    ("SHA-256 with a key of the sender's", lambda twilio, path: twilio.sends(
        path, BODY, genuine(path, "clé"), X_Twilio_Webhooks_Signature_Settings="key=k,algorithm=HMAC_SHA256")),
]  # fmt: skip


def open_to(forge: Forger, twilio: Twilio) -> list[str]:
    """The addresses that fall for it."""
    return [path for path in addresses(twilio.line.app) if forge(twilio, path).status != 403]


@pytest.mark.parametrize("forge", [pytest.param(forge, id=name) for name, forge in FORGERIES])
def test_a_forgery_is_refused_everywhere_and_leaves_no_trace(line: Line, twilio: Twilio, forge: Forger) -> None:
    """A call is going on, so that each address would have something to change."""
    twilio.post("/webhooks/voice")
    before = kept(line.database)
    assert len(addresses(line.app)) >= 13
    assert open_to(forge, twilio) == []
    assert kept(line.database) == before


def test_a_new_address_without_the_lock_would_be_noticed(line: Line, twilio: Twilio) -> None:
    line.app.add_url_rule("/webhooks/nouvelle", "probes.nouvelle", lambda: "ouvert", methods=["POST"])
    assert open_to(FORGERIES[0][1], twilio) == ["/webhooks/nouvelle"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_no_other_method_goes_around_the_lock(line: Line, method: str) -> None:
    """HEAD comes free with GET in Flask: signed as it is, it would act."""
    for path in addresses(line.app):
        url = f"{ORIGIN}{path}?{urlencode(FIELDS)}"
        signature = sign(url) if method != "GET" else sign(url + "x")
        answer = AppDoor(line.app).request(method, url, b"", {"X-Twilio-Signature": signature})
        assert answer.status in (403, 405), (method, path)
    assert rows(line.database)["calls"] == 0


# ---------------------------------------------------------------- what Twilio may well send
def test_the_signatures_of_a_rotation(line: Line, twilio: Twilio) -> None:
    for token in (TOKEN, SECOND_TOKEN):
        answer = twilio.sends("/webhooks/voice", BODY, genuine("/webhooks/voice", token))
        assert answer.status == 200
    assert rows(line.database)["calls"] == 1


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"StirVerstat": "TN-Validation-Passed-A", "CallToken": "%7B%22a%22%7D"}, id="new parameters"),
        pytest.param({"FromCity": "", "ToCity": ""}, id="empty values leave their names"),
        pytest.param({"Body": "  Été à Pau  ", "CallerName": "ÉLÉONORE &=+%"}, id="spaces, accents, punctuation"),
        pytest.param({"Ville": "😀 \u202e"}, id="emoji and direction marks"),
        pytest.param({"CallerName": "x" * 60_000}, id="thirty times what it sends"),
    ],
)
def test_whatever_is_signed_is_read(twilio: Twilio, more: dict[str, str]) -> None:
    answer = twilio.post("/webhooks/voice", call(**more))
    assert (answer.status, answer.content_type) == (200, "text/xml")
    assert "Bonjour et bienvenue" in answer.body.decode()


def test_more_than_twilio_ever_sends_is_not_read(line: Line, twilio: Twilio) -> None:
    """Not even to judge its signature."""
    assert twilio.post("/webhooks/voice", call(CallerName="x" * 65_000)).status == 413
    assert rows(line.database)["calls"] == 0


def test_parameters_by_get(line: Line, twilio: Twilio) -> None:
    """VoiceMethod=GET: the same names in the query, which is signed as it stands."""
    assert "Bonjour et bienvenue" in twilio.get("/webhooks/voice", call()).body.decode()
    assert "est fermé" in twilio.get("/webhooks/voice/pressed?n=1", call(Digits="1")).body.decode()
    assert line.calls()[0]["caller"] == CALLER


def test_a_repeated_name_counts_once(line: Line, twilio: Twilio) -> None:
    """The SDK sorts and de-duplicates the values of a name; the first one is meant."""
    given = [*call().items(), ("From", "+33639989999")]
    answer = twilio.sends("/webhooks/voice", urlencode(given).encode(), sign(ORIGIN + "/webhooks/voice", given))
    assert answer.status == 200
    assert line.calls()[0]["caller"] == CALLER


def test_accents_in_the_query_stay_as_twilio_wrote_them(twilio: Twilio) -> None:
    for query in ("n=1&ville=Orl%C3%A9ans", "n=1&ville=Orl%c3%a9ans", "n=1&a=b+c%20d", "n=1&x=%2B33&y=/:@!$'()*,;~"):
        assert twilio.post(f"/webhooks/voice/pressed?{query}").status == 200, query


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("/webhooks/%C3%A9t%C3%A9?n=%C3%A9", "/webhooks/%C3%A9t%C3%A9?n=%C3%A9", id="gunicorn: as it came"),
        pytest.param("", "/webhooks/%C3%A9t%C3%A9?n=%C3%A9", id="another server: quoted again"),
        pytest.param("http://a/b", "/webhooks/%C3%A9t%C3%A9?n=%C3%A9", id="a proxy's absolute form is not trusted"),
    ],
)
def test_the_address_as_twilio_requested_it(raw: str, expected: str) -> None:
    """Flask's own request.url would decode the accents, and no such signature would ever fit."""
    environ = {"RAW_URI": raw} if raw else {}
    with Flask("x").test_request_context("/webhooks/%C3%A9t%C3%A9?n=%C3%A9", environ_overrides=environ):
        assert requested(request) == expected


@pytest.mark.parametrize("signed", ["https://astreinte.example:8443", "https://astreinte.example"])
def test_the_port_may_be_signed_or_not(make_line: Callable[..., Line], signed: str) -> None:
    """Twilio drops it for https voice and keeps it for SMS."""
    line = make_line(PUBLIC_URL="https://astreinte.example:8443")
    signature = sign(f"{signed}/webhooks/voice", FIELDS.items())
    assert Twilio(line).sends("/webhooks/voice", BODY, signature).status == 200


def test_a_password_in_our_address_is_not_signed(make_line: Callable[..., Line]) -> None:
    """Basic authentication at a proxy: Twilio removes it before signing."""
    line = make_line(PUBLIC_URL="https://nvl:secret@astreinte.example")
    line_twilio = Twilio(line)
    line_twilio.origin = ORIGIN
    assert line_twilio.post("/webhooks/voice").status == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b'{"CallSid": "CA1"}', "application/json", id="JSON"),
        pytest.param(b"CallSid=\xff\xfe", FORM, id="no UTF-8"),
        pytest.param(b"&".join(b"a%d=1" % n for n in range(1000)), FORM, id="1000 fields"),
        pytest.param(b"a=" + b"x" * 2_000_000, FORM, id="two megabytes"),
        pytest.param(b"--x\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x", id="multipart"),
    ],
)  # fmt: skip
def test_a_body_that_is_no_form_is_refused(line: Line, twilio: Twilio, body: bytes, content_type: str) -> None:
    """Even under the signature of its bare address."""
    signature = sign(ORIGIN + "/webhooks/voice")
    assert twilio.sends("/webhooks/voice", body, signature, Content_Type=content_type).status in (403, 413)
    assert rows(line.database)["calls"] == 0


@pytest.mark.parametrize("field", ["From", "To", "ForwardedFrom", "Digits", "CallStatus", "CallSid"])
def test_a_nul_reaches_no_database(line: Line, twilio: Twilio, field: str) -> None:
    """PostgreSQL refuses it in a text: the line would be in trouble at every such call."""
    fields = call(**{field: "a\0b"})
    assert "Bonjour et bienvenue" in twilio.post("/webhooks/voice", fields).body.decode()
    assert twilio.post("/webhooks/voice/pressed?n=1", fields).status == 200
    assert rows(line.database)["calls"] == 1


def test_percent_encoded_nonsense_is_read_as_the_sdk_reads_it(twilio: Twilio) -> None:
    """%FF is no UTF-8: replaced, here as in Flask, and signed so."""
    given = [("CallSid", SID), ("From", "\ufffd"), ("To", "")]
    body = f"CallSid={SID}&From=%FF&To=".encode()
    assert twilio.sends("/webhooks/voice", body, sign(ORIGIN + "/webhooks/voice", given)).status == 200


def test_a_refusal_tells_nothing(twilio: Twilio) -> None:
    answer = twilio.sends("/webhooks/voice", BODY, "x")
    assert answer.body.decode() == "Signature refusée.\n"
    assert TOKEN not in str(answer.headers)
