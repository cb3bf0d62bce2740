"""The browsers somebody is signed in with: seen on their page, and closed one by one."""

import re
from datetime import timedelta

import pytest

from storage.accounts import sessions
from storage.accounts.accounts import Role
from tests.support.phone import Line
from tests.web.people import PASSWORD, Visitor, account, signed_in
from tests.web.test_signing_in import NEW, row_of
from web.signin.browsers import named

DESK = "desk@nvl.example"
CLOSE = re.compile(r'action="(/me/sessions/\d+)"')
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


def is_in(visitor: Visitor) -> bool:
    return visitor.asks("/tickets").status_code == 200


def also(line: Line, email: str = DESK, **form: str) -> Visitor:
    """The same person, with another browser."""
    other = Visitor(line, email)
    other.headers["User-Agent"] = PHONE
    data = {"email": email, "password": PASSWORD, **form}
    assert other.posts("/login", data, page="/login").status_code == 302
    return other


def opened(line: Line, email: str = DESK) -> list[int]:
    with line.database.read() as db:
        return [row.id for row in sessions.listed(db, row_of(line, email).id, line.clock())]


def test_one_is_closed_and_the_others_stay(line: Line) -> None:
    here = signed_in(line, Role.DESK)
    lost, third = also(line), also(line)
    page = here.gets("/me")
    assert page.count("Chrome, Android") >= 2
    assert page.count("cette session") == 1
    path = CLOSE.findall(third.gets("/me"))  # all but its own
    assert len(path) == 2
    keep = set(opened(line)) - {int(each.rpartition("/")[2]) for each in CLOSE.findall(lost.gets("/me"))}
    (number,) = keep
    assert "Cette session est fermée" in here.does(f"/me/sessions/{number}")
    assert [is_in(each) for each in (here, lost, third)] == [True, False, True]
    assert "Cette session est fermée" in here.does(f"/me/sessions/{number}"), "pressed twice"


def test_nobody_closes_somebody_elses(line: Line) -> None:
    desk, client = signed_in(line, Role.DESK), signed_in(line, Role.CLIENT)
    (number,) = opened(line)
    client.does(f"/me/sessions/{number}")
    assert is_in(desk)


def test_who_has_signed_out_is_out_whatever_cookie_was_copied(line: Line) -> None:
    visitor = signed_in(line, Role.DESK)
    cookie = visitor.client.get_cookie("astreinte")
    assert cookie
    visitor.posts("/logout")
    thief = Visitor(line)
    thief.client.set_cookie("astreinte", cookie.value)
    assert not is_in(thief)
    assert opened(line) == []


def test_a_browser_that_is_to_remember_is_closed_too(line: Line) -> None:
    here = signed_in(line, Role.DESK)
    lost = also(line, remember="y")
    lost.client.delete_cookie("astreinte")
    assert is_in(lost), "it remembers"
    for path in CLOSE.findall(here.gets("/me")):
        here.does(path)
    lost.client.delete_cookie("astreinte")
    assert not is_in(lost)


@pytest.mark.parametrize(("days", "expected"), [(29, True), (31, False)], ids=["nearly a month", "longer"])
def test_a_session_that_nobody_uses_ends(line: Line, days: int, expected: bool) -> None:
    visitor = signed_in(line, Role.DESK)
    line.clock.now += timedelta(days=days)
    assert is_in(visitor) is expected
    line.clock.now += timedelta(days=days)
    assert is_in(visitor) is expected, "each use counts anew"


def test_what_has_ended_is_forgotten(line: Line) -> None:
    signed_in(line, Role.DESK)
    line.clock.now += timedelta(days=31)
    kept = also(line)
    with line.database.begin() as db:
        sessions.forget_old(db, line.clock())
        assert db.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one() == 1
    assert is_in(kept)


def test_a_new_password_ends_the_others(line: Line) -> None:
    here = signed_in(line, Role.DESK)
    other = also(line)
    said = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    assert here.posts("/change", said, page="/change").status_code == 302
    assert [is_in(here), is_in(other)] == [True, False]


def test_a_closed_account_has_no_open_browser(line: Line) -> None:
    admin, desk = signed_in(line, Role.ADMIN), signed_in(line, Role.DESK)
    admin.does(f"/accounts/{row_of(line, DESK).id}", {"act": "sign_out"})
    assert not is_in(desk)
    assert account(line, Role.ENGINEER).signs_in().status_code == 302


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        pytest.param(PHONE, "Chrome, Android", id="Chrome calls itself Safari, too"),
        pytest.param(
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux", id="Fx"
        ),
        pytest.param(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604",
            "Safari, iPhone",
            id="an iPhone calls itself a Mac, too",
        ),
        pytest.param("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130", "Edge, Windows", id="Edge"),
        pytest.param("", "", id="says nothing"),
        pytest.param("curl/8", "", id="no browser"),
        pytest.param("<script>alert(1)</script>", "", id="a script is no name"),
    ],
)
def test_browsers_have_names(agent: str, said: str) -> None:
    assert named(agent) == said
