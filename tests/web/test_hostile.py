"""Nonsense in fields of pages, all at once and one by one: a sentence or a refusal, never a fault of ours."""

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from storage.accounts.accounts import Role
from tests.stories.night import loss
from tests.support.phone import Line
from tests.web import forms
from tests.web.people import Visitor, signed_in
from tests.web.test_access import address, for_people
from web import layout

TEMPLATES = Path(layout.__file__).parent / "templates"
NAMES = sorted(
    {name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'name="([\w.-]+)"', path.read_text())}
)
MORE = (
    "q",
    "page",
    "from",
    "until",
    "month",
    "line",
    "keys",
    "again",
    "day",
    "time",
    "number",
    "weeks",
    "hour",
    "seen",
)
LEAVES = {"console.sign_out_everywhere", "console.end_session", "security.two_factor_setup_validate"}
VALUES = [
    pytest.param("\0", id="NUL"),
    pytest.param("-1", id="negative"),
    pytest.param("9" * 400, id="huge"),
    pytest.param("²٣", id="digits that are none"),
    pytest.param("\ud800".encode("utf-8", "surrogatepass").decode("latin-1") + "\u202e😀%s%(x)s{}", id="odd letters"),
    pytest.param("9999-12-31", id="the end of time"),
    pytest.param("0001-01-01T00:00:00+14:00", id="its beginning"),
    pytest.param("'\"><script>alert(1)</script>", id="markup"),
    pytest.param("x" * 20_000, id="a long text"),
]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.CLIENT])
def test_nonsense_everywhere(line: Line, role: Role, value: str) -> None:
    loss(line)
    visitor = signed_in(line, role)
    given = dict.fromkeys([*NAMES, *MORE], value)
    given.pop("csrf_token", None)
    for rule, who in for_people(line):
        if role not in who or rule.endpoint in LEAVES:
            continue
        path = address(line, rule)
        if "GET" in (rule.methods or ()):
            answer = visitor.asks(path, query_string={name: text[:200] for name, text in given.items()})
            assert answer.status_code < 500, f"GET {rule.endpoint}"
            assert b"<script>alert(1)" not in answer.data, rule.endpoint
        if "POST" in (rule.methods or ()):
            answer = visitor.posts(path, given, page="/me")
            assert answer.status_code < 500, f"POST {rule.endpoint}"
            if answer.status_code == 200:
                assert b"<script>alert(1)" not in answer.data, rule.endpoint


ENDS = ("/logout", "/sessions", "/tf-setup")  # they sign us out, or change how we sign in


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DESK, Role.CLIENT])
def test_nonsense_in_one_field_at_a_time(line: Line, role: Role) -> None:
    """What the page itself would send, but for one field: no refusal of another one hides it."""
    loss(line)
    visitor = signed_in(line, role)
    values = cycle([str(each.values[0]) for each in VALUES])
    tried = 0
    for path, form in _forms(line, visitor, role):
        for name, data in forms.spoiled(form, values):
            answer = visitor.client.post(form.action or path, data=data, headers=visitor.headers)
            assert answer.status_code < 500, f"{name} of {form.action or path}: {data[name]!r}"
            assert b"<script>alert(1)" not in answer.data, form.action
            tried += 1
    assert tried > 20


def _forms(line: Line, visitor: Visitor, role: Role) -> Iterator[tuple[str, forms.Form]]:
    for rule, who in for_people(line):
        if role not in who or "GET" not in (rule.methods or ()) or rule.endpoint in LEAVES:
            continue
        path = address(line, rule)
        answer = visitor.asks(path)
        for form in forms.of(answer.text) if answer.mimetype == "text/html" else ():
            if not any(end in (form.action or path) for end in ENDS):
                yield path, form
