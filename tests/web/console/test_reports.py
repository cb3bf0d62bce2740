"""Reports: each number leads to as many rows, and to a table that adds up to it."""

import csv
import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from storage.accounts import Role
from storage.models import Ticket
from tests.phone import ING1, ING2, Line
from tests.stories.night import loss
from tests.stories.test_qualifying import qualify
from tests.web.people import Visitor, signed_in
from tickets.figures import percentile

NUMBER = re.compile(r'<a[^>]*href="([^"]*/reports/rows[^"]*)"[^>]*>(\d+)</a>')
SECONDS = timedelta(seconds=1)


def a_night(line: Line) -> None:
    """A loss taken in time by who is rung, one by the link after a while, a caller who gives up, an exercise."""
    line.phone(ING2).does("manual")
    loss(line)
    line.settle()
    line.phone(ING2).picks_up().presses("1").hangs_up()
    line.settle()  # at once, not only when the clock would have been looked at
    line.phone("01 99 00 10 01").calls().hangs_up()
    line.forward(minutes=3)
    line.settle()


@pytest.fixture
def visitor(line: Line) -> Visitor:
    line.phone(ING1).does("no-answer")
    a_night(line)
    return signed_in(line, Role.DESK)


def table(visitor: Visitor, address: str) -> list[dict[str, str]]:
    read = visitor.asks(address).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(read), delimiter=";"))


def total(page: str) -> int:
    [found] = re.findall(r'id="total">(\d+)<', page)
    return int(found)


def test_each_number_leads_to_its_rows_and_adds_up(visitor: Visitor) -> None:
    page = visitor.asks("/reports?first=2026-08&last=2026-10").text
    numbers = [(html.unescape(href), int(count)) for href, count in NUMBER.findall(page)]
    assert len(numbers) > 6
    for href, count in numbers:
        rows = visitor.gets(href)
        assert total(rows) == count, href
        [listed] = re.findall(r'href="(/reports\.csv[^"]*)"', rows)
        assert len(table(visitor, listed)) == count, listed
    for href in (href for href, _ in numbers if "subject=calls" in href and "what=" not in href):
        kinds = [int(c) for h, c in NUMBER.findall(page) if "subject=calls" in h and "what=" in h]
        assert sum(kinds) == total(visitor.gets(href.replace("first=2026-09", "first=2026-08")))


def test_what_has_been_is_told(line: Line, visitor: Visitor) -> None:
    page = visitor.gets("/reports?last=2026-09")
    for said in ("Appels", "Temps de prise en charge", "médiane", "Réveils", "Ingénieur 2", "Engagements"):
        assert said in page, said
    reference = line.tickets()[0]["reference"]
    assert reference in visitor.gets("/reports/rows?subject=taken&last=2026-09")
    kept = table(visitor, "/reports.csv?subject=respond&last=2026-09")
    assert [(row["sujet"], row["quoi"]) for row in kept] == [(reference, "kept")]
    woken = table(visitor, "/reports.csv?subject=pages&last=2026-09")
    assert {row["ingenieur"] for row in woken} == {"ing2"}
    assert len(woken) == len({(row["sujet"], row["instant"][:16]) for row in woken}), "an SMS and a call wake once"


def test_the_gaps_between_the_three_instants(line: Line) -> None:
    """A stranger talks for a while before the ticket is opened; somebody says who it was after twenty minutes."""
    call = line.phone("06 39 98 77 77").calls().presses("1")
    line.clock.forward(seconds=90)
    call.presses("1").is_silent().is_silent().is_silent().says(5)
    line.settle()
    line.clock.forward(minutes=20)
    qualify(line, client="260417", entity="idline", service="Accès internet", sites=["Pau"], description="Plus rien.")
    visitor = signed_in(line, Role.DESK)
    page = visitor.gets("/reports?first=2026-09&last=2026-09")
    assert re.search(r"De l'arrivée au ticket.*?médiane <strong>90 s<", page, re.DOTALL)
    assert re.search(r"Du ticket à sa qualification.*?médiane <strong>20 min<", page, re.DOTALL)
    for subject, seconds in (("opened", "90"), ("qualified", "1200")):
        [row] = table(visitor, f"/reports.csv?subject={subject}&last=2026-09")
        assert (row["sujet"], row["secondes"]) == (line.ticket()["reference"], seconds)


def test_exercises_are_left_out(line: Line, visitor: Visitor) -> None:
    with line.database.begin() as db:
        db.execute(update(Ticket).values(drill=True))
    for subject in ("taken", "opened", "qualified", "respond", "restore", "pages"):
        assert table(visitor, f"/reports.csv?subject={subject}&last=2026-09") == [], subject


def test_an_entity_alone(visitor: Visitor) -> None:
    assert table(visitor, "/reports.csv?subject=pages&last=2026-09&entity=idline") != []
    assert table(visitor, "/reports.csv?subject=pages&last=2026-09&entity=ozanges") == []


@pytest.mark.parametrize(
    ("at", "month"),
    [
        pytest.param("2026-10-31 23:59", "2026-10", id="the last minute of October, after the clocks went back"),
        pytest.param("2026-11-01 00:00", "2026-11", id="the first of November"),
        pytest.param("2026-03-31 23:59", "2026-03", id="the last minute of March, in summer time"),
    ],
)
def test_months_begin_at_midnight_here(line: Line, at: str, month: str) -> None:
    line.clock.at(at)
    line.phone("01 99 00 10 01").calls().hangs_up()
    line.settle()
    visitor = signed_in(line, Role.DESK)
    for other in ("2026-03", "2026-10", "2026-11"):
        expected = 1 if other == month else 0
        assert total(visitor.gets(f"/reports/rows?subject=calls&first={other}&last={other}")) == expected, other


@pytest.mark.parametrize(
    "query",
    [
        "first=x&last=y",
        "first=2026-13",
        "first=1900-01&last=2090-12",
        "subject=secrets",
        "hour=99",
        "hour=²",
        "who=%00",
    ],
)
def test_nonsense_is_not_said(visitor: Visitor, query: str) -> None:
    for path in ("/reports", "/reports/rows", "/reports.csv"):
        assert visitor.asks(f"{path}?{query}").status_code == 200


def test_nothing_yet(line: Line) -> None:
    page = signed_in(line, Role.DESK).gets("/reports")
    assert page.count("Rien pendant ces mois.") == 7


@pytest.mark.parametrize(
    ("seconds", "percent", "expected"),
    [
        pytest.param([], 50, None, id="of none"),
        pytest.param([7], 90, 7, id="of one"),
        pytest.param([4, 1, 3, 2], 50, 2, id="the lower middle"),
        pytest.param(list(range(1, 11)), 90, 9, id="nine of ten"),
        pytest.param([5, 5, 5], 1, 5, id="the least"),
        pytest.param([1, 9], 100, 9, id="the most"),
    ],
)
def test_percentiles_are_by_nearest_rank(seconds: list[int], percent: int, expected: Any) -> None:
    found = percentile([SECONDS * each for each in seconds], percent)
    assert found == (None if expected is None else SECONDS * expected)
