"""Asking a colleague to take a turn: by a link on their telephone, the rota changed with their answer."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from urllib.parse import urlsplit

import pytest

from services import turn_requests
from services.turn_requests import State
from storage.accounts.accounts import Role
from storage.directory.writer import item as written
from tests.jobs.work import book_of
from tests.support.phone import ING1, ING2, RESP, Line
from tests.web.console.test_editing import keeps
from tests.web.console.test_rota import on_call
from tests.web.people import LATE, Visitor, signed_in
from web import turn_mails

PATH = "/rota/idline/principal"
# The sample's clock: Saturday 12 September 2026, 22:04; ing2 has the turn until Monday, then ing1 for a week.
SUNDAY = {"start_day": "2026-09-13", "start_time": "08:00", "until_day": "2026-09-13", "until_time": "20:00"}
BACK = "ing1|2026-09-14T06:30:00+00:00|2026-09-21T06:30:00+00:00"


def asks(visitor: Visitor, **told: object) -> str:
    return visitor.does(f"{PATH}/ask", {**SUNDAY, **told})


def link(line: Line, number: str) -> str:
    """In the last SMS at that telephone."""
    line.settle()
    found = re.findall(r"https?://\S+/h/\S+", "\n".join(line.phone(number).texts()))
    return str(urlsplit(found[-1]).path)


def answers(line: Line, path: str, action: str) -> tuple[int, str]:
    answer = line.app.test_client().post(path, data={"action": action})
    return answer.status_code, answer.text


def state(line: Line, number: int = 1) -> str:
    with line.database.read() as db:
        row = turn_requests.find(db, number)
        return str(row.state) if row else ""


def test_what_is_asked_is_seen_by_both(line: Line) -> None:
    mine = signed_in(line, Role.ENGINEER, engineer="ing2")
    assert "C'est demandé à Ingénieur 1." in asks(mine, to=["ing1"], word="Anniversaire de ma fille")
    shown = mine.gets("/rota")
    assert "Tours demandés" in shown
    assert on_call(line, "12:00") == "ing2", "asking changes nothing"


def test_asked_several_times_is_asked_once(line: Line) -> None:
    mine = signed_in(line, Role.ENGINEER, engineer="ing2")
    for word in ("Merci", "Merci", "Merci", "Vraiment"):
        assert "C'est demandé" in asks(mine, to=["ing1"], word=word)
    assert [state(line, number) for number in (1, 2, 3)] == [State.ASKED, State.ASKED, ""]
    assert len(line.mails()) == 2


@pytest.fixture
def asked(line: Line) -> str:
    """The path of the link that ing1 was sent."""
    asks(signed_in(line, Role.ENGINEER, engineer="ing2"), to=["ing1"], word="<b>Merci</b>")
    return link(line, ING1)


def test_looking_changes_nothing_and_says_all(line: Line, asked: str) -> None:
    page = line.app.test_client().get(asked)
    assert page.status_code == 200
    for told in (
        "Ingénieur 2 vous demande un tour",
        "dimanche 13/09",
        "Je prends ce tour",
        "&lt;b&gt;Merci",
        "Ingénieur 2 vous écrit",
        "<dt>Avant</dt><dd>Ingénieur 2",
        "<dt>Après</dt><dd><strong>Ingénieur 1",
    ):
        assert told in page.text, told
    assert "no-store" in page.headers["Cache-Control"]
    assert state(line) == State.ASKED
    assert on_call(line, "12:00") == "ing2"


def test_accepted_once(line: Line, asked: str) -> None:
    assert answers(line, asked, "accept")[0] == 200
    assert (on_call(line, "12:00"), on_call(line, "21:00")) == ("ing1", "ing2")
    status, page = answers(line, asked, "accept")
    assert status == 200
    assert "prend cette astreinte" in page
    assert "Vous prenez</dt>" in page
    assert 'class="state accepted"' in page
    assert answers(line, asked, "decline")[1].count("prend cette astreinte") == 1, "the first answer counts"
    assert state(line) == State.ACCEPTED
    line.settle()
    assert any("Ingenieur 1 prend votre astreinte" in text or "Ingénieur 1 prend votre" in text
               for text in line.phone(ING2).texts())  # fmt: skip
    rota = book_of(line).rota("idline")
    assert rota
    assert sum(each.starts.date().isoformat() == "2026-09-13" for each in rota.overrides) == 1


def test_declined(line: Line, asked: str) -> None:
    assert "vous ne la prenez pas" in answers(line, asked, "decline")[1]
    assert on_call(line, "12:00") == "ing2"
    assert answers(line, asked, "accept")[0] == 200
    assert on_call(line, "12:00") == "ing2"


def test_withdrawn_before_the_answer(line: Line, asked: str) -> None:
    mine = Visitor(line, "engineer@nvl.example")
    mine.signs_in()
    assert "Demande retirée." in mine.does("/handovers/1")
    status, page = answers(line, asked, "accept")
    assert status == 409
    assert "ne tient plus" in page
    assert on_call(line, "12:00") == "ing2"


def test_the_rota_has_changed_meanwhile(line: Line, asked: str) -> None:
    admin = signed_in(line, Role.ADMIN)
    turned = {"layers.0.engineers": ["ing4", "ing1"]}
    assert written(book_of(line).rota("idline"))
    keeps(admin, "/directory/edit/rotas/idline", turned, **LATE)
    status, page = answers(line, asked, "accept")
    assert status == 409
    assert "a plus ce tour en entier" in page
    assert state(line) == State.ASKED


def test_too_late(line: Line, asked: str) -> None:
    line.forward(hours=23)
    status, page = answers(line, asked, "accept")
    assert status == 409
    assert "Ce tour est passé." in page


def test_begun_already_it_is_the_rest(line: Line, asked: str) -> None:
    line.forward(hours=14)  # Sunday noon
    assert answers(line, asked, "accept")[0] == 200
    assert (on_call(line, "09:00"), on_call(line, "15:00")) == ("ing2", "ing1")


def test_in_exchange_for_a_turn_of_theirs(line: Line) -> None:
    asks(signed_in(line, Role.ENGINEER, engineer="ing2"), back=BACK)
    path = link(line, ING1)
    page = line.app.test_client().get(path).text
    assert "Ingénieur 2 prendrait" in page
    answers(line, path, "accept")
    assert on_call(line, "12:00") == "ing1"
    rota = book_of(line).rota("idline")
    assert rota
    assert rota.overrides[-1].engineer == "ing2"
    assert rota.overrides[-1].starts == datetime(2026, 9, 14, 8, 30)  # noqa: DTZ001 - the wall clock


def test_the_first_of_two_has_it(line: Line) -> None:
    asks(signed_in(line, Role.ADMIN), to=["ing1", "resp"])
    path = link(line, ING1)
    answers(line, path, "accept")
    assert (state(line, 1), state(line, 2)) == (State.ACCEPTED, State.WITHDRAWN)


def test_of_two_who_accept_at_once_the_second_is_told(line: Line) -> None:
    """Each holds what was asked of them, and would wait for the other's for ever."""
    asks(signed_in(line, Role.ADMIN), to=["ing1", "resp"])
    paths, start = [link(line, ING1), link(line, RESP)], Barrier(2)

    def accepts(path: str) -> tuple[int, str]:
        start.wait(10)
        return answers(line, path, "accept")

    with ThreadPoolExecutor(2) as people:
        (first, _), (second, page) = sorted(people.map(accepts, paths))
    assert (first, second) == (200, 409)
    assert "Cette demande ne tient plus" in page
    assert sorted([state(line, 1), state(line, 2)]) == [State.ACCEPTED, State.WITHDRAWN]


def test_a_version_that_was_undone_is_nowhere_remembered(
    line: Line, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """Its number is given again, to another one."""

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(turn_mails, "tell_giver", fails)
    assert answers(line, asked, "accept")[0] == 500
    keeps(signed_in(line, Role.ADMIN), "/directory/edit/engineers/ing3", {"name": "Ingénieur trois"})
    assert "Ingénieur trois" in signed_in(line, Role.DESK).gets("/directory")


@pytest.mark.parametrize(
    ("role", "engineer", "told", "said"),
    [
        pytest.param(Role.ENGINEER, "ing1", {"to": ["ing2"]}, "ce n'est pas votre tour", id="somebody else's turn"),
        pytest.param(Role.ENGINEER, "ing2", {}, "Choisissez à qui", id="nobody"),
        pytest.param(Role.ENGINEER, "ing2", {"to": ["ing2"]}, "Choisissez à qui", id="oneself"),
        pytest.param(Role.ENGINEER, "ing2", {"to": ["nobody"]}, "Choisissez à qui", id="nobody we know"),
        pytest.param(Role.ENGINEER, "ing2", {"back": "ing1|x|y"}, "n'est plus là", id="no such turn"),
        pytest.param(Role.ENGINEER, "ing2", {"to": ["ing1"], "until_day": "2026-09-01"}, "est passé", id="past"),
        pytest.param(Role.ENGINEER, "ing2", {"to": ["ing1"], "until_day": ""}, "Donnez le tour", id="no end"),
        pytest.param(Role.ENGINEER, "ing2", {"to": ["ing1"], "until_day": "2026-09-16"}, "en entier", id="too long"),
        pytest.param(Role.ENGINEER, "ing2", {"to": ["ing1"], "start_day": "2027-03-28", "start_time": "02:30"},
                     "n'existe pas cette nuit-là", id="an hour that the clocks skip"),
        pytest.param(Role.ENGINEER, "ing2", {"to": ["ing1"], "start_time": "99"}, "ne se lit pas", id="no time"),
    ],
)  # fmt: skip
def test_what_is_not_asked(line: Line, role: Role, engineer: str, told: dict[str, object], said: str) -> None:
    assert said in asks(signed_in(line, role, engineer=engineer), **told)
    assert state(line) == ""


def test_whoever_is_away_is_not_asked(line: Line) -> None:
    away = {"absences.0.from": "2026-09-13T00:00", "absences.0.until": "2026-09-14T00:00"}
    keeps(signed_in(line, Role.ADMIN), "/directory/edit/engineers/ing1", away, **LATE)
    assert "est absent" in asks(signed_in(line, Role.ENGINEER, engineer="ing2"), to=["ing1"])


def test_strangers_and_other_links(line: Line, asked: str) -> None:
    client = line.app.test_client()
    assert client.get(asked[:-1] + "9").status_code == 404
    assert client.get("/h/x").status_code == 404
    assert client.get(asked.replace("/h/", "/t/")).status_code == 404, "a link of another kind"
    assert client.post(asked, data={"action": "steal"}).status_code == 400
    assert signed_in(line, Role.DESK).posts(f"/handovers/{10**19}").status_code in (403, 404), "no such number"
    assert (
        signed_in(line, Role.ENGINEER, engineer="ing3", email="e3@nvl.example").posts("/handovers/1").status_code == 404
    )
    assert state(line) == State.ASKED


def test_the_wall(line: Line) -> None:
    shown = signed_in(line, Role.DESK).gets("/rota/wall")
    for told in ("IDLINE", "principal", "Ingénieur 2", "06 39 98 00 02", "annuaire no 1", "08:30"):
        assert told in shown, told
    assert shown.count("<tr class=") == 3 * 28
    assert not re.search(
        r"(Ingénieur \d)</strong> <span[^>]*>[^<]*</span>\s*<span[^>]*>[^<]*</span> → <strong>\1", shown
    )
    signed_in(line, Role.DESK, email="d2@nvl.example").gets("/rota/wall?from=never")


def test_gaps_are_told_above_the_rota(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    assert "Il y a quelqu'un à toute heure" in admin.gets("/rota")
    keeps(admin, "/directory/edit/rotas/applications", {"fallback": "", "layers.0.starts": "2026-09-15T18:00"}, **LATE)
    shown = admin.gets("/rota?from=2026-09-14")
    assert "Personne d'astreinte" in shown
    assert re.search(r'href="/rota/applications/principal[^"]*until_day=2026-09-15[^"]*">remplir', shown)
