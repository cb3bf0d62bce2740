"""Shifts as calendars: read by the library that wrote them and by hand, secret, revocable."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from jobs import chores
from storage.accounts import calendar_feeds
from storage.accounts.calendar_feeds import Of
from tests.support.phone import SAMPLE, Line

TOML = SAMPLE.read_text(encoding="utf-8")
WEDNESDAY = (
    '[[rotas.overrides]]\nlayer = "principal"\nfrom = 2026-09-16T08:30:00\nuntil = 2026-09-17T08:30:00\n'
    'engineer = "ing3"\n[[rotas.overrides]]'
)


@pytest.fixture
def published(line: Line) -> Line:
    with line.database.begin() as db:
        chores.schedule(db, {"shifts": None}, line.clock())
    line.settle()
    return line


def subscribed(line: Line, kind: Of, code: str) -> Callable[[], Any]:
    """A telephone that reads that calendar whenever it is asked to."""
    with line.database.begin() as db:
        _, secret = calendar_feeds.create(db, kind, code, line.clock())
    return lambda: line.app.test_client().get(f"/calendar/{secret}.ics")


def events(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return {str(event["UID"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def test_an_engineers_calendar(published: Line) -> None:
    found = events(subscribed(published, Of.ENGINEER, "ing2")())
    first = min(found.values(), key=lambda event: (event["DTSTART"].dt, event["SUMMARY"]))
    assert first["SUMMARY"] == "Astreinte idline (principal) : Ingénieur 2"
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (
        datetime(2026, 9, 7, 6, 30, tzinfo=UTC),
        datetime(2026, 9, 14, 6, 30, tzinfo=UTC),
    )
    assert {str(event["STATUS"]) for event in found.values()} == {"CONFIRMED"}
    assert all("Ingénieur 2" in event["SUMMARY"] for event in found.values())


@pytest.mark.parametrize(
    ("kind", "code", "names"),
    [
        pytest.param(Of.ROTA, "infrastructure", {"Ingénieur 1", "Ingénieur 2", "Ingénieur 4"}, id="a rota"),
        pytest.param(Of.ENTITY, "novenc", {"Ingénieur 1", "Ingénieur 2", "Ingénieur 4"}, id="an entity: its rota"),
        pytest.param(Of.ENTITY, "gone", set(), id="an entity that is no more: empty"),
    ],
)
def test_other_calendars(published: Line, kind: Of, code: str, names: set[str]) -> None:
    found = events(subscribed(published, kind, code)())
    assert {str(event["SUMMARY"]).partition(" : ")[2] for event in found.values()} == names


def test_its_name_is_text_whatever_it_holds(make_line: Callable[..., Line]) -> None:
    line = make_line(TOML.replace('name = "Ingénieur 2"', "name = 'Ingénieur, 2; X:Y \\n'", 1))
    data = subscribed(line, Of.ENGINEER, "ing2")().data.decode()
    assert "NAME:Astreintes de Ingénieur\\, 2\\; X:Y \\\\n" in data
    assert "X-WR-CALNAME:Astreintes de Ingénieur\\, 2\\; X:Y \\\\n" in data


def test_a_shift_given_away_and_back(published: Line) -> None:
    """The event keeps its UID; the other one's is cancelled, not forgotten; each change counts."""
    mine, theirs = (subscribed(published, Of.ENGINEER, code) for code in ("ing1", "ing3"))
    before = events(mine())
    published.load(TOML.replace("[[rotas.overrides]]", WEDNESDAY, 1))
    published.forward(minutes=3)
    cut = events(mine())
    assert before.keys() < cut.keys()
    (changed,) = [uid for uid in before if before[uid]["DTEND"].dt != cut[uid]["DTEND"].dt]
    assert (before[changed]["SEQUENCE"], cut[changed]["SEQUENCE"]) == (0, 1)
    (lent,) = [event for event in events(theirs()).values() if "idline" in event["SUMMARY"]]
    published.load(TOML)
    published.forward(minutes=3)
    back = events(mine())
    assert back[changed]["DTEND"].dt == before[changed]["DTEND"].dt
    assert back[changed]["SEQUENCE"] == 2
    assert str(events(theirs())[str(lent["UID"])]["STATUS"]) == "CANCELLED"


def test_revoked_it_answers_nobody(published: Line) -> None:
    read = subscribed(published, Of.ROTA, "idline")
    assert read().status_code == 200
    with published.database.begin() as db:
        assert calendar_feeds.revoke(db, 1, published.clock())
        assert not calendar_feeds.revoke(db, 1, published.clock())
    answer = read()
    assert (answer.status_code, answer.text) == (404, "Ce calendrier n'existe pas, ou son adresse a été révoquée.\n")


@pytest.mark.parametrize("secret", ["x", "%00", "é", "a" * 500, "..%2f..%2fetc"])
def test_an_address_that_is_none(line: Line, secret: str) -> None:
    assert line.app.test_client().get(f"/calendar/{secret}.ics").status_code == 404


def test_the_secret_is_not_kept(published: Line) -> None:
    with published.database.begin() as db:
        _, secret = calendar_feeds.create(db, Of.ROTA, "idline", published.clock())
        assert secret not in str(calendar_feeds.listed(db))


def test_times_on_the_night_that_the_clock_changes(published: Line) -> None:
    """UTC in the file: no telephone has to know our zone."""
    found = events(subscribed(published, Of.ROTA, "infrastructure")())
    lengths = sorted({event["DTEND"].dt - event["DTSTART"].dt for event in found.values()})
    assert lengths == [timedelta(weeks=1), timedelta(weeks=1, hours=1)]
