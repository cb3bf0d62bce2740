"""Guessing is braked, and nobody is shut out by it: by account and network, and a known browser has its own count.

Hashing a password is slow: once a request at most, one at a time, and only of what was counted."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from storage.accounts import accounts, audit_log
from storage.accounts.accounts import Role
from storage.models import Knock
from tests.support.phone import Line
from tests.web.people import PASSWORD, Visitor, account, signed_in
from tests.web.test_signing_in import NEW, chooses, code_of, invited, row_of, with_factor
from web.signin import hashing_queue
from web.signin.attempt_counts import MOST_ANYWHERE, MOST_AT_ONCE, MOST_TRIES

HERE, THERE = "198.51.100.7", "203.0.113.9"  # for documentation: no networks of anybody's
EMAIL = "admin@nvl.example"


def visitor(line: Line, network: str, email: str = EMAIL) -> Visitor:
    """A browser that has never been here, behind our proxy."""
    new = Visitor(line, email)
    new.headers["X-Forwarded-For"] = network
    return new


def tries(line: Line, network: str, times: int, email: str = EMAIL) -> list[int]:
    stranger = visitor(line, network, email)
    return [stranger.signs_in("faux").status_code for _ in range(times)]


def knocks(line: Line) -> int:
    with line.database.read() as db:
        return int(db.execute(select(func.count()).select_from(Knock)).scalar_one())


# ---------------------------------------------------------------- nobody is locked out by others
def test_a_stranger_locks_their_own_network_out(line: Line) -> None:
    account(line, Role.ADMIN)
    assert tries(line, HERE, MOST_TRIES + 1) == [200] * MOST_TRIES + [429]
    assert visitor(line, HERE).signs_in().status_code == 429
    assert visitor(line, THERE).signs_in().status_code == 302


def test_a_known_browser_has_tries_of_its_own_also_in_that_network(line: Line) -> None:
    owner = visitor(line, HERE, account(line, Role.ADMIN).email)
    assert owner.signs_in().status_code == 302
    owner.posts("/logout")
    tries(line, HERE, MOST_TRIES + 5)
    assert owner.signs_in("faux").status_code == 200
    assert owner.signs_in().status_code == 302


def test_a_known_browser_guesses_no_more_than_others(line: Line) -> None:
    owner = signed_in(line, Role.ADMIN)
    owner.posts("/logout")
    assert [owner.signs_in("faux").status_code for _ in range(MOST_TRIES + 1)] == [200] * MOST_TRIES + [429]


def test_a_browser_is_known_for_those_who_signed_in_there_alone(line: Line) -> None:
    """Somebody with an account of their own gains nothing against another's."""
    account(line, Role.ADMIN)
    insider = signed_in(line, Role.DESK)
    insider.posts("/logout")
    insider.email = EMAIL
    assert [insider.signs_in("faux").status_code for _ in range(MOST_TRIES + 1)][-1] == 429


@pytest.mark.parametrize("value", ["", "x", "eyIxIjoieCJ9.aaaa.bbbb", "e30"])
def test_nobody_makes_a_browser_known(line: Line, value: str) -> None:
    account(line, Role.ADMIN)
    stranger = visitor(line, HERE)
    stranger.client.set_cookie("astreinte_known", value)
    assert [stranger.signs_in("faux").status_code for _ in range(MOST_TRIES + 1)][-1] == 429


def test_whoever_has_the_mailbox_gets_in_while_it_is_attacked(line: Line) -> None:
    """In a browser that is new: the link makes it known."""
    account(line, Role.ADMIN)
    owner = visitor(line, HERE)
    owner.posts("/reset", {"email": EMAIL}, page="/reset")
    tries(line, HERE, MOST_TRIES + 1)
    [link] = re.findall(r"https?://\S+(/reset/\S+)", line.mails()[-1]["body"])
    assert owner.posts(link, {"password": NEW, "password_confirm": NEW}, page=link).status_code == 302
    assert owner.signs_in(NEW).status_code == 302


def test_asking_for_a_new_password_is_not_used_up_by_others(line: Line) -> None:
    owner = signed_in(line, Role.ADMIN)
    owner.posts("/logout")
    for n in range(MOST_ANYWHERE + 5):
        visitor(line, f"198.51.100.{n}").posts("/reset", {"email": EMAIL}, page="/reset")
        line.clock.forward(seconds=10)
    assert visitor(line, THERE).posts("/reset", {"email": EMAIL}, page="/reset").status_code == 429
    assert owner.posts("/reset", {"email": EMAIL}, page="/reset").status_code == 200


def test_codes_of_a_second_factor_are_counted_by_network_and_browser(line: Line) -> None:
    """Whoever knows the password does not shut its owner out, either."""
    owner, key = with_factor(line)
    owner.posts("/logout")
    thief = visitor(line, HERE, owner.email)
    thief.signs_in()
    codes = [thief.posts("/tf-validate", {"code": "000000"}, page="/tf-validate") for _ in range(MOST_TRIES + 1)]
    assert codes[-1].status_code == 429
    owner.signs_in()
    told = {"code": code_of(line, key, 30)}
    assert owner.posts("/tf-validate", told, page="/tf-validate").status_code == 302


# ---------------------------------------------------------------- never for ever, but braked
def test_tries_fade_though_somebody_goes_on_trying(line: Line) -> None:
    account(line, Role.ADMIN)
    owner = visitor(line, HERE)
    tries(line, HERE, MOST_TRIES)
    for _ in range(14):
        line.clock.forward(minutes=1)
        assert set(tries(line, HERE, 5)) == {429}
    line.clock.forward(minutes=1)
    assert owner.signs_in().status_code == 302


def test_guessing_from_many_networks_is_slowed_down_at_one_account(line: Line) -> None:
    account(line, Role.ADMIN)
    account(line, Role.DESK)
    answers = []
    for n in range(MOST_ANYWHERE + 10):
        answers += tries(line, f"198.51.100.{n}", 1)
        line.clock.forward(seconds=5)
    assert answers == [200] * MOST_ANYWHERE + [429] * 10
    assert visitor(line, THERE, "desk@nvl.example").signs_in().status_code == 302, "others are not concerned"
    line.clock.forward(hours=1)
    assert visitor(line, THERE).signs_in().status_code == 302


@pytest.mark.parametrize("known", [True, False], ids=["accounts", "addresses of nobody"])
def test_all_strangers_together_are_braked_and_known_browsers_are_not(line: Line, known: bool) -> None:
    owner = signed_in(line, Role.ADMIN)
    owner.posts("/logout")
    emails = [EMAIL] if known else [f"x{n}@nvl.example" for n in range(MOST_AT_ONCE + 10)]
    asked = [(f"198.51.100.{n}", emails[n % len(emails)]) for n in range(MOST_AT_ONCE + 10)]
    answers = [visitor(line, network, email).signs_in("faux") for network, email in asked]
    assert [each.status_code for each in answers][-11:] == [429] * 11  # the owner's own first try was a stranger's
    last = answers[-1]
    assert "réessayez dans quelques secondes" in last.text
    assert 0 < int(last.headers["Retry-After"]) <= 60
    assert f'value="{asked[-1][1]}"' in last.text, "what was typed is kept"
    assert "faux" not in last.text
    before = knocks(line)
    assert visitor(line, THERE, "y@nvl.example").signs_in().status_code == 429
    assert knocks(line) == before, "who is braked writes nothing"
    assert owner.signs_in().status_code == 302
    line.clock.forward(minutes=1)
    assert visitor(line, THERE).signs_in().status_code == 302


def test_one_public_network_alone_does_not_shut_the_others_out(line: Line) -> None:
    account(line, Role.ADMIN)
    for n in range(MOST_AT_ONCE * 2):
        tries(line, "8.8.8.8", 1, f"x{n}@nvl.example")
    assert visitor(line, THERE).signs_in().status_code == 302


def test_admins_read_of_it_on_the_account(line: Line) -> None:
    admin = signed_in(line, Role.ADMIN)
    account(line, Role.DESK)
    tries(line, HERE, MOST_TRIES + 3, "desk@nvl.example")
    number = row_of(line, "desk@nvl.example").id
    with line.database.read() as db:
        kinds = [row.kind for row in audit_log.listed(db, number)]
    assert kinds == ["braked"] + ["turned_away"] * (MOST_TRIES - 1)
    shown = admin.gets(f"/accounts/{number}")
    assert "les essais suivants attendent" in shown
    assert f"depuis {HERE}" in shown


# ---------------------------------------------------------------- one hash at most, one at a time
@pytest.fixture
def hashes(line: Line, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the real hashing is asked for; it goes on hashing."""
    context, done = line.app.extensions["security"].pwd_context._context, list[str]()

    def counted(name: str) -> Callable[..., Any]:
        real = getattr(context, name)

        def hashed(*given: Any, **more: Any) -> Any:
            done.append(name)
            return real(*given, **more)

        return hashed

    for name in ("hash", "verify"):
        monkeypatch.setattr(context, name, counted(name))
    return done


@pytest.mark.parametrize(
    ("path", "typed", "cost"),
    [
        pytest.param("/login", {"email": EMAIL, "password": "faux"}, 1, id="a wrong password"),
        pytest.param("/login", {"email": EMAIL, "password": PASSWORD}, 1, id="the right one"),
        pytest.param("/login", {"email": "x@nvl.example", "password": "faux"}, 1, id="nobody's: as much"),
        pytest.param("/login", {"email": "invite@nvl.example", "password": "faux"}, 1, id="not chosen yet: as much"),
        pytest.param("/login", {"email": "?", "password": "faux"}, 0, id="no address"),
        pytest.param("/login", {"email": EMAIL, "password": ""}, 0, id="no password"),
        pytest.param("/reset", {"email": EMAIL}, 0, id="a new password, wished"),
        pytest.param("/reset", {"email": "x@nvl.example"}, 0, id="likewise, nobody's"),
        pytest.param("/reset", {"email": "?"}, 0, id="likewise, no address"),
    ],
)
def test_what_is_hashed(line: Line, hashes: list[str], path: str, typed: dict[str, str], cost: int) -> None:
    account(line, Role.ADMIN)
    invited(line, "invite@nvl.example")
    hashes.clear()
    Visitor(line).posts(path, typed, page=path)
    assert len(hashes) == cost


def test_nothing_is_hashed_for_what_is_refused_anyway(line: Line, hashes: list[str]) -> None:
    account(line, Role.ADMIN)
    browser, told = Visitor(line), {"email": EMAIL, "password": PASSWORD}
    hashes.clear()
    refused = [
        browser.client.post("/login", data=told, headers=browser.headers),
        browser.client.post("/login", data=told | {"csrf_token": "x"}, headers=browser.headers),
        browser.client.post("/reset/x.y.z", data={"password": NEW, "password_confirm": NEW}, headers=browser.headers),
        browser.client.post("/login", data=told | {"password": "x" * 30_000}, headers=browser.headers),
        browser.client.post("/tf-validate", data={"code": "000000"}, headers=browser.headers),
    ]
    assert [each.status_code < 500 for each in refused] == [True] * len(refused)
    assert browser.asks("/tickets").status_code == 302
    assert (hashes, knocks(line)) == ([], 0), "nor is it counted: another site could make a browser send it"
    tries(line, HERE, MOST_TRIES)
    hashes.clear()
    assert tries(line, HERE, 3) == [429] * 3
    assert hashes == []


def test_choosing_costs_one_hash_and_changing_two(line: Line, hashes: list[str]) -> None:
    """The old one and the new one."""
    visitor, path = Visitor(line, "resp@nvl.example"), invited(line)
    assert chooses(visitor, path).status_code == 302
    assert hashes == ["hash"]
    told = {"password": NEW, "new_password": PASSWORD, "new_password_confirm": PASSWORD}
    assert visitor.posts("/change", told, page="/change").status_code == 302
    assert hashes == ["hash", "verify", "hash"]


def crowd(app: Flask) -> hashing_queue.Turn:
    """Another request, in this process or another, has the turn."""
    theirs: hashing_queue.Turn = app.extensions["security"].pwd_context.turn
    assert theirs._is_ours()
    return theirs


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing_queue, "PATIENCE", 0.0)


def test_too_many_at_once_are_told_at_once(line: Line) -> None:
    """Strangers do not even wait: a process that waits answers nobody else."""
    account(line, Role.ADMIN)
    browser, theirs = Visitor(line, EMAIL), crowd(line.app)
    told = browser.signs_in()
    assert (told.status_code, told.headers["Retry-After"]) == (503, "3")
    assert "Trop de connexions à la fois : réessayez dans quelques secondes." in told.text
    assert EMAIL in told.text
    assert PASSWORD not in told.text
    browser.gets("/login")  # what hashes nothing waits for nobody
    assert browser.posts("/reset", {"email": EMAIL}, page="/reset").status_code == 200
    theirs._release()
    assert browser.signs_in().status_code == 302


def test_a_known_browser_waits_for_its_turn(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one ends while it looks again."""
    browser = signed_in(line, Role.ADMIN)
    browser.posts("/logout")
    theirs, ours = crowd(line.app), hashing_queue.Turn._is_ours
    looks: list[bool] = []

    def looked(self: hashing_queue.Turn) -> bool:
        looks.append(ours(self))
        if len(looks) == 2:
            self._release()
        return looks[-1]

    monkeypatch.setattr(hashing_queue.Turn, "_is_ours", looked)
    assert browser.signs_in().status_code == 302
    assert looks == [False, False, True]
    assert theirs._is_ours(), "and gives it back"
    theirs._release()


def test_a_link_is_not_used_up_by_who_comes_when_too_many_do(line: Line, impatient: None) -> None:
    browser, path = Visitor(line, "resp@nvl.example"), invited(line)
    theirs = crowd(line.app)
    where = browser.client.post(path).headers["Location"]
    chosen = {"password": NEW, "password_confirm": NEW}
    told = browser.posts(where, chosen, page=where)
    assert (told.status_code, "réessayez dans quelques secondes" in told.text) == (503, True)
    theirs._release()
    assert browser.posts(where, chosen, page=where).status_code == 302
    assert Visitor(line, browser.email).signs_in(NEW).status_code == 302


@pytest.mark.parametrize("path", ["/verify", "/change"])
def test_inside_it_is_told_as_well(line: Line, impatient: None, path: str) -> None:
    browser = signed_in(line, Role.DESK)
    theirs = crowd(line.app)
    typed = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    told: TestResponse = browser.posts(path, typed, page=path)
    assert (told.status_code, "réessayez dans quelques secondes" in told.text) == (503, True)
    theirs._release()
    assert browser.posts(path, typed, page=path).status_code == 302


def test_what_nobody_counted_is_not_hashed(line: Line) -> None:
    """A route that hashes and that the brake does not know fails in the first test of it."""
    context = line.app.extensions["security"].pwd_context
    with line.app.test_request_context("/"), pytest.raises(RuntimeError, match="nobody has counted"):
        context.hash("x")


# ---------------------------------------------------------------- codes
@pytest.mark.parametrize(
    ("ahead", "passes"),
    [
        pytest.param(-90, False, id="three codes ago"),
        pytest.param(-60, False, id="two codes ago"),
        pytest.param(60, False, id="two codes ahead"),
        pytest.param(120, False, id="four codes ahead"),
    ],
)
def test_codes_are_good_for_a_step_on_either_side(line: Line, ahead: int, passes: bool) -> None:
    """A step of 30 s: at the edge of one, two codes away may be 31 s away, hence the asymmetric table."""
    owner, key = with_factor(line)
    with line.database.begin() as db:
        accounts.change(db, row_of(line, owner.email).id, {"tf_last_counter": None})
    again = Visitor(line, owner.email)
    again.signs_in()
    told = again.posts("/tf-validate", {"code": code_of(line, key, ahead)}, page="/tf-validate")
    assert (told.status_code == 302) is passes
