"""A year of opening days, and what callers hear: seen before anybody calls."""

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import unquote, urlsplit

import pytest

from directory.days import Sort, open_day
from ivr.prompt_catalogue import recital
from storage.accounts.accounts import Role
from tests.ivr import sample
from tests.jobs.work import book_of
from tests.support.phone import Line
from tests.web.console.test_editing import keeps
from tests.web.people import signed_in


@pytest.mark.parametrize(
    ("entity", "day", "sort", "open_hours"),
    [
        pytest.param("novenc", "2026-09-14", Sort.OPEN, 2, id="a Monday like others"),
        pytest.param("novenc", "2026-09-12", Sort.OFF, 0, id="a Saturday"),
        pytest.param("novenc", "2026-11-11", Sort.HOLIDAY, 0, id="the armistice"),
        pytest.param("novenc", "2027-05-17", Sort.EXTRA, 1, id="Whit Monday, worked"),
        pytest.param("idline", "2027-05-17", Sort.HOLIDAY, 0, id="Whit Monday elsewhere"),
        pytest.param("ozanges", "2026-12-29", Sort.CLOSED, 0, id="the yearly closure"),
        pytest.param("ozanges", "2027-01-02", Sort.OFF, 0, id="the day it ends, half open"),
        pytest.param("novenc", "2026-10-25", Sort.OFF, 0, id="a Sunday of twenty-five hours"),
    ],
)
def test_what_kind_of_day_it_is(line: Line, entity: str, day: str, sort: Sort, open_hours: int) -> None:
    book = book_of(line)
    found = open_day(book.schedule(book.entity(entity)), date.fromisoformat(day))
    assert (found.sort, len(found.walls)) == (sort, open_hours)


def test_the_year_counts_its_days(line: Line) -> None:
    """Eleven French holidays, one of which is worked by one entity."""
    shown = signed_in(line, Role.DESK).gets("/directory/days?entity=novenc&number=2027")
    assert "jour férié <span" in shown
    assert re.search(r'jour férié <span class="quiet number">10<', shown)
    assert re.search(r'ouverture exceptionnelle <span class="quiet number">1<', shown)
    assert shown.count('class="day-') == 5 + 365
    assert "Ouvrir pour une fois" not in shown


def test_a_holiday_is_opened_for_one_entity(line: Line) -> None:
    """From the day on the calendar, the hours of an ordinary day are already there."""
    admin = signed_in(line, Role.ADMIN)
    day = admin.gets("/directory/days?entity=idline&day=2027-05-17")
    assert "Lundi de Pentecôte" in day
    found = re.search(r'href="([^"]+)">Ouvrir pour une fois', day)
    assert found
    path = found[1]
    assert "from=2027-05-17T08%3A30" in path
    shown = keeps(admin, urlsplit(path).path + "?" + urlsplit(path).query, {"reason": "Lundi travaillé"})
    assert "Lundi travaillé" in shown
    book = book_of(line)
    assert open_day(book.schedule(book.entity("idline")), date(2027, 5, 17)).sort is Sort.EXTRA
    assert open_day(book.schedule(book.entity("ivelem")), date(2027, 5, 17)).sort is Sort.HOLIDAY
    day = admin.gets("/directory/days?entity=idline&day=2027-05-17")
    assert "/directory/edit/openings/2" in day


@pytest.mark.parametrize(
    ("hours", "proposed"),
    [
        pytest.param("08:30-18:00", "from=2027-05-17T08:30&until=2027-05-17T18:00", id="within the day"),
        pytest.param("08:00-24:00", "from=2027-05-17T08:00&until=2027-05-18T00:00", id="until midnight, a day later"),
        pytest.param("00:00-24:00", "from=2027-05-17T00:00&until=2027-05-18T00:00", id="all day long"),
    ],
)
def test_an_opening_proposes_an_ordinary_days_hours(make_line: Callable[..., Line], hours: str, proposed: str) -> None:
    directory = sample.SAMPLE.replace('hours = { weekdays = ["08:30-18:00"] }', f'hours = {{ weekdays = ["{hours}"] }}')
    admin = signed_in(make_line(directory), Role.ADMIN)
    assert proposed in unquote(admin.gets("/directory/days?entity=idline&day=2027-05-17"))


@pytest.mark.parametrize(
    ("day", "closes"),
    [
        pytest.param("2026-12-25", False, id="a holiday is closed already"),
        pytest.param("2026-12-24", True, id="a day like others"),
        pytest.param("2026-12-26", False, id="a Saturday"),
    ],
)
def test_only_what_is_open_can_be_closed(line: Line, day: str, closes: bool) -> None:
    shown = signed_in(line, Role.ADMIN).gets(f"/directory/days?entity=novenc&day={day}")
    assert ("Fermer pour une fois" in shown) is closes
    assert "Ouvrir pour une fois" in shown
    [chosen] = re.findall(r'<a class="[^"]* chosen[^"]*" href="[^"]*day=([^"#]*)#day" aria-current="date"', shown)
    assert chosen == day


@pytest.mark.parametrize(
    "query", ["entity=x", "day=never", "day=2026-13-45", "day=0001-01-01", "number=99999", "day=%00"]
)
def test_nonsense_shows_a_year(line: Line, query: str) -> None:
    assert "Jours ouverts" in signed_in(line, Role.DESK).gets(f"/directory/days?{query}")


def test_all_that_is_heard_is_there_with_its_length(line: Line) -> None:
    shown = signed_in(line, Role.DESK).gets("/directory/prompts")
    for told in (
        "Bonjour et bienvenue au support du Groupe NVL.",
        "vos services internet, téléphonie, hébergement ou SMS, tapez 1.",
        "IDLINE est fermé à cette heure. Réouverture demain",
        "est fermé ce dimanche, Toussaint.",
        "Quel service est perdu ?",
        "Tapez votre code client",
    ):
        assert told in shown, told
    parts = recital(book_of(line), line.clock())
    assert all(sentence.seconds > 0 and sentence.text.strip() for part in parts for sentence in part.sentences)
