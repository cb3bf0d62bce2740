"""Passwords that anybody would try first."""

import pytest

from storage.accounts import accounts
from storage.accounts.accounts import Role
from tests.support.phone import Line
from tests.web.people import Visitor
from tests.web.test_signing_in import chooses, invited, row_of
from web.signin.passwords import IN_A_ROW, KNOWN, REPEATED, weakness

OWN = ("claire@demo.example", "Claire Martin", "Groupe NVL", "Groupe", "NVL")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        pytest.param("passwordpassword", REPEATED, id="a word twice"),
        pytest.param("aaaaaaaaaaaa", REPEATED, id="a letter"),
        pytest.param("abababababab", REPEATED, id="two letters"),
        pytest.param("abcdabcdabcd", REPEATED, id="four letters"),
        pytest.param("123456789012", IN_A_ROW, id="digits"),
        pytest.param("azertyuiopqs", IN_A_ROW, id="keys of a row"),
        pytest.param("lkjhgfdsqpoiuytreza", IN_A_ROW, id="keys, backwards"),
        pytest.param("claire@demo.example", KNOWN, id="their own address"),
        pytest.param("Claire-Martin-1", KNOWN, id="their name and a digit"),
        pytest.param("GroupeNVL2026!", KNOWN, id="the organisation and the year"),
        pytest.param("motdepasse2026", KNOWN, id="what everybody tries"),
        pytest.param("un mot de passe bien long", None, id="words, one of which everybody tries"),
        pytest.param("claire joue du hautbois", None, id="their name among other words"),
        pytest.param("7Gk!p2-wQz9x", None, id="made by a machine"),
        pytest.param("tournesol cargo lundi", None, id="words without anything in common"),
    ],
)
def test_what_would_be_guessed(password: str, why: str | None) -> None:
    assert weakness(password, OWN) == why


def test_it_is_said_where_it_is_chosen(line: Line) -> None:
    visitor = Visitor(line)
    shown = chooses(visitor, invited(line), "resp@nvl.example")
    assert shown.status_code == 200
    assert "il tient à votre adresse" in shown.text
    visitor.headers["Accept-Language"] = "en"
    assert "it repeats itself" in chooses(visitor, invited(line, "deux@nvl.example"), "passwordpassword").text
    assert row_of(line, "resp@nvl.example").password is None
    with line.database.read() as db:
        assert not [row for row in accounts.admins(db) if row.password or Role.ADMIN not in row.roles]
