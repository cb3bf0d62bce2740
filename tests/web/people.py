"""People in front of a browser: they sign in, look at pages, and press buttons."""

import html
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from flask_security import hash_password
from werkzeug.test import Client, TestResponse

from storage.accounts import accounts
from storage.accounts.accounts import Role
from tests.support.phone import Line

PASSWORD = "un mot de passe bien long"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
MINE, OTHERS = "260417", "260425"

LATE = {"why": "grippe", "agreed": "on"}  # of a change that is announced late


class Visitor:
    """One browser of one person."""

    def __init__(self, line: Line, email: str = ""):
        self.line, self.email = line, email
        self.client: Client = line.app.test_client()
        self.headers = {"Accept": "text/html"}

    def gets(self, path: str, status: int = 200) -> str:
        """The page as it is read."""
        answer = self.asks(path)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:300]}"
        return html.unescape(answer.text)

    def asks(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, headers=self.headers, **more)

    def posts(self, path: str, data: Mapping[str, Any] | None = None, *, page: str = "/me") -> TestResponse:
        """With the secret of a page that this person has open."""
        found = TOKEN.search(self.asks(page).text)
        token = {"csrf_token": found[1]} if found else {}
        return self.client.post(path, data={**(data or {}), **token}, headers=self.headers)

    def does(self, path: str, data: Mapping[str, Any] | None = None) -> str:
        """Press a button, and read the page that follows."""
        answer = self.posts(path, data)
        assert answer.status_code == 303, f"{path}: {answer.status_code} {answer.text[:300]}"
        return self.gets(answer.headers["Location"])

    def signs_in(self, password: str = PASSWORD) -> TestResponse:
        return self.posts("/login", {"email": self.email, "password": password}, page="/login")


def account(line: Line, role: Role, **more: Any) -> Visitor:
    """Somebody with an account and a password, not yet signed in."""
    email = more.pop("email", f"{role}@nvl.example")
    if role is Role.ENGINEER:
        more.setdefault("engineer", "ing2")
    if role is Role.CLIENT:
        more.setdefault("client", MINE)
    with line.database.begin() as db:
        number = accounts.add(db, email, [role], line.clock(), **more)
        accounts.change(db, number, {"password": hashed(line)})
    return Visitor(line, email)


def signed_in(line: Line, role: Role, **more: Any) -> Visitor:
    visitor = account(line, role, **more)
    assert visitor.signs_in().status_code == 302
    return visitor


def hashed(line: Line) -> str:
    return _hashed(line.settings.secret_key, line)


@cache
def _hash_of(secret: str) -> list[str]:
    return []


def elsewhere(press: Callable[[], TestResponse]) -> int:
    """Somebody else presses while a request is served here, and shares nothing with it; how they are answered."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(press).result().status_code


def _hashed(secret: str, line: Line) -> str:
    """Slow on purpose, so it is done once."""
    known = _hash_of(secret)
    if not known:
        with line.app.app_context():
            known.append(str(hash_password(PASSWORD)))
    return known[0]
