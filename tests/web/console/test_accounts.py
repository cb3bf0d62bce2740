"""Accounts in the console: people are invited, changed, shut out; and nobody makes themselves more than they are."""

import html

import pytest

from recordings import retention as rules
from services import erasure
from storage.accounts import accounts, audit_log
from storage.accounts.accounts import Role
from tests.support.phone import Line
from tests.web.people import PASSWORD, Visitor, account, elsewhere, signed_in
from web.signin.user_store import Person


def number_of(line: Line, email: str) -> int:
    with line.database.read() as db:
        row = accounts.find(db, email=email)
    assert row
    return int(row.id)


def test_somebody_is_invited_by_mail(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    shown = admin.does("/accounts", {"email": "Neuf@nvl.example", "roles": ["desk"], "name": "Accueil 2"})
    assert "Invitation envoyée à neuf@nvl.example" in shown
    [mail] = line.mails()
    assert mail["recipient"] == "neuf@nvl.example"
    assert "/invitation/" in mail["body"]


def test_a_client_is_invited_in_words_for_clients(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    admin.does("/accounts", {"email": "neuf@un.example.com", "roles": ["client"], "client": "260417"})
    [mail] = line.mails()
    for told in ("Le support de Groupe NVL", "au nom de Client Démo Un", "valable une semaine", "/invitation/"):
        assert told in mail["body"]
    assert "astreinte" not in mail["body"].replace("astreinte.example", "")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param({"email": "pas une adresse", "roles": ["desk"]}, "ne se lit pas", id="no address"),
        pytest.param({"email": "a@b.fr", "roles": []}, "au moins un rôle", id="no role"),
        pytest.param({"email": "a@b.fr", "roles": ["roi"]}, "au moins un rôle", id="no such role"),
        pytest.param({"email": "a@b.fr", "roles": ["engineer"]}, "quel ingénieur", id="which engineer"),
        pytest.param({"email": "a@b.fr", "roles": ["client"]}, "Choisissez un client", id="which client"),
        pytest.param(
            {"email": "a@b.fr", "roles": ["client", "admin"], "client": "260417"}, "pas d'autre rôle", id="both"
        ),
        pytest.param({"email": "a@b.fr", "roles": ["client"], "client": "999999"}, "pas dans l'annuaire", id="nobody"),
        pytest.param({"email": "admin@nvl.example", "roles": ["desk"]}, "existe déjà", id="known"),
        pytest.param({"email": "admin@ｎvl.example", "roles": ["desk"]}, "existe déjà", id="known, spelled otherwise"),
        pytest.param({"email": "a\\0@b.fr", "roles": ["desk"]}, "ne se lit pas", id="NUL"),
    ],
)
def test_what_makes_no_sense_is_refused(line: Line, told: dict[str, object], said: str) -> None:
    admin = signed_in(line, Role.ADMIN)
    told = {"name": "Quelqu'un", **told}
    page = html.unescape(admin.posts("/accounts", told).text)
    assert said in page
    assert 'value="Quelqu\'un"' in page, "what was filled in is there again"
    assert f'value="{told["email"]}"' in page
    assert line.mails() == []


def test_the_same_account_is_added_once_at_the_same_instant(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = signed_in(line, Role.ADMIN), signed_in(line, Role.ADMIN, email="autre@nvl.example")
    told, check, pressed = {"email": "neuf@nvl.example", "roles": ["desk"]}, accounts.check, list[int]()

    def meanwhile(*said: object) -> None:
        check(*said)  # type: ignore[arg-type]
        if not pressed and not line.database.is_sqlite:  # which lets one write at a time
            pressed.append(0)
            pressed[0] = elsewhere(lambda: other.posts("/accounts", told))

    monkeypatch.setattr(accounts, "check", meanwhile)
    answer = one.posts("/accounts", told)
    assert answer.status_code == (303 if line.database.is_sqlite else 200), "the second is told, with what they typed"
    assert [mail["recipient"] for mail in line.mails()] == ["neuf@nvl.example"]


def test_what_other_roles_have_is_not_kept(line: Line) -> None:
    """Their fields are hidden, whatever was chosen in them before."""
    admin = signed_in(line, Role.ADMIN)
    told = {"email": "neuf@nvl.example", "roles": ["desk"], "engineer": "ing1", "client": "260417"}
    admin.does("/accounts", told | {"entities": ["idline"]})
    with line.database.read() as db:
        row = accounts.find(db, email="neuf@nvl.example")
    assert row
    assert (row.engineer, row.client, row.entities) == (None, None, [])


def test_closing_an_account_is_asked_twice(line: Line) -> None:
    """The button lies folded under what it means."""
    number = number_of(line, account(line, Role.DESK).email)
    page = signed_in(line, Role.ADMIN).gets(f"/accounts/{number}")
    [folded] = [each for each in page.split("<details>")[1:] if 'value="disable"' in each.split("</details>")[0]]
    assert "ne peut plus se connecter" in folded


def test_a_change_ends_the_sessions_that_had_more(line: Line) -> None:
    admin, desk = signed_in(line, Role.ADMIN), signed_in(line, Role.DESK)
    number = number_of(line, desk.email)
    admin.does(f"/accounts/{number}", {"act": "disable"})
    assert desk.asks("/tickets").status_code == 302
    assert desk.signs_in().status_code == 200, "and stays out"
    admin.does(f"/accounts/{number}", {"act": "enable"})
    assert desk.signs_in().status_code == 302


def test_nobody_shuts_themselves_out(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    path = f"/accounts/{number_of(line, admin.email)}"
    for act in ("disable", "change", "invite", "forget_factor"):
        assert "par quelqu'un d'autre" in admin.does(path, {"act": act, "roles": ["desk"]})


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"act": "disable"}, id="shut out"),
        pytest.param({"act": "change", "roles": ["desk"]}, id="no admin any more"),
        pytest.param({"act": "change", "roles": ["admin"], "entities": ["idline"]}, id="of some entities alone"),
    ],
)
def test_somebody_who_keeps_the_whole_is_always_left(
    line: Line, monkeypatch: pytest.MonkeyPatch, told: dict[str, object]
) -> None:
    """Two admins who shut each other out at the same instant."""
    one, other = signed_in(line, Role.ADMIN), signed_in(line, Role.ADMIN, email="autre@nvl.example")
    signed_in(line, Role.ADMIN, email="moitie@nvl.example", entities=["idline"])
    theirs = [f"/accounts/{number_of(line, each.email)}" for each in (one, other)]
    may, pressed = Person.keeps_the_whole.fget, list[int]()  # type: ignore[attr-defined]

    def meanwhile(person: Person) -> bool:
        if not pressed:
            pressed.append(0)
            pressed[0] = elsewhere(lambda: other.posts(theirs[0], {"act": "disable"}))
        return bool(may(person))

    monkeypatch.setattr(Person, "keeps_the_whole", property(meanwhile))
    assert (one.posts(theirs[1], told).status_code, pressed) == (303, [303])
    with line.database.read() as db:
        assert [row.email for row in accounts.admins(db) if not row.entities] == [other.email]


def test_what_is_done_to_accounts_is_told(line: Line) -> None:
    admin, desk = signed_in(line, Role.ADMIN, name="Responsable"), signed_in(line, Role.DESK)
    path = f"/accounts/{number_of(line, desk.email)}"
    assert "Ce qui lui est arrivé" not in admin.gets(path)
    Visitor(line, desk.email).signs_in("faux")
    admin.does(path, {"act": "change", "roles": ["admin", "desk"]})
    told = admin.does(path, {"act": "disable"})
    for said in ("connexion refusée", "compte changé", "rôles : accueil → administrateur, accueil", "compte fermé"):
        assert said in told, said
    assert told.count("Responsable</td>") == 2, "by whom"
    admin.does("/accounts", {"email": "neuf@nvl.example", "roles": ["desk"]})
    assert "compte invité" in admin.gets("/accounts")
    with line.database.begin() as db:
        erasure.forget_traces(db, line.clock() + rules.ACCOUNTS)
        assert audit_log.listed(db) == []


def test_an_admin_of_some_entities_makes_nobody_an_admin(line: Line) -> None:
    """Neither by inviting a second self, nor by changing somebody."""
    some = signed_in(line, Role.ADMIN, entities=["idline"])
    whole = number_of(line, signed_in(line, Role.ADMIN, email="tout@nvl.example").email)
    assert "Comptes" not in some.gets("/")
    for path in ("/accounts", f"/accounts/{whole}"):
        assert some.asks(path).status_code == 403
        told = {"email": "moi@nvl.example", "roles": ["admin"], "act": "invite"}
        assert some.posts(path, told).status_code == 403
    with line.database.read() as db:
        assert accounts.find(db, email="moi@nvl.example") is None


@pytest.mark.parametrize(
    "path",
    ["/accounts/99999999999999999999", "/calls/%00", "/tickets/%00", "/rota/%00/x", "/tickets/26000018/voice/%00.wav"],
)
def test_addresses_of_nothing(line: Line, path: str) -> None:
    signed_in(line, Role.ADMIN).gets(path, 404)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\\\evil.example", "javascript:alert(1)"]
)
def test_where_to_after_signing_in_is_a_page_of_ours(line: Line, wanted: str) -> None:
    signed_in(line, Role.DESK)
    visitor = Visitor(line, "desk@nvl.example")
    told = {"email": visitor.email, "password": PASSWORD, "next": wanted}
    for path in (f"/login?next={wanted}", "/login"):
        found = visitor.posts(path, told, page="/login")
        assert "evil" not in found.headers.get("Location", "")
        assert "javascript" not in found.headers.get("Location", "")
