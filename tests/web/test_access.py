"""Who may do what: the table against every route there is."""

from collections.abc import Collection

import pytest
from werkzeug.routing import Rule

from storage.accounts.accounts import Role
from tests.stories.night import loss
from tests.support.phone import Line
from tests.web.people import Visitor, account, signed_in
from web.access import BLUEPRINTS, ROUTES, Door, who_may

# What the routes of a page are asked for: things that are there, and belong to nobody in particular.
ARGUMENTS = {
    "session": "999",  # nobody's, or the walk would end its own
    "reference": "NVL-26-00001-8", "deed": "note", "recording": "RE" + "0" * 32, "number": "1", "sid": "CA" + "0" * 32,
    "code": "idline", "layer": "principal", "token": "x", "filename": "app.css",
    "section": "engineers", "key": "ing1", "engineer": "ing2", "month": "2026-08", "kind": "pdf",
}  # fmt: skip


def rules(line: Line) -> list[Rule]:
    return list(line.app.url_map.iter_rules())


def test_every_route_has_its_line_in_the_table(line: Line) -> None:
    unknown = {rule.endpoint for rule in rules(line) if who_may(rule.endpoint) is None}
    assert unknown == set()
    endpoints = {rule.endpoint for rule in rules(line)}
    assert set(ROUTES) <= endpoints, "no line speaks of a route that is gone"
    assert set(BLUEPRINTS) <= {endpoint.partition(".")[0] for endpoint in endpoints}


def address(line: Line, rule: Rule) -> str:
    with line.app.test_request_context():
        return str(line.app.url_map.bind("x").build(rule.endpoint, {name: ARGUMENTS[name] for name in rule.arguments}))


def asked(visitor: Visitor, line: Line, rule: Rule, method: str) -> int:
    path = address(line, rule)
    if method == "GET":
        return visitor.asks(path).status_code
    return visitor.posts(path, page="/me").status_code


def for_people(line: Line) -> list[tuple[Rule, Collection[Role]]]:
    found = [(rule, who_may(rule.endpoint)) for rule in rules(line)]
    return [(rule, who) for rule, who in found if who is not None and not isinstance(who, Door)]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_what_the_table_says_and_nothing_else(line: Line, role: Role) -> None:
    loss(line)
    visitor = signed_in(line, role)
    for rule, who in for_people(line):
        for method in ("GET", "POST"):
            if method not in (rule.methods or ()):
                continue
            if rule.endpoint in ("console.sign_out_everywhere", "security.two_factor_setup_validate"):
                continue  # they end the session, or want one that is half begun
            status = asked(visitor, line, rule, method)
            if role in who:
                assert status != 403 or rule.endpoint in WITHIN, f"{method} {rule.endpoint} shuts {role} out"
                assert status < 500, f"{method} {rule.endpoint}: {status}"
            else:
                assert status == 403, f"{method} {rule.endpoint} lets {role} in: {status}"


# Where the table lets a role in and the page itself looks closer: at an entity's rota, at an admin's act.
WITHIN = {"console.change_rota", "console.act", "console.edit_item"}


def test_nobody_gets_in_without_signing_in(line: Line) -> None:
    loss(line)
    for rule, _ in for_people(line):
        for method in ("GET", "POST"):
            if method in (rule.methods or ()):
                stranger = Visitor(line)
                answer = stranger.client.open(address(line, rule), method=method, headers={"Accept": "text/html"})
                assert answer.status_code == 302, f"{method} {rule.endpoint}: {answer.status_code}"
                assert answer.headers["Location"].startswith("/login"), rule.endpoint


def test_nothing_is_changed_without_the_secret_of_a_page(line: Line) -> None:
    """What another site makes a browser send."""
    loss(line)
    everybody = {role: signed_in(line, role) for role in Role}
    for rule, who in for_people(line):
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("security."):
            visitor = everybody[min(who)]
            answer = visitor.client.post(address(line, rule), data={"text": "x"}, headers={"Accept": "text/html"})
            assert answer.status_code == 400, f"{rule.endpoint}: {answer.status_code}"


def test_an_account_that_is_shut_is_out_at_once(line: Line) -> None:
    visitor = signed_in(line, Role.DESK)
    visitor.gets("/tickets")
    with line.database.begin() as db:
        db.exec_driver_sql(
            "UPDATE accounts SET active = false" if db.dialect.name != "sqlite" else "UPDATE accounts SET active = 0"
        )
    assert visitor.asks("/tickets").status_code == 302
    assert account(line, Role.DESK, email="autre@nvl.example").asks("/tickets").status_code == 302


def test_pages_say_what_a_browser_may_load(line: Line) -> None:
    answer = signed_in(line, Role.ADMIN).asks("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self' 'nonce-" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_errors_are_pages_in_the_layout(line: Line) -> None:
    visitor = signed_in(line, Role.DESK)
    for path, status in (("/nulle-part", 404), ("/accounts", 403), ("/tickets/NVL-26-99999-9", 404)):
        text = visitor.gets(path, status)
        assert "<html" in text
        assert "Retour à l'accueil" in text
        assert ("Se connecter avec un autre compte" in text) is (status == 403)
        assert "05 86 07 77 77" in text, "whoever cannot wait is told whom to call"
