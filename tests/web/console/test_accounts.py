"""Accounts in the console: people are invited, changed, shut out; and nobody makes themselves more than they are."""

import pytest

from storage import accounts
from storage.accounts import Role
from tests.phone import Line
from tests.web.people import PASSWORD, Visitor, signed_in


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


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param({"email": "pas une adresse", "roles": ["desk"]}, "ne se lit pas", id="no address"),
        pytest.param({"email": "a@b.fr", "roles": []}, "au moins un rôle", id="no role"),
        pytest.param({"email": "a@b.fr", "roles": ["roi"]}, "au moins un rôle", id="no such role"),
        pytest.param({"email": "a@b.fr", "roles": ["engineer"]}, "dit lequel", id="which engineer"),
        pytest.param({"email": "a@b.fr", "roles": ["client"]}, "le code de ce client", id="which client"),
        pytest.param(
            {"email": "a@b.fr", "roles": ["client", "admin"], "client": "260417"}, "pas d'autre rôle", id="both"
        ),
        pytest.param({"email": "a@b.fr", "roles": ["client"], "client": "999999"}, "pas dans l'annuaire", id="nobody"),
        pytest.param({"email": "admin@nvl.example", "roles": ["desk"]}, "existe déjà", id="known"),
    ],
)
def test_what_makes_no_sense_is_refused(line: Line, told: dict[str, object], said: str) -> None:
    admin = signed_in(line, Role.ADMIN)
    assert said in admin.does("/accounts", told)
    assert line.mails() == []


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
