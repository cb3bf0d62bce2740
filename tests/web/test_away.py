"""The database is away, or somebody keeps it busy: people read a sentence, and when to come back."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from storage.accounts.accounts import Role
from storage.database import Database
from tests.support.phone import Line
from tests.web.people import PASSWORD, TOKEN, Visitor, account, signed_in


@contextmanager
def away(*_: object, **__: object) -> Iterator[Connection]:
    raise OperationalError("SELECT secret", {}, Exception("server closed the connection"))
    yield


@pytest.fixture
def visitors(line: Line, monkeypatch: pytest.MonkeyPatch) -> tuple[Visitor, Visitor, str]:
    """Who is in, and who would be, when it goes away."""
    found = signed_in(line, Role.DESK), account(line, Role.CLIENT)
    secret = TOKEN.search(found[1].gets("/login"))
    assert secret
    for name in ("read", "begin", "alone"):
        monkeypatch.setattr(Database, name, away)
    return *found, secret[1]


@pytest.mark.parametrize("path", ["/", "/tickets", "/me"])
def test_whoever_is_signed_in_reads_a_page(visitors: tuple[Visitor, Visitor, str], path: str) -> None:
    answer = visitors[0].asks(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "La base de données ne répond pas" in answer.text
    assert "app.css" in answer.text, "in our looks"
    assert "secret" not in answer.text


def test_nobody_is_asked_to_send_a_password_again(visitors: tuple[Visitor, Visitor, str]) -> None:
    told = {"email": "client@nvl.example", "password": PASSWORD, "csrf_token": visitors[2]}
    answer = visitors[1].client.post("/login", data=told, headers=visitors[1].headers)
    assert answer.status_code == 503
    assert PASSWORD not in answer.text


def test_a_session_outlives_it(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = signed_in(line, Role.DESK)
    with monkeypatch.context() as gone:
        gone.setattr(Database, "read", away)
        assert visitor.asks("/tickets").status_code == 503
    visitor.gets("/tickets")
