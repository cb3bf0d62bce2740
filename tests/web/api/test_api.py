"""The API: what it gives, to whom, and what it says when it gives nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import Client

from services import desk_actions
from storage.accounts import api_tokens
from storage.accounts.api_tokens import Scope
from storage.models import Ticket
from tests.jobs.work import events_of
from tests.stories.night import loss
from tests.stories.test_by_text import text
from tests.support.phone import ING2, Line
from tests.web.api.conftest import Headers, Program
from tickets.transitions import Action

MakeToken = Callable[..., Headers]
DECLARED = {
    "client": "260417", "entity": "idline", "service": "Accès internet", "sites": ["Pau"], "caller": "01 99 00 10 01",
    "description": "Plus rien ne passe.", "contact": "Standard",
}  # fmt: skip
OTHER = "260425"


# ---------------------------------------------------------------- what it does
def test_a_ticket_is_opened_read_and_annotated(line: Line, program: Program) -> None:
    opened = program.posts("/tickets", DECLARED)
    assert opened.status_code == 201
    reference = opened.json["reference"]
    assert opened.headers["Location"] == f"/api/v1/tickets/{reference}"
    ticket = program.gets(f"/tickets/{reference}")
    assert ticket == opened.json
    assert (ticket["level"], ticket["verified"], ticket["caller"]) == ("critique", True, "+33199001001")
    assert ticket["qualified_at"] is not None
    line.nobody_is_woken()
    assert program.posts(f"/tickets/{reference.lower()}/notes", {"text": "Vu.", "public": True}).status_code == 201
    assert events_of(line, reference)[-1] == ("noted", {"text": "Vu.", "public": True})
    told = program.gets(f"/tickets/{reference}/events")
    assert [(event["kind"], event["who"]) for event in told] == [
        ("opened", "api:supervision"),
        ("noted", "api:supervision"),
    ]


def test_the_desk_hears_of_what_programs_write(line: Line, token: MakeToken, browser: Client) -> None:
    """Nobody watches a list: what a client's own system declares or adds is told to the desk, once."""
    client = Program(browser, token(client="260417"))
    reference = client.posts("/tickets", DECLARED, **{"Idempotency-Key": "1"}).json["reference"]
    client.posts("/tickets", DECLARED, **{"Idempotency-Key": "1"})
    for _ in range(2):
        client.posts(f"/tickets/{reference}/notes", {"text": "Toujours rien."})
    Program(browser, token()).posts(f"/tickets/{reference}/notes", {"text": "Vu, entre nous."})
    told = [(mail["subject"], mail["body"].splitlines()[-1]) for mail in line.mails()]
    assert told == [
        (f"[{reference}] Demande de Client Démo Un pour IDLINE", "Plus rien ne passe."),
        (f"[{reference}] Réponse de Client Démo Un pour IDLINE", "Toujours rien."),
        (f"[{reference}] Réponse de Client Démo Un pour IDLINE", "Toujours rien."),
    ]
    assert {mail["recipient"] for mail in line.mails()} == {"support@nvl.fr"}


def test_asked_twice_with_a_key_it_is_opened_once(line: Line, program: Program) -> None:
    key = {"Idempotency-Key": "demande-1"}
    first, second = (program.posts("/tickets", DECLARED, **key) for _ in range(2))
    assert first.json == second.json
    assert len(line.tickets()) == 1
    other = program.posts("/tickets", DECLARED | {"description": "Autre chose."}, **key)
    assert (other.status_code, other.mimetype) == (409, "application/problem+json")


def test_the_list_goes_on_where_it_ended(line: Line, program: Program) -> None:
    references = []
    for _ in range(5):
        references.append(program.posts("/tickets", DECLARED).json["reference"])
        line.clock.forward(minutes=1)
    seen: list[str] = []
    path: str | None = "/tickets?limit=2&state=open"
    while path:
        answer = program.browser.get(f"/api/v1{path}", headers=program.headers)
        seen += [ticket["reference"] for ticket in answer.get_json()]
        link = answer.headers.get("Link", "")
        path = link.partition("<")[2].partition(">")[0].removeprefix("/api/v1") or None
    assert seen == references
    since = line.clock().isoformat().replace("+00:00", "Z")
    assert program.gets(f"/tickets?since={since}") == []
    assert program.gets("/tickets?state=archived") == []
    assert len(program.gets("/tickets?client=260417")) == 5


def test_who_is_on_call_and_the_rotas(line: Line, program: Program) -> None:
    idline = program.gets("/oncall")[0]
    assert (idline["entity"], idline["open"], idline["until"]) == ("idline", False, "2026-09-14T06:30:00Z")
    assert idline["layers"][0]["engineers"] == ["ing2"]
    assert {rota["code"] for rota in program.gets("/rotas")} >= {"idline", "applications"}
    for span in ("", "?from=0001-01-01T00:00:00%2B05:00", "?until=9999-12-31T23:59:60Z"):
        assert program.gets(f"/rotas/idline/shifts{span}") == [], "nothing is published yet"


# ---------------------------------------------------------------- to whom
@pytest.mark.parametrize(
    ("headers", "said"),
    [
        pytest.param({}, "On attend un jeton", id="nobody"),
        pytest.param({"Authorization": "Bearer ast_faux"}, "On attend un jeton", id="a guess"),
        pytest.param({"Authorization": "Basic YTpi"}, "On attend un jeton", id="another scheme"),
        pytest.param({"Authorization": "Bearer é"}, "On attend un jeton", id="no token at all"),
    ],
)
def test_without_a_token(browser: Client, headers: Headers, said: str) -> None:
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    answer = browser.get("/api/v1/tickets", headers=encoded)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert said in answer.get_json()["detail"]


def test_a_token_ends(line: Line, browser: Client, token: MakeToken) -> None:
    headers = token(days=1)
    line.clock.forward(hours=23)
    assert browser.get("/api/v1/tickets", headers=headers).status_code == 200
    line.clock.forward(hours=1)
    assert browser.get("/api/v1/tickets", headers=headers).status_code == 401
    revoked = token(days=100)
    with line.database.begin() as db:
        assert api_tokens.revoke(db, 2, line.clock())
        assert not api_tokens.revoke(db, 2, line.clock())
    assert browser.get("/api/v1/tickets", headers=revoked).status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        pytest.param(Scope.READ, "POST", "/tickets", id="reading is not opening"),
        pytest.param(Scope.WRITE, "GET", "/tickets", id="opening is not reading"),
        pytest.param(Scope.READ, "GET", "/oncall", id="tickets are not rotas"),
        pytest.param(Scope.ROTA, "GET", "/tickets/NVL-26-00001-8/events", id="rotas are not tickets"),
    ],
)
def test_a_scope_too_few(browser: Client, token: MakeToken, scope: Scope, method: str, path: str) -> None:
    answer = browser.open(f"/api/v1{path}", method=method, json=DECLARED if method == "POST" else None,
                          headers=token(scope))  # fmt: skip
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")


def test_a_client_sees_its_own_tickets_alone(line: Line, browser: Client, token: MakeToken) -> None:
    reference = loss(line)
    text(line, ING2, "OK")
    mine, theirs = Program(browser, token(client="260417")), Program(browser, token(client=OTHER))
    seen = mine.gets(f"/tickets/{reference}")
    assert seen["acknowledged_by"] == "support", "not who of us"
    kinds = [event["kind"] for event in mine.gets(f"/tickets/{reference}/events")]
    assert kinds == ["opened", "acknowledged"], "not whom we have tried to reach"
    assert theirs.gets("/tickets") == []
    assert theirs.gets("/tickets?client=260417") == []
    for path in (f"/tickets/{reference}", f"/tickets/{reference}/events", f"/tickets?after={reference}"):
        assert browser.get(f"/api/v1{path}", headers=theirs.headers).status_code == 404
    assert theirs.posts(f"/tickets/{reference}/notes", {"text": "À moi ?"}).status_code == 404
    assert theirs.posts("/tickets", DECLARED).status_code == 403
    opened = theirs.posts("/tickets", {"description": "La nôtre."})
    assert opened.json["client"] == OTHER


def test_to_a_client_events_say_nothing_but_that_they_happened(browser: Client, line: Line, token: MakeToken) -> None:
    """Which token, which telephone, whose words: only public notes are theirs to read."""
    reference = loss(line)
    text(line, ING2, "OK")
    with line.database.begin() as db:
        desk_actions.remark(db, reference, "ing2", line.clock(), "Entre nous.")
        desk_actions.remark(db, reference, "ing2", line.clock(), "Nous cherchons.", public=True)
        desk_actions.act(
            db, reference, Action.WAIT, "ing2", line.clock(), reason="third_party", note="Le fournisseur dort."
        )
    told = Program(browser, token(client="260417")).gets(f"/tickets/{reference}/events")
    details = [(event["kind"], event["who"], event["details"]) for event in told]
    assert details == [
        ("opened", "support", {}),
        ("acknowledged", "support", {}),
        ("noted", "support", {"text": "Nous cherchons.", "public": True}),
        ("waiting", "support", {}),
    ]


def test_what_has_become_somebody_elses_is_not_shown_again(line: Line, browser: Client, token: MakeToken) -> None:
    """Asked again with its key, after an engineer has found out whose ticket it is."""
    mine, key = Program(browser, token(client="260417")), {"Idempotency-Key": "k"}
    assert mine.posts("/tickets", {"description": "Rien."}, **key).status_code == 201
    with line.database.begin() as db:
        db.execute(update(Ticket).values(client=OTHER, contact="SECRET"))
    again = mine.posts("/tickets", {"description": "Rien."}, **key)
    assert again.status_code == 404
    assert "SECRET" not in again.text


# ---------------------------------------------------------------- what it refuses
@pytest.mark.parametrize(
    ("said", "status", "place"),
    [
        pytest.param({}, 422, "corps", id="nothing"),
        pytest.param([], 422, "corps", id="a list"),
        pytest.param(DECLARED | {"couleur": "bleu"}, 422, "corps", id="a field of nowhere"),
        pytest.param(DECLARED | {"sites": "Pau"}, 422, "sites", id="no list"),
        pytest.param(DECLARED | {"kind": "fire"}, 422, "kind", id="no kind"),
        pytest.param(DECLARED | {"email": "a\r\nBcc: b@c.example"}, 422, "email", id="headers in an address"),
        pytest.param(DECLARED | {"client": "000000"}, 409, "", id="no such client"),
        pytest.param(DECLARED | {"service": "Sage"}, 409, "", id="another entity's service"),
        pytest.param(DECLARED | {"caller": "12"}, 409, "caller", id="no number"),
    ],
)
def test_bad_values(line: Line, program: Program, said: Any, status: int, place: str) -> None:
    refused = program.posts("/tickets", said)
    assert (refused.status_code, refused.mimetype) == (status, "application/problem+json"), refused.text
    assert [error["place"] for error in refused.json.get("errors", [])] == ([place] if place else [])
    assert line.tickets() == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/nulle/part", 404, id="nowhere"),
        pytest.param("DELETE", "/tickets", 405, id="no such method"),
        pytest.param("GET", "/tickets/NVL-26-00001-8", 404, id="no such ticket"),
        pytest.param("GET", "/tickets/%00", 404, id="no reference at all"),
        pytest.param("GET", "/tickets?couleur=bleu", 400, id="no such parameter"),
        pytest.param("GET", "/tickets?limit=0", 400, id="too few"),
        pytest.param("GET", "/tickets?limit=9999999999999", 400, id="too many"),
        pytest.param("GET", "/tickets?state=open&state=closed", 400, id="twice"),
        pytest.param("GET", "/tickets?since=hier", 400, id="no instant"),
        pytest.param("GET", "/tickets?since=2026-09-12T22:04:00", 400, id="whose clock"),
        pytest.param("GET", "/rotas/nulle/shifts", 404, id="no such rota"),
    ],
)
def test_bad_requests_are_problems(program: Program, method: str, path: str, status: int) -> None:
    answer = program.browser.open(f"/api/v1{path}", method=method, headers=program.headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.get_json()["status"] == status


def test_what_no_database_keeps_is_left_out(program: Program) -> None:
    opened = program.posts("/tickets", DECLARED | {"description": "Plus\x00 rien", "contact": "\x00"})
    assert (opened.json["description"], opened.json["contact"]) == ("Plus rien", "")


def test_the_archive_takes_no_note(line: Line, program: Program) -> None:
    reference = program.posts("/tickets", DECLARED).json["reference"]
    with line.database.begin() as db:
        db.execute(update(Ticket).values(state="archived"))
    refused = program.posts(f"/tickets/{reference}/notes", {"text": "Encore."})
    assert refused.status_code == 409
    assert "archivé" in refused.json["detail"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        pytest.param(b"{", "application/json", 400, id="cut off"),
        pytest.param(b'"\\ud800"', "application/json", 400, id="half a character"),
        pytest.param(b"[" * 50_000, "application/json", 400, id="deeper than anybody reads"),
        pytest.param(b" " * 500_001, "application/json", 413, id="large"),
        pytest.param(b"a=b", "application/x-www-form-urlencoded", 415, id="a form"),
    ],
)
def test_a_body_that_is_no_json(program: Program, body: bytes, kind: str, status: int) -> None:
    answer = program.browser.post("/api/v1/tickets", data=body, content_type=kind, headers=program.headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
