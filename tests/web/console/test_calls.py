"""The call log: the missed ones first, until somebody has called back; figures that lead to their calls."""

import csv
import io
import re

import pytest

from storage.accounts.accounts import Role
from tests.stories.night import CLIENT, loss
from tests.support.phone import Line
from tests.web.people import Visitor, signed_in

STRANGER = "01 99 00 55 55"


def gives_up(line: Line, number: str = STRANGER, *keys: str) -> None:
    caller = line.phone(number).calls()
    for key in keys:
        caller = caller.presses(key)
    caller.hangs_up()
    line.forward(minutes=1)


def missed(visitor: Visitor) -> str:
    """That part of the page."""
    page = visitor.gets("/calls")
    return page.split("Appels manqués")[1].split('class="filters"')[0] if "Appels manqués" in page else ""


def test_whoever_gave_up_comes_first_with_where(line: Line) -> None:
    gives_up(line, STRANGER, "3")
    told = missed(signed_in(line, Role.DESK))
    assert "01 99 00 55 55" in told
    assert 'href="tel:+33199005555"' in told
    assert "a raccroché à la question sur sa demande, NOVENC" in told


def test_called_back_is_said_once_and_by_whom(line: Line) -> None:
    gives_up(line)
    gives_up(line)
    desk = signed_in(line, Role.DESK)
    assert missed(desk).count("Rappelé</button>") == 1, "somebody who tried twice waits once"
    [path] = re.findall(r'action="(/calls/CA\w+)"', missed(desk))
    assert "Noté : rappelé." in desk.does(path)
    assert missed(desk) == ""
    assert desk.gets("/calls").count("rappelé par desk@nvl.example") == 2
    assert "n'attend personne" in desk.does(path)


@pytest.mark.parametrize("number", [CLIENT, STRANGER])
def test_whoever_calls_again_waits_no_more(line: Line, number: str) -> None:
    gives_up(line, number)
    desk = signed_in(line, Role.DESK)
    assert missed(desk)
    line.phone(number).calls().presses("1").presses("3").says(5)
    line.settle()
    assert missed(desk) == ""


def test_a_withheld_number_is_told_of_without_a_link(line: Line) -> None:
    gives_up(line, "")
    told = missed(signed_in(line, Role.DESK))
    assert "masqué" in told
    assert "tel:" not in told


def test_a_fortnight_later_nobody_is_called_back(line: Line) -> None:
    gives_up(line)
    line.forward(days=15)
    assert missed(signed_in(line, Role.DESK)) == ""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("outcome=abandoned", 2, id="how it ended"),
        pytest.param("outcome=message", 1, id="what is no loss"),
        pytest.param("entity=novenc", 1, id="an entity"),
        pytest.param("entity=-", 1, id="before any entity"),
        pytest.param("step=menu", 1, id="where"),
        pytest.param("hour=22", 3, id="an hour of the line's clock"),
        pytest.param("hour=20", 0, id="not of UTC"),
        pytest.param("from=2026-09-12&until=2026-09-12", 3, id="a day, included"),
        pytest.param("from=2026-09-13", 0, id="since another"),
        pytest.param("q=55 55", 2, id="digits"),
        pytest.param("q=NVL", 1, id="a reference"),
        pytest.param("from=hier&until=%00&hour=²&page=x", 3, id="nonsense"),
        pytest.param("until=9999-12-31", 3, id="the end of time"),
    ],
)
def test_calls_are_found(line: Line, query: str, found: int) -> None:
    loss(line)
    gives_up(line)
    gives_up(line, STRANGER, "3")
    page = signed_in(line, Role.DESK).gets(f"/calls?{query}")
    assert re.search(r'fw-normal number">(\d+)<', page)[1] == str(found)  # type: ignore[index]


def test_every_figure_leads_to_as_many_calls_and_the_csv_adds_up(line: Line) -> None:
    loss(line)
    for keys in ((), ("3",), ("3", "1"), ("1",)):
        gives_up(line, STRANGER, *keys)
    desk = signed_in(line, Role.DESK)
    page = desk.gets("/calls/figures")
    links = re.findall(r'<a href="(/calls\?[^"]+)">(\d+)</a>', page)
    assert len(links) > 8
    for path, count in links:
        listed = desk.gets(path)
        assert re.search(r'fw-normal number">(\d+)<', listed)[1] == count, path  # type: ignore[index]
    written = desk.asks("/calls/figures.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written), delimiter=";"))
    assert sum(int(row["appels"]) for row in rows) == 5
    assert {row["fin"] for row in rows} == {"abandoned", "message"}


def test_figures_of_nothing_and_of_nonsense(line: Line) -> None:
    desk = signed_in(line, Role.DESK)
    assert "Aucun appel terminé" in desk.gets("/calls/figures")
    for query in ("from=2026-09-12&until=2020-01-01", "from=x", "from=0001-01-01&until=9999-12-31"):
        desk.gets(f"/calls/figures?{query}")


def test_a_call_tells_its_steps_in_words(line: Line) -> None:
    gives_up(line, STRANGER, "3")
    desk = signed_in(line, Role.DESK)
    [path] = set(re.findall(r'href="(/calls/CA\w+)"', desk.gets("/calls")))
    told = desk.gets(path)
    assert "Pressed" not in told
    assert "tape" in told
    assert "à la question sur sa demande" in told
