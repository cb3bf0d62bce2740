"""What every answer says of who may keep it and what it may load: all routes there are, whoever asks."""

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from storage.accounts.accounts import Role
from tests.stories.night import loss
from tests.support.phone import Line
from tests.web.people import Visitor, account, signed_in
from tests.web.test_access import address, rules
from tests.web.test_signing_in import invited
from web.access import open_addresses, wants_an_account
from web.private import FILES

NOWHERE = ("/nulle-part", "/t/x/y", "/invitation/x/y", "/api/v1/nowhere", "/tickets/x/y/z")


def cautious(answer: TestResponse, where: str) -> None:
    heads = answer.headers
    assert heads["Cache-Control"] == "private, no-store", where
    if answer.content_type == "text/xml; charset=utf-8":
        return  # which Twilio reads
    assert heads["X-Content-Type-Options"] == "nosniff", where
    assert "frame-ancestors 'none'" in heads["Content-Security-Policy"], where
    assert "unsafe" not in heads["Content-Security-Policy"], where
    assert "default-src" in heads["Content-Security-Policy"], where
    assert heads["Referrer-Policy"] in ("no-referrer", "same-origin"), where
    assert "Cookie" in heads["Vary"], where


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_every_answer_of_every_route(line: Line, role: Role | None) -> None:
    loss(line)
    visitor = signed_in(line, role) if role else Visitor(line)
    walked = 0
    for rule in rules(line):
        if rule.endpoint in FILES or rule.endpoint == "console.sign_out_everywhere":
            continue
        arguments = {"recording": "RE" + "0" * 32, "secret": "x"}
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            try:
                path = address(line, rule)
            except KeyError:
                path = rule.rule
                for name in rule.arguments:
                    path = path.replace(f"<{name}>", arguments.get(name, "x"))
            cautious(visitor.client.open(path, method=method, headers=visitor.headers), f"{method} {rule.endpoint}")
            walked += 1
    assert walked > 100
    for path in NOWHERE:
        cautious(visitor.asks(path), path)


def test_what_lies_in_the_wheel_may_be_kept(line: Line) -> None:
    answer = Visitor(line).asks("/static/app.css")
    answer.close()
    assert "no-store" not in answer.headers.get("Cache-Control", "")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_whose_address_is_a_secret_tell_it_to_nobody(line: Line) -> None:
    path, reset = invited(line), account(line, Role.DESK)
    reset.posts("/reset", {"email": reset.email}, page="/reset")
    link = line.mails()[-1]["body"].partition(f"{line.settings.public_url}/reset/")[2].split()[0]
    for secret in (path, f"/reset/{link}", "/invitation/x", "/t/x", "/s/x", "/h/x", "/reset/x", f"{path}/x"):
        answer = Visitor(line).asks(secret)
        assert answer.headers["Referrer-Policy"] == "no-referrer", secret
        assert answer.headers["Cache-Control"] == "private, no-store", secret
        policy = answer.headers["Content-Security-Policy"]
        assert "'nonce-" in policy or "script-src" not in policy, secret


def test_a_sound_is_asked_for_in_pieces_and_kept_by_nobody(line: Line) -> None:
    reference = loss(line)
    desk = signed_in(line, Role.DESK)
    source = desk.gets(f"/tickets/{reference}").partition(f"/tickets/{reference}/voice/")[2].partition('"')[0]
    where = f"/tickets/{reference}/voice/{source}"
    answer = desk.client.get(where, headers={"Range": "bytes=0-99"})
    assert (answer.status_code, len(answer.data)) == (206, 100)
    assert answer.headers["Cache-Control"] == "private, no-store"
    again = desk.client.get(where, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.headers["Cache-Control"] == "private, no-store"


def test_open_addresses_are_those_of_the_table_and_of_the_documentation(line: Line) -> None:
    found = open_addresses(rules(line))
    assert not set(found) & wants_an_account(rules(line)), "a proxy may open them by their first part"
    written = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    told = written.partition("Open to the outside without sign-in")[2].partition("\n\n")[0]
    named = {"/" + each.strip("/").partition("/")[0] for each in told.split("`")[1::2] if each.startswith("/")}
    assert named == set(found)
