"""One's own account: the name, the calendar's address, and what is nobody else's."""

import re

from storage.accounts.accounts import Role
from tests.support.phone import Line
from tests.web.people import Visitor, signed_in


def test_a_calendar_is_given_and_revoked(line: Line) -> None:
    engineer = signed_in(line, Role.ENGINEER)
    shown = engineer.does("/me/calendar")
    [path] = re.findall(r"https?://[^/]+(/calendar/\S+\.ics)", shown)
    assert Visitor(line).asks(path).data.startswith(b"BEGIN:VCALENDAR")
    assert path not in engineer.gets("/me"), "shown once"
    [revoke] = re.findall(r'action="(/me/calendar/\d+)"', engineer.gets("/me"))
    other = signed_in(line, Role.ENGINEER, engineer="ing1", email="ing1@nvl.example")
    assert other.posts(revoke).status_code == 404, "nobody else's"
    assert "ne répond plus" in engineer.does(revoke)
    assert Visitor(line).asks(path).status_code == 404


def test_a_name_is_shown_as_it_was_typed(line: Line) -> None:
    desk = signed_in(line, Role.DESK)
    desk.does("/me", {"name": "<b>Accueil</b> 1", "locale": ""})
    shown = desk.asks("/tickets").text
    assert "&lt;b&gt;Accueil&lt;/b&gt; 1" in shown
