"""Signing in: by invitation, with a password, a second factor; not by trying often; and out again."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import flask_security
import pytest
from flask_security import MfRecoveryCodesUtil, PasswordUtil
from flask_security.utils import send_mail
from passlib.totp import TOTP
from sqlalchemy import delete
from werkzeug.test import TestResponse

from storage.accounts import accounts
from storage.accounts.accounts import Role
from storage.models import Knock
from tests.support.phone import Line
from tests.web.people import PASSWORD, Visitor, account, elsewhere, signed_in
from web.signin import invitations
from web.signin.attempt_counts import MOST_TRIES
from web.signin.user_store import People, user_store

NEW = "encore un mot de passe"
LETTERS = Path(flask_security.__file__).parent / "templates" / "security" / "email"


def row_of(line: Line, email: str) -> Any:
    with line.database.read() as db:
        row = accounts.find(db, email=email)
    assert row
    return row


def invited(line: Line, email: str = "resp@nvl.example") -> str:
    """The path of a fresh invitation."""
    with line.database.begin() as db:
        accounts.add(db, email, [Role.ADMIN], line.clock())
    return invitations.address(line.settings, row_of(line, email).fs_uniquifier).removeprefix(line.settings.public_url)


def chooses(visitor: Visitor, path: str, password: str = NEW) -> Any:
    """Follow an invitation, and choose a password."""
    visitor.gets(path)
    reset = visitor.client.post(path)
    assert reset.status_code == 302
    where = reset.headers["Location"]
    return visitor.posts(where, {"password": password, "password_confirm": password}, page=where)


def test_the_first_page_says_how_the_first_account_is_made(line: Line) -> None:
    """Whoever has an account signs in all the same while there is no administrator."""
    told, asked = "astreinte users add", 'name="password"'
    shown = Visitor(line).gets("/login")
    assert (told in shown, asked in shown) == (True, False)
    account(line, Role.DESK)
    shown = Visitor(line).gets("/login")
    assert (told in shown, asked in shown) == (True, True)
    account(line, Role.ADMIN)
    shown = Visitor(line).gets("/login")
    assert (told in shown, asked in shown) == (False, True)


def test_an_invitation_is_followed_once(line: Line) -> None:
    path, visitor = invited(line), Visitor(line, "resp@nvl.example")
    assert chooses(visitor, path).status_code == 302
    assert "Qui est d" in visitor.gets("/")
    assert Visitor(line, visitor.email).signs_in(NEW).status_code == 302
    assert Visitor(line).asks(path).status_code == 410, "it has served"


def test_an_invitation_grows_old(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    path = invited(line)
    monkeypatch.setattr(invitations, "LASTS", -1)
    assert "une autre" in Visitor(line).gets(path, 410)
    assert Visitor(line).asks("/invitation/x.y.z").status_code == 410


def test_a_password_is_long(line: Line) -> None:
    answer = chooses(Visitor(line), invited(line), "onze lettre")
    assert answer.status_code == 200
    assert row_of(line, "resp@nvl.example").password is None


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param("admin@nvl.example", "faux", id="wrong password"),
        pytest.param("personne@x.fr", PASSWORD, id="nobody"),
        pytest.param("' OR 1=1 --", PASSWORD, id="no address"),
        pytest.param("admin@nvl.example\0", PASSWORD, id="NUL"),
    ],
)
def test_who_is_not_let_in_does_not_learn_why(line: Line, email: str, password: str) -> None:
    account(line, Role.ADMIN)
    visitor = Visitor(line, email)
    answer = visitor.signs_in(password)
    assert answer.status_code == 200
    assert "Qui est d" not in answer.text
    assert visitor.asks("/").status_code == 302


def test_a_password_costs_whoever_guesses(monkeypatch: pytest.MonkeyPatch, make_line: Callable[..., Line]) -> None:
    """64 MB and three rounds each, which the other tests spare (tests.support.quick)."""
    monkeypatch.setitem(flask_security.core._default_config, "PASSWORD_HASH_PASSLIB_OPTIONS", {})
    line = make_line()
    visitor = account(line, Role.ADMIN)
    with line.app.app_context(), line.database.begin() as db:
        kept = flask_security.hash_password(PASSWORD)
        accounts.change(db, row_of(line, visitor.email).id, {"password": kept})
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert visitor.signs_in().status_code == 302


def test_an_address_is_typed_in_any_case(line: Line) -> None:
    account(line, Role.ADMIN)
    assert Visitor(line, "Admin@NVL.example").signs_in().status_code == 302


@pytest.mark.parametrize("email", ["admin@nvl.example", "personne@nvl.example"])
def test_trying_often_ends_it_for_a_while_account_or_not(line: Line, email: str) -> None:
    account(line, Role.ADMIN)
    visitor = Visitor(line, email)
    for _ in range(MOST_TRIES):
        assert visitor.signs_in("faux").status_code == 200
    stopped = visitor.signs_in(PASSWORD)
    assert stopped.status_code == 429
    assert stopped.headers["Retry-After"] == "900"
    assert "réessayez dans 15 minutes" in stopped.text
    line.clock.now += timedelta(minutes=16)
    assert visitor.signs_in(PASSWORD).status_code == (302 if email.startswith("admin") else 200)


@pytest.mark.parametrize(
    "domain",
    [
        pytest.param("nvl.example", id="as it is"),
        pytest.param("NVL.Example", id="capitals"),
        pytest.param("ｎvl.example", id="a full-width letter"),
        pytest.param("ⓝvl.example", id="a letter in a circle"),
        pytest.param("nvl。example", id="an ideographic full stop"),
    ],
)
def test_tries_are_counted_however_the_address_is_spelled(line: Line, domain: str) -> None:
    """The form looks all of them up as one account."""
    account(line, Role.ADMIN)
    assert Visitor(line, f"admin@{domain}").signs_in().status_code == 302
    with line.database.begin() as db:
        db.execute(delete(Knock))
    for _ in range(MOST_TRIES):
        Visitor(line, "admin@nvl.example").signs_in("faux")
    assert Visitor(line, f"admin@{domain}").signs_in().status_code == 429


@pytest.mark.parametrize("path", ["/login", "/reset", "/tf-validate", "/mf-recovery"])
def test_signing_in_reads_forms_alone(line: Line, path: str) -> None:
    """The library would read JSON, in which nothing is counted."""
    account(line, Role.ADMIN)
    told = {"email": "admin@nvl.example", "password": PASSWORD}
    assert Visitor(line).client.post(path, json=told).status_code == 415


def test_whoever_is_let_in_had_only_mistyped(line: Line) -> None:
    visitor = account(line, Role.ADMIN)
    for _ in range(3):
        for _ in range(MOST_TRIES - 2):
            visitor.signs_in("faux")
        assert visitor.signs_in().status_code == 302
        visitor = Visitor(line, visitor.email)


def test_a_forgotten_password_is_chosen_anew_by_mail(line: Line) -> None:
    account(line, Role.DESK)
    visitor = Visitor(line, "desk@nvl.example")
    asked = visitor.posts("/reset", {"email": visitor.email}, page="/reset")
    known = asked.text
    unknown = Visitor(line).posts("/reset", {"email": "personne@nvl.example"}, page="/reset").text
    assert re.sub(r"value=\"[^\"]+\"|nonce=\"[^\"]+\"", "", known.replace(visitor.email, "")) == re.sub(
        r"value=\"[^\"]+\"|nonce=\"[^\"]+\"", "", unknown.replace("personne@nvl.example", "")
    )
    [mail] = line.mails()
    assert mail["recipient"] == visitor.email
    [link] = re.findall(r"https?://\S+(/reset/\S+)", mail["body"])
    answer = visitor.posts(link, {"password": NEW, "password_confirm": NEW}, page=link)
    assert answer.status_code == 302
    assert Visitor(line, visitor.email).signs_in(PASSWORD).status_code == 200
    assert visitor.signs_in(NEW).status_code == 302
    assert Visitor(line).asks(link).status_code == 302, "it has served: back to the beginning"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost"])
def test_links_in_mails_are_ours_whatever_the_request_calls_us(line: Line, host: str) -> None:
    """Anybody may ask in somebody's name, and say any Host."""
    visitor = account(line, Role.DESK)
    visitor.headers["Host"] = host
    visitor.posts("/reset", {"email": visitor.email}, page="/reset")
    [link] = re.findall(r"https?://\S+", line.mails()[-1]["body"])
    assert link.startswith(f"{line.settings.public_url}/reset/")
    visitor.signs_in()
    told = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    visitor.posts("/change", told, page="/change")
    assert re.findall(r"https?://\S+", line.mails()[-1]["body"]) == [f"{line.settings.public_url}/reset"]


def meanwhile(monkeypatch: pytest.MonkeyPatch, judge: type, name: str, other: Callable[[], TestResponse]) -> list[int]:
    """While a request is judged, another one comes and goes; how that one is answered."""
    judged, answers = getattr(judge, name), list[int]()

    def slow(*given: Any, **more: Any) -> Any:
        found = judged(*given, **more)
        if not answers:
            answers.append(0)
            answers[0] = elsewhere(other)
        return found

    monkeypatch.setattr(judge, name, slow)
    return answers


def test_a_link_serves_one_of_those_who_follow_it_at_once(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = account(line, Role.DESK)
    visitor.posts("/reset", {"email": visitor.email}, page="/reset")
    [link] = re.findall(r"https?://\S+(/reset/\S+)", line.mails()[-1]["body"])
    first, second = ({"password": new, "password_confirm": new} for new in (NEW, f"{NEW} à moi"))
    faster = meanwhile(monkeypatch, PasswordUtil, "validate", lambda: Visitor(line).posts(link, second, page=link))
    slower = Visitor(line).posts(link, first, page=link)
    assert (faster, slower.status_code) == ([302], 200)
    assert Visitor(line, visitor.email).signs_in(NEW).status_code == 200
    assert Visitor(line, visitor.email).signs_in(f"{NEW} à moi").status_code == 302


@pytest.mark.parametrize(
    ("theirs", "browser", "subject", "body"),
    [
        pytest.param("en", "fr", "Password reset", "reset your password", id="an English account, asked in French"),
        pytest.param("fr", "en", "mot de passe", "mot de passe", id="a French one, asked in English"),
        pytest.param("", "en", "Password reset", "reset your password", id="one that never chose"),
    ],
)
def test_its_mail_is_in_the_language_of_whoever_gets_it(
    line: Line, theirs: str, browser: str, subject: str, body: str
) -> None:
    visitor = account(line, Role.DESK)
    with line.database.begin() as db:
        accounts.change(db, 1, {"locale": theirs})
    visitor.headers["Accept-Language"] = browser
    visitor.posts("/reset", {"email": visitor.email}, page="/reset")
    [mail] = line.mails()
    assert subject in mail["subject"]
    assert body in mail["body"]


def test_signing_out_wants_a_button_of_ours(line: Line) -> None:
    visitor = signed_in(line, Role.DESK)
    assert visitor.asks("/logout").status_code == 405
    visitor.client.post("/logout")
    visitor.gets("/tickets")
    assert visitor.posts("/logout").status_code == 302
    assert visitor.asks("/tickets").status_code == 302


def test_all_sessions_are_closed_at_once(line: Line) -> None:
    here = signed_in(line, Role.DESK)
    there = Visitor(line, here.email)
    there.signs_in()
    there.gets("/tickets")
    here.posts("/me/sessions")
    for visitor in (here, there):
        assert visitor.asks("/tickets").status_code == 302


def test_who_is_shut_out_while_signing_in_stays_out(line: Line) -> None:
    """The library keeps a stronger hash of the password, of an account that it has read before."""
    visitor, store = account(line, Role.DESK), People(line.database)
    before, admin = store.find_user(email=visitor.email), signed_in(line, Role.ADMIN)
    assert before
    admin.does(f"/accounts/{before.id}", {"act": "disable"})
    shut = row_of(line, visitor.email)
    before.password = "x"
    store.put(before)
    assert row_of(line, visitor.email)._asdict() == shut._asdict() | {"password": "x"}


# ---------------------------------------------------------------- the second factor
def with_factor(line: Line) -> tuple[Visitor, str]:
    """Set up as a person would: the key is read, a code typed."""
    visitor = signed_in(line, Role.ENGINEER)
    key, validate = begins_a_factor(visitor)
    done = visitor.posts(validate, {"code": code_of(line, key)}, page="/tf-setup")
    assert done.status_code == 303, done.text[:2000]
    return visitor, key


def begins_a_factor(visitor: Visitor) -> tuple[str, str]:
    """The key, and where its first code goes."""
    return shown_in(visitor.posts("/tf-setup", {"setup": "authenticator"}, page="/tf-setup").text)


def shown_in(page: str) -> tuple[str, str]:
    key = re.findall(r"(?:[A-Z2-7]{4}[ -]?){6,}[A-Z2-7]{0,4}", re.sub(r"data:image[^\"]+", "", page))[0]
    [validate] = re.findall(r'action="(/tf-setup/[^"]+)"', page)
    return key, validate


def code_of(line: Line, key: str, ahead: int = 0) -> str:
    return str(TOTP(key.replace(" ", "").replace("-", "")).generate(int(time.time()) + ahead).token)


def test_a_mistyped_digit_keeps_the_key(line: Line) -> None:
    """Also for who begins again: else the telephone holds an entry that opens nothing. Once it serves, codes follow."""
    visitor = signed_in(line, Role.DESK)
    key, validate = begins_a_factor(visitor)
    wrong = visitor.posts(validate, {"code": "000000"}, page="/tf-setup")
    assert 'aria-invalid="true"' in wrong.text
    assert "Ce code n'est pas le bon" in wrong.text
    assert shown_in(wrong.text)[0] == key
    again, validate = begins_a_factor(visitor)
    assert again == key
    done = visitor.posts(validate, {"code": code_of(line, key)}, page="/tf-setup")
    assert done.headers["Location"] == "/mf-recovery-codes"
    shown = visitor.gets("/mf-recovery-codes")
    assert "Votre second facteur est en place." in shown
    assert "Créer les codes" in shown
    assert begins_a_factor(visitor)[0] != key, "another telephone gets another"


def test_a_key_is_of_whoever_began_with_it(line: Line) -> None:
    """Two people at one browser."""
    one = signed_in(line, Role.DESK)
    key, _ = begins_a_factor(one)
    one.posts("/logout")
    one.email = account(line, Role.ADMIN).email
    one.signs_in()
    assert begins_a_factor(one)[0] != key


def test_a_page_that_waited_too_long_is_begun_again(line: Line) -> None:
    visitor = signed_in(line, Role.DESK)
    assert visitor.posts("/tf-setup/x.y.z", {"code": "000000"}, page="/tf-setup").headers["Location"] == "/tf-setup"
    assert "recommencez" in visitor.gets("/tf-setup")


def test_whoever_has_lost_their_telephone_calls_for_help(line: Line) -> None:
    """Every administrator of the whole gets one mail, in their language; the person learns what comes next."""
    visitor, _ = with_factor(line)
    whole, some = account(line, Role.ADMIN), account(line, Role.ADMIN, email="un@nvl.example", entities=["idline"])
    english = account(line, Role.ADMIN, email="two@nvl.example")
    with line.database.begin() as db:
        accounts.change(db, row_of(line, english.email).id, {"locale": "en"})
    again = Visitor(line, visitor.email)
    again.signs_in()
    for _ in range(3):
        told = again.posts("/tf-rescue", {"help_setup": "help"}, page="/tf-validate")
        assert told.status_code == 200
        assert "prévenus par courriel" in told.text
    mails = {mail["recipient"]: mail for mail in line.mails()}
    assert sorted(mails) == sorted([whole.email, english.email])
    assert len(line.mails()) == len(mails), f"once each, and {some.email} cannot help"
    assert "ne peut plus se connecter" in mails[whole.email]["subject"]
    assert "can no longer sign in" in mails[english.email]["subject"]
    assert f"/accounts/{row_of(line, visitor.email).id}" in mails[whole.email]["body"]


def test_every_mail_that_the_library_may_write_leaves(line: Line) -> None:
    """Also those of what is switched off today."""
    account(line, Role.ADMIN)
    email = account(line, Role.DESK).email
    names = sorted(path.stem for path in LETTERS.glob("*.txt"))
    with line.app.test_request_context():
        for name in names:
            send_mail("Objet", email, f"security/email/{name}", user=user_store().find_user(email=email))
    written = line.mails()
    assert len(written) == len(names)
    assert all(mail["subject"] and mail["body"].strip() for mail in written)


def test_with_a_second_factor_a_password_is_not_enough(line: Line) -> None:
    visitor, key = with_factor(line)
    again = Visitor(line, visitor.email)
    assert "tf-validate" in again.signs_in().headers["Location"]
    assert again.asks("/tickets").status_code == 302
    wrong = again.posts("/tf-validate", {"code": "000000"}, page="/tf-validate")
    assert wrong.status_code == 200
    right = again.posts("/tf-validate", {"code": code_of(line, key, 30)}, page="/tf-validate")
    assert right.status_code == 302
    again.gets("/tickets")


def test_a_code_is_good_once(line: Line) -> None:
    visitor, key = with_factor(line)
    code = code_of(line, key, 30)
    for expected in (302, 200):
        again = Visitor(line, visitor.email)
        again.signs_in()
        assert again.posts("/tf-validate", {"code": code}, page="/tf-validate").status_code == expected


def test_a_code_is_good_once_for_two_who_are_as_fast_as_each_other(line: Line) -> None:
    """Two processes have read the account before either has used the code; an older code comes after."""
    visitor, key = with_factor(line)
    store, factor = People(line.database), line.app.extensions["security"].totp_factory
    readers = [store.find_user(email=visitor.email) for _ in range(3)]
    now, before = code_of(line, key, 60), code_of(line, key, 30)
    with line.app.app_context():
        found = [
            factor.verify_totp(code, reader.tf_totp_secret, reader, window=120)
            for code, reader in zip((now, now, before), readers, strict=True)
            if reader
        ]
    assert found == [True, False, False]


def test_codes_are_not_guessed(line: Line) -> None:
    visitor, _ = with_factor(line)
    again = Visitor(line, visitor.email)
    again.signs_in()
    statuses = [again.posts("/tf-validate", {"code": f"{n:06}"}, page="/tf-validate").status_code for n in range(12)]
    assert statuses[-1] == 429


def test_a_recovery_code_serves_once(line: Line) -> None:
    visitor, _ = with_factor(line)
    shown = visitor.posts("/mf-recovery-codes", {"generate_new_codes": "1"}, page="/mf-recovery-codes").text
    codes = re.findall(r"\b[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\b", shown)
    assert len(codes) == 5
    for expected in (302, 200):
        again = Visitor(line, visitor.email)
        again.signs_in()
        assert again.posts("/mf-recovery", {"code": codes[0]}, page="/mf-recovery").status_code == expected


def test_of_two_who_are_as_fast_one_uses_a_recovery_code(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, _ = with_factor(line)
    shown = visitor.posts("/mf-recovery-codes", {"generate_new_codes": "1"}, page="/mf-recovery-codes").text
    told = {"code": re.findall(r"\b[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\b", shown)[0]}
    one, other = Visitor(line, visitor.email), Visitor(line, visitor.email)
    one.signs_in()
    other.signs_in()

    def use(browser: Visitor) -> TestResponse:
        return browser.posts("/mf-recovery", told, page="/mf-recovery")

    faster = meanwhile(monkeypatch, MfRecoveryCodesUtil, "check_recovery_code", lambda: use(other))
    assert (use(one).status_code, faster) == (200, [302])
    assert one.asks("/tickets").status_code == 302


def test_a_browser_that_is_remembered_is_so_for_thirty_days_and_by_us_alone(line: Line) -> None:
    visitor = account(line, Role.DESK)
    told = {"email": visitor.email, "password": PASSWORD, "remember": "y"}
    answer = visitor.posts("/login", told, page="/login")
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("remember_token=")]
    assert all(said in cookie for said in ("; Secure", "; HttpOnly", "; SameSite=Lax"))
    expires = parsedate_to_datetime(re.findall("Expires=([^;]+)", cookie)[0])
    assert timedelta(days=29) < expires - datetime.now(UTC) <= timedelta(days=30)


def test_the_key_is_not_kept_in_the_clear(line: Line) -> None:
    _, key = with_factor(line)
    kept = row_of(line, "engineer@nvl.example").tf_totp_secret
    assert key.replace(" ", "").replace("-", "") not in kept


def test_an_admin_may_make_it_forgotten(line: Line) -> None:
    visitor, _ = with_factor(line)
    admin = signed_in(line, Role.ADMIN)
    number = row_of(line, visitor.email).id
    admin.does(f"/accounts/{number}", {"act": "forget_factor"})
    assert visitor.asks("/tickets").status_code == 302, "and is signed out"
    assert visitor.signs_in().headers["Location"] in ("/", "http://localhost/")


# ---------------------------------------------------------------- the first password
def test_whoever_chooses_a_first_password_is_in(line: Line) -> None:
    """Without signing in again; the rule is said before they try."""
    path, visitor = invited(line), Visitor(line, "resp@nvl.example")
    where = visitor.client.post(path).headers["Location"]
    shown = visitor.gets(where)
    assert "Choisissez votre mot de passe" in shown
    assert "Douze caractères au moins" in shown
    assert "éinitialiser" not in shown
    visitor.posts(where, {"password": NEW, "password_confirm": NEW}, page=where)
    assert "Votre mot de passe est enregistré." in visitor.gets("/")


def test_a_forgotten_password_lets_nobody_in(line: Line) -> None:
    """Its mail may be anybody's by now: they sign in, with their second factor if they have one."""
    account(line, Role.DESK)
    path, visitor = invited(line), Visitor(line, "desk@nvl.example")
    visitor.client.post(path)  # somebody else's invitation, followed before
    visitor.posts("/reset", {"email": visitor.email}, page="/reset")
    [link] = re.findall(r"https?://\S+(/reset/\S+)", line.mails()[-1]["body"])
    assert "Nouveau mot de passe" in visitor.gets(link)
    visitor.posts(link, {"password": NEW, "password_confirm": NEW}, page=link)
    assert visitor.asks("/tickets").status_code == 302
