"""Signing in by another's word: who is let in, who is turned away, and that passwords work whatever the other does."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from commands.demo.sandbox import free_port
from storage.accounts import accounts
from storage.accounts.accounts import Role
from tests.support.phone import Line
from tests.web.people import Visitor, account, signed_in
from tests.web.provider import Provider, providing
from tests.web.test_signing_in import code_of, row_of, with_factor
from web.signin.attempt_counts import MOST_AT_ONCE

ADMIN = "admin@nvl.example"
SILENT = "ne répond pas. Votre mot de passe sert toujours"
UNPROVEN = "n'a pas confirmé qui vous êtes"
SERVED = "a expiré ou a déjà servi"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as started:
        yield started


@pytest.fixture
def ours(make_line: Callable[..., Line], provider: Provider) -> Line:
    return make_line(**provider.settings)


def goes(visitor: Visitor, path: str = "/login/oidc") -> str:
    """Press the button: the provider's page."""
    answer = visitor.asks(path)
    assert answer.status_code == 302, answer.text[:300]
    return str(answer.headers["Location"])


def back(provider: Provider, visitor: Visitor, path: str = "/login/oidc") -> str:
    """To the provider and back: the address at our door, not yet opened."""
    parts = urlsplit(provider.at_its_page(goes(visitor, path)))
    assert f"{parts.scheme}://{parts.netloc}" == "https://astreinte.example"
    return f"{parts.path}?{parts.query}"


def comes(provider: Provider, visitor: Visitor, path: str = "/login/oidc") -> TestResponse:
    return visitor.asks(back(provider, visitor, path))


def is_in(visitor: Visitor) -> bool:
    return visitor.asks("/tickets").status_code == 200


def refused(answer: TestResponse, visitor: Visitor, said: str) -> None:
    """Back at the page of sign-in, which says why; nobody is in, and nobody is known by a new name."""
    assert answer.status_code == 303, answer.text[:300]
    assert urlsplit(answer.headers["Location"]).path == "/login"
    assert said in visitor.gets("/login")
    assert not is_in(visitor)


def linked(line: Line, email: str = ADMIN) -> Any:
    row = row_of(line, email)
    return row.oidc_issuer, row.oidc_subject


# ---------------------------------------------------------------- who is let in
def test_by_address_once_then_by_name_whatever_the_address(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)
    first = Visitor(ours)
    assert "Se connecter avec Mon SSO" in first.gets("/login")
    assert provider.asked == [], "nothing is asked of it before somebody presses the button"
    answer = comes(provider, first)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_in(first)
    assert linked(ours) == (provider.issuer, "u-1")
    provider.person |= {"email": "mariee@autre.example"}
    again = Visitor(ours)
    comes(provider, again)
    assert is_in(again)
    provider.person |= {"email_verified": False}
    third = Visitor(ours)
    comes(provider, third)
    assert is_in(third), "the name is enough"


def test_an_invited_person_needs_no_password(ours: Line, provider: Provider) -> None:
    with ours.database.begin() as db:
        accounts.add(db, ADMIN, [Role.ADMIN], ours.clock())
    visitor = Visitor(ours)
    comes(provider, visitor)
    assert is_in(visitor)


def test_an_address_in_capitals_is_the_same(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)
    provider.person |= {"email": "Admin@NVL.example"}
    visitor = Visitor(ours)
    comes(provider, visitor)
    assert is_in(visitor)


def test_an_address_may_be_told_apart(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)
    provider.userinfo = {"sub": "u-1", "email": ADMIN, "email_verified": True}
    visitor = Visitor(ours)
    comes(provider, visitor)
    assert is_in(visitor)


def test_somebody_elses_address_told_apart_is_refused(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)
    provider.userinfo = {"sub": "u-2", "email": ADMIN, "email_verified": True}
    visitor = Visitor(ours)
    refused(comes(provider, visitor), visitor, UNPROVEN)


def test_whoever_is_in_stays_who_they_are(ours: Line, provider: Provider) -> None:
    desk = signed_in(ours, Role.DESK)
    account(ours, Role.ADMIN)
    for path in ("/login/oidc", "/login/oidc/back?code=x&state=y"):
        assert desk.asks(path).headers["Location"] == "/"
    assert "desk@nvl.example" in desk.gets("/me")
    assert provider.asked == []


# ---------------------------------------------------------------- who is turned away
WRONG: list[Any] = [
    pytest.param({"nonce": "un-autre"}, UNPROVEN, id="the token of another try"),
    pytest.param({"nonce": None}, UNPROVEN, id="a token of no try"),
    pytest.param({"aud": "une-autre-application"}, UNPROVEN, id="for another application"),
    pytest.param({"aud": "autre", "azp": "astreinte"}, UNPROVEN, id="for another application, asked for by us"),
    pytest.param({"aud": ["astreinte", "autre"]}, UNPROVEN, id="for two, and not said which has asked"),
    pytest.param({"aud": None}, UNPROVEN, id="for nobody"),
    pytest.param({"exp": int(time.time()) - 3600}, UNPROVEN, id="expired"),
    pytest.param({"exp": None}, UNPROVEN, id="for ever"),
    pytest.param({"iss": "https://autre.example"}, UNPROVEN, id="of another issuer"),
    pytest.param({"iss": None}, UNPROVEN, id="of nobody"),
    pytest.param({"sub": None}, UNPROVEN, id="of no person"),
    pytest.param({"sub": ""}, UNPROVEN, id="of an empty person"),
    pytest.param({"sub": "u\0"}, UNPROVEN, id="a NUL in the name"),
    pytest.param({"sub": "u" * 256}, UNPROVEN, id="a huge name"),
    pytest.param({"sub": 1}, UNPROVEN, id="a name that is a number"),
    pytest.param({"email_verified": False}, "ne confirme pas votre adresse", id="an address that nobody has verified"),
    pytest.param({"email_verified": None}, "ne confirme pas votre adresse", id="verified or not, nobody says"),
    pytest.param({"email_verified": "true"}, "ne confirme pas votre adresse", id="a word is no truth"),
    pytest.param({"email": None}, "ne confirme pas votre adresse", id="no address"),
    pytest.param({"email": ADMIN + "\0"}, "ne confirme pas votre adresse", id="a NUL in the address"),
    pytest.param({"email": [ADMIN]}, "ne confirme pas votre adresse", id="a list of addresses"),
    pytest.param({"email": "inconnu@nvl.example"}, "Aucun compte pour inconnu@nvl.example", id="nobody we know"),
    pytest.param({"email": "des\u212a@nvl.example"}, "Aucun compte pour", id="a letter that looks like one of ours"),
]


@pytest.mark.parametrize(("claims", "said"), WRONG)
def test_what_is_not_right_lets_nobody_in(ours: Line, provider: Provider, claims: dict[str, Any], said: str) -> None:
    account(ours, Role.ADMIN)
    account(ours, Role.DESK)
    provider.claims = claims
    visitor = Visitor(ours)
    refused(comes(provider, visitor), visitor, said)
    with ours.database.read() as db:
        assert {row.oidc_subject for row in accounts.listed(db)} == {None}
        assert len(accounts.listed(db)) == 2, "nobody is created by signing in"


@pytest.mark.parametrize("algorithm", ["RS256", "none"])
def test_only_its_own_keys_sign(ours: Line, provider: Provider, algorithm: str) -> None:
    account(ours, Role.ADMIN)
    provider.signs_with, provider.algorithm = "another", algorithm
    visitor = Visitor(ours)
    refused(comes(provider, visitor), visitor, UNPROVEN)


def test_new_keys_are_asked_for(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)
    comes(provider, Visitor(ours))
    provider.signs_with = provider.shows = "another"
    visitor = Visitor(ours)
    comes(provider, visitor)
    assert is_in(visitor)


def test_an_address_given_to_somebody_else_opens_nothing(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)
    comes(provider, Visitor(ours))
    provider.person |= {"sub": "u-2"}
    visitor = Visitor(ours)
    refused(comes(provider, visitor), visitor, "lié à une autre identité")
    assert linked(ours) == (provider.issuer, "u-1")


def test_a_name_at_another_provider_is_another_name(
    ours: Line, provider: Provider, make_line: Callable[..., Line]
) -> None:
    account(ours, Role.ADMIN)
    comes(provider, Visitor(ours))
    with providing() as other:
        moved = make_line(**other.settings)
        other.person |= {"email": "inconnu@nvl.example"}
        visitor = Visitor(moved)
        refused(comes(other, visitor), visitor, "Aucun compte pour")


@pytest.mark.parametrize("email", [ADMIN, "autre@x.example"])
def test_a_closed_account_stays_closed(ours: Line, provider: Provider, email: str) -> None:
    """Found by its address, or by its name."""
    account(ours, Role.ADMIN)
    if email != ADMIN:
        comes(provider, Visitor(ours))
        provider.person |= {"email": email}
    with ours.database.begin() as db:
        accounts.change(db, row_of(ours, ADMIN).id, {"active": False})
    visitor = Visitor(ours)
    refused(comes(provider, visitor), visitor, "Ce compte est fermé")


def test_a_way_back_serves_once(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)
    visitor = Visitor(ours)
    path = back(provider, visitor)
    assert visitor.asks(path).headers["Location"] == "/"
    visitor.posts("/logout")
    refused(visitor.asks(path), visitor, SERVED)


def test_a_way_back_is_for_the_browser_that_left(ours: Line, provider: Provider) -> None:
    """Somebody lured to it would be signed in as another."""
    account(ours, Role.ADMIN)
    path = back(provider, Visitor(ours))
    lured = Visitor(ours)
    refused(lured.asks(path), lured, SERVED)


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=" + "y" * 3000, "?code=%00&state=%ff"])
def test_what_a_stranger_makes_up_is_refused(ours: Line, provider: Provider, query: str) -> None:
    visitor = Visitor(ours)
    refused(visitor.asks("/login/oidc/back" + query), visitor, SERVED)
    assert "/token" not in provider.asked


def test_what_strangers_make_up_shuts_nobody_out(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)
    for nth in range(MOST_AT_ONCE + 1):
        assert Visitor(ours).asks(f"/login/oidc/back?code=x&state={nth}").status_code == 303
    comes(provider, visitor := Visitor(ours))
    assert is_in(visitor)


def test_a_code_of_another_try_is_refused(ours: Line, provider: Provider) -> None:
    """Put into somebody's way back: what it was asked for with is not theirs."""
    account(ours, Role.ADMIN)
    stolen = back(provider, Visitor(ours)).partition("code=")[2].partition("&")[0]
    visitor = Visitor(ours)
    path = back(provider, visitor).replace("code=code-1", f"code={stolen}")
    refused(visitor.asks(path), visitor, UNPROVEN)


def test_who_changes_their_mind_is_told_so(ours: Line, provider: Provider) -> None:
    visitor = Visitor(ours)
    goes(visitor)
    refused(visitor.asks("/login/oidc/back?error=access_denied&state=x"), visitor, UNPROVEN)


def test_an_answer_of_another_issuer_is_refused(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)
    visitor = Visitor(ours)
    refused(visitor.asks(back(provider, visitor) + "&iss=https://autre.example"), visitor, UNPROVEN)
    assert "/token" not in provider.asked


# ---------------------------------------------------------------- a second factor
def test_a_second_factor_is_still_asked(ours: Line, provider: Provider) -> None:
    owner, key = with_factor(ours)
    provider.person |= {"email": owner.email}
    visitor = Visitor(ours)
    answer = comes(provider, visitor, "/login/oidc?next=/calls")
    assert answer.status_code == 302
    where = answer.headers["Location"]
    assert urlsplit(where).path == "/tf-validate"
    assert not is_in(visitor)
    assert linked(ours, owner.email) == (None, None), "not before the code"
    assert visitor.posts(where, {"code": "000000"}, page=where).status_code == 200
    assert not is_in(visitor)
    done = visitor.posts(where, {"code": code_of(ours, key, 30)}, page=where)
    assert urlsplit(done.headers["Location"]).path == "/calls"
    assert is_in(visitor)
    assert linked(ours, owner.email) == (provider.issuer, "u-1")


# ---------------------------------------------------------------- where one is led
@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        pytest.param("/tickets?state=new&q=fibre", "/tickets?state=new&q=fibre", id="a page of ours"),
        pytest.param("https://autre.example/", "/", id="another host"),
        pytest.param("//autre.example/", "/", id="another host, this scheme"),
        pytest.param("/\\autre.example", "/", id="what a browser takes for two strokes"),
        pytest.param("\\\\autre.example", "/", id="two of them"),
        pytest.param("/\t/autre.example", "/", id="a tab that a browser drops"),
        pytest.param(" //autre.example", "/", id="a blank that a browser drops"),
        pytest.param("javascript:alert(1)", "/", id="a script"),
        pytest.param("https://astreinte.example@autre.example/", "/", id="our name as a user's"),
        pytest.param("/x" * 400, "/", id="too long for a cookie"),
        pytest.param("/tickets\0", "/", id="NUL"),
    ],
)
def test_one_is_led_to_a_page_of_ours(ours: Line, provider: Provider, wanted: str, led: str) -> None:
    account(ours, Role.ADMIN)
    visitor = Visitor(ours)
    answer = visitor.asks("/login/oidc", query_string={"next": wanted})
    parts = urlsplit(provider.at_its_page(answer.headers["Location"]))
    assert visitor.asks(f"{parts.path}?{parts.query}").headers["Location"] == led


def test_the_page_that_was_wanted_survives_a_refusal(ours: Line, provider: Provider) -> None:
    account(ours, Role.ADMIN)  # without any, there is nobody to sign in
    provider.claims = {"nonce": "x"}
    answer = comes(provider, Visitor(ours), "/login/oidc?next=/tickets")
    assert answer.headers["Location"] == "/login?next=/tickets"
    assert "/login/oidc?next=/tickets" in Visitor(ours).gets("/login?next=/tickets").replace("%2F", "/")


# ---------------------------------------------------------------- when it is down, or strange
def test_a_provider_that_is_down_shuts_nobody_out(make_line: Callable[..., Line], provider: Provider) -> None:
    line = make_line(**provider.settings | {"OIDC_ISSUER": f"http://127.0.0.1:{free_port()}"})
    visitor = account(line, Role.ADMIN)
    refused(visitor.asks("/login/oidc"), visitor, SILENT)
    assert visitor.signs_in().status_code == 302
    assert is_in(visitor)


DESCRIPTION = "/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        pytest.param(DESCRIPTION, (500, b""), id="it fails"),
        pytest.param(DESCRIPTION, (200, b"<html>"), id="a page of maintenance"),
        pytest.param(DESCRIPTION, (200, b"[]"), id="a list"),
        pytest.param(DESCRIPTION, (200, b"{}"), id="nothing"),
        pytest.param(DESCRIPTION, (307, b""), id="it sends us elsewhere"),
    ],
)
def test_a_strange_provider_is_left_alone_for_a_while(
    ours: Line, provider: Provider, path: str, answer: tuple[int, bytes]
) -> None:
    account(ours, Role.ADMIN)
    provider.broken = {path: answer}
    visitor = Visitor(ours)
    for _ in range(3):
        refused(visitor.asks("/login/oidc"), visitor, SILENT)
    assert provider.asked == [path], "asked once, not by everybody"
    provider.broken = {}
    ours.clock.now += timedelta(seconds=31)
    comes(provider, visitor)
    assert is_in(visitor)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"issuer": "https://autre.example"}, id="it calls itself otherwise"),
        pytest.param({"token_endpoint": None, "jwks_uri": None, "issuer": None}, id="it says nothing"),
    ],
)
def test_who_describes_itself_wrongly_is_not_asked_for_anybody(
    ours: Line, provider: Provider, changed: dict[str, Any]
) -> None:
    provider.metadata = changed
    visitor = Visitor(ours)
    refused(visitor.asks("/login/oidc"), visitor, SILENT)


@pytest.mark.parametrize(
    ("path", "answer", "said"),
    [
        pytest.param("/token", (503, b""), SILENT, id="no token now"),
        pytest.param("/token", (200, b"[]"), UNPROVEN, id="a token that is a list"),
        pytest.param("/token", (200, b"{}"), UNPROVEN, id="an empty token"),
        pytest.param("/token", (200, b'{"access_token": "a", "token_type": "Bearer"}'), UNPROVEN, id="nobody named"),
        pytest.param("/token", (307, b""), UNPROVEN, id="our secret is wanted elsewhere"),
        pytest.param("/keys", (503, b""), SILENT, id="no keys now"),
        pytest.param("/keys", (200, b"[]"), UNPROVEN, id="keys that are none"),
    ],
)
def test_half_an_answer_lets_nobody_in(
    ours: Line, provider: Provider, path: str, answer: tuple[int, bytes], said: str
) -> None:
    account(ours, Role.ADMIN)
    provider.broken = {path: answer}
    visitor = Visitor(ours)
    refused(comes(provider, visitor), visitor, said)
    assert "/elsewhere" not in provider.asked
    provider.broken = {}
    comes(provider, visitor)
    assert is_in(visitor), "and the next try is as good as any"


# ---------------------------------------------------------------- admins, and lines without it
def test_an_admin_undoes_the_link(ours: Line, provider: Provider) -> None:
    account(ours, Role.DESK)
    provider.person |= {"email": "desk@nvl.example"}
    desk = Visitor(ours)
    comes(provider, desk)
    admin, path = signed_in(ours, Role.ADMIN), f"/accounts/{row_of(ours, 'desk@nvl.example').id}"
    assert f"Lié à {provider.issuer}" in admin.gets(path)
    assert "Lié à" not in admin.does(path, {"act": "forget_identity"})
    assert not is_in(desk), "and is signed out"
    provider.person |= {"sub": "u-2"}
    comes(provider, desk)
    assert linked(ours, "desk@nvl.example") == (provider.issuer, "u-2")


def test_who_is_invited_anew_begins_anew(ours: Line, provider: Provider) -> None:
    account(ours, Role.DESK)
    provider.person |= {"email": "desk@nvl.example"}
    comes(provider, Visitor(ours))
    signed_in(ours, Role.ADMIN).does(f"/accounts/{row_of(ours, 'desk@nvl.example').id}", {"act": "invite"})
    assert linked(ours, "desk@nvl.example") == (None, None)


def test_an_identity_is_one_accounts(line: Line) -> None:
    account(line, Role.ADMIN)
    account(line, Role.DESK)
    first, second = row_of(line, ADMIN).id, row_of(line, "desk@nvl.example").id
    with line.database.begin() as db:
        assert accounts.link(db, first, "https://a.example", "u-1")
        assert not accounts.link(db, first, "https://a.example", "u-2"), "once"
        assert not accounts.link(db, second, "https://a.example", "u-1"), "somebody else's"
        assert accounts.link(db, second, "https://b.example", "u-1"), "another's at another provider"


def test_a_line_without_it_has_neither_button_nor_door(line: Line) -> None:
    visitor = Visitor(line)
    assert "oidc" not in visitor.gets("/login")
    for path in ("/login/oidc", "/login/oidc/back"):
        visitor.gets(path, 404)


def test_a_line_without_it_does_not_load_it() -> None:
    """In a process of its own: others of this one have it."""
    program = "import wsgi, sys; sys.exit(any(name.split('.')[0] in ('authlib', 'joserfc') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
