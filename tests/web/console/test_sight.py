"""An admin of one entity reads nothing of the other entities' clients, whichever address they ask for."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from directory.visibility import Part, part
from storage.accounts.accounts import Role
from storage.directory import versions
from storage.models import CallRow, Voicemail
from storage.tickets import journal, summaries
from tests.stories.night import CLIENT, loss
from tests.support.phone import Line
from tests.web.console.test_rota import SUNDAY, keeps, looks
from tests.web.people import Visitor, signed_in
from tests.web.test_access import ARGUMENTS, for_people

THEIRS = "260417"  # of the sample: with contracts at IDLINE and NOVENC, none at OZANGES
SECRETS = (
    "Client Démo Un", THEIRS, "Standard Un", "un.example.com", "01 99 00 10 01", "+33199001001", "0199001001",
    "06 39 98 10 01", "+33639981001", "0639981001",
)  # fmt: skip
LISTS = (
    "/tickets?state=all", f"/tickets?client={THEIRS}&state=all", "/tickets?q=Un&state=all", "/calls?q=0639981001",
    "/calls?entity=idline", "/calls?entity=-", "/directory?q=Démo", "/reports/rows?subject=opened",
    "/reports/rows?subject=pages", "/reports.csv?subject=calls", "/reports.csv?subject=taken", "/reports?entity=idline",
    "/directory/versions", "/directory/import", "/accounts", "/calls/figures.csv", "/now", "/what-if",
)  # fmt: skip


@pytest.fixture
def told(line: Line) -> dict[str, str]:
    """A client of IDLINE has reported a loss, called in vain, and is called otherwise since; what addresses need."""
    reference = loss(line)
    line.phone(CLIENT).calls().presses("1").hangs_up()
    line.settle()
    with line.database.begin() as db:
        directory = versions.DirectoryCache().newest(db).directory
        clients = [
            replace(each, sites=(*each.sites, "Un site de plus")) if each.code == THEIRS else each
            for each in directory.clients
        ]
        versions.load(db, replace(directory, clients=tuple(clients)), line.clock())
        sid = str(db.execute(select(CallRow.sid).where(CallRow.ticket == reference)).scalar_one())
        recording = str(db.execute(select(Voicemail.recording)).scalars().first())
    return ARGUMENTS | {"reference": reference, "sid": sid, "recording": recording}


def addresses(line: Line, told: dict[str, str], method: str) -> list[tuple[str, str]]:
    """Endpoint and path of every route that people sign in for."""
    with line.app.test_request_context():
        bound = line.app.url_map.bind("x")
        return [
            (rule.endpoint, str(bound.build(rule.endpoint, {name: told[name] for name in rule.arguments})))
            for rule, _ in for_people(line)
            if method in (rule.methods or ()) and not rule.endpoint.startswith("portal.")
        ]


def said(visitor: Visitor, path: str) -> tuple[int, str]:
    answer = visitor.asks(path)
    return answer.status_code, answer.get_data().decode("utf-8", "replace") + str(answer.headers)


def secrets(text: str, reference: str) -> list[str]:
    return [secret for secret in (*SECRETS, reference) if secret in text]


def test_nothing_of_others_clients_is_in_any_answer(line: Line, told: dict[str, str]) -> None:
    narrow = signed_in(line, Role.ADMIN, entities=["ozanges"])
    desk = signed_in(line, Role.DESK)
    shown = []
    for endpoint, path in [*addresses(line, told, "GET"), *((path, path) for path in LISTS)]:
        status, text = said(narrow, path)
        assert status < 500, f"{endpoint}: {status}"
        leaked = [each for each in secrets(text, told["reference"]) if each not in path]  # but what they typed
        assert not leaked, f"{endpoint} {path}: {leaked}"
        if secrets(said(desk, path)[1], told["reference"]):
            shown.append(endpoint)
    assert len(shown) > 15, f"the walk looks at something: {shown}"


def test_of_their_own_clients_they_read_as_before(line: Line, told: dict[str, str]) -> None:
    theirs = signed_in(line, Role.ADMIN, entities=["idline"])
    desk = signed_in(line, Role.DESK)
    for path in ("/", "/tickets", f"/tickets/{told['reference']}", "/calls", f"/calls/{told['sid']}", "/reports/rows"):
        one, other = ("Client Démo Un" in visitor.gets(path) for visitor in (theirs, desk))
        assert one is other, path
    assert "Client Démo Un" in theirs.gets("/directory")
    assert "Client Démo Deux" not in theirs.gets("/directory")
    assert theirs.asks(f"/tickets/{told['reference']}/voice/{told['recording']}.wav").status_code == 200


def test_nor_do_they_act_on_it(line: Line, told: dict[str, str]) -> None:
    narrow = signed_in(line, Role.ADMIN, entities=["ozanges"])
    with line.database.read() as db:
        before = [row.kind for row in journal.entries(db, told["reference"])], summaries.row(db, told["reference"])
        newest = versions.newest(db)
    for deed in ("note", "take", "restore", "cancel", "qualify", "escalate", "close", "hold"):
        answer = narrow.posts(f"/tickets/{told['reference']}/{deed}", {"text": "x", "reason": "x"})
        assert answer.status_code in (403, 404), deed
    assert narrow.posts(f"/calls/{told['sid']}").status_code == 404
    assert narrow.posts("/directory/import", {"text": "x"}).status_code == 403
    assert narrow.posts(f"/directory/versions/{newest - 1}").status_code == 403
    with line.database.read() as db:
        after = [row.kind for row in journal.entries(db, told["reference"])], summaries.row(db, told["reference"])
        assert (after, versions.newest(db)) == (before, newest)


@pytest.mark.parametrize("entities", [["novenc"], ["idline", "ozanges"]])
def test_the_whole_directory_is_refused_in_a_sentence(line: Line, entities: list[str]) -> None:
    shown = signed_in(line, Role.ADMIN, entities=entities).gets("/directory/annuaire.toml", 403)
    assert "L'annuaire entier est à qui tient toutes les entités" in shown


def test_a_rota_that_they_change_costs_nobody_a_client(line: Line) -> None:
    """They see a part, and keep the whole."""
    keeper = signed_in(line, Role.ADMIN, entities=["idline"])
    with line.database.read() as db:
        before = versions.DirectoryCache().newest(db).directory
    told = SUNDAY | {"engineer": "ing3", "kind": "replace"}
    keeps(keeper, looks(keeper, **told), **told)
    with line.database.read() as db:
        after = versions.DirectoryCache().newest(db).directory
    assert after.clients == before.clients
    assert after.rotas != before.rotas


def test_a_part_is_never_kept(line: Line) -> None:
    with line.database.begin() as db:
        some = part(versions.DirectoryCache().newest(db).directory, ["idline"])
        assert [client.code for client in some.clients] == [THEIRS]
        assert {contract.entity for client in some.clients for contract in client.contracts} == {"idline"}
        assert isinstance(replace(some, rotas=()), Part)
        with pytest.raises(TypeError):
            versions.load(db, replace(some, rotas=()), line.clock())
