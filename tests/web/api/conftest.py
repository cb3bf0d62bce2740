"""A program with a token."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import Client

from storage.accounts import api_tokens
from storage.accounts.api_tokens import Scope
from tests.support.phone import Line

Headers = dict[str, str]


@pytest.fixture
def token(line: Line) -> Callable[..., Headers]:
    """The headers of somebody with these scopes."""

    def make(*scopes: Scope, client: str | None = None, days: int = 1) -> Headers:
        now = line.clock()
        with line.database.begin() as db:
            given = scopes or tuple(Scope)
            _, secret = api_tokens.create(db, "supervision", given, now + timedelta(days=days), now, client)
        return {"Authorization": f"Bearer {secret}"}

    return make


class Program:
    """Asks, and is answered."""

    def __init__(self, browser: Client, headers: Headers):
        self.browser, self.headers = browser, headers

    def gets(self, path: str, **more: str) -> Any:
        answer = self.browser.get(f"/api/v1{path}", headers=self.headers | more)
        assert answer.status_code == 200, answer.text
        return answer.json

    def posts(self, path: str, said: Any, **headers: str) -> Any:
        return self.browser.post(f"/api/v1{path}", json=said, headers=self.headers | headers)


@pytest.fixture
def program(browser: Client, token: Callable[..., Headers]) -> Program:
    return Program(browser, token())
