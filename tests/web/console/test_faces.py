"""A face for whatever somebody's code is."""

import pytest

from storage.accounts.accounts import Role
from storage.directory import from_json, parse, to_json, versions
from tests.support.phone import SAMPLE, Line
from tests.web.people import signed_in
from web.console.faces import COLOURS, _colour


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("ing2", id="as usual"),
        pytest.param("ing²", id="a digit that is no number"),
        pytest.param("ing٣", id="a number of another script"),
        pytest.param("9" * 5000, id="more digits than int() reads"),
        pytest.param("", id="none"),
    ],
)
def test_every_code_has_a_colour(code: str) -> None:
    assert 0 <= _colour(code) < COLOURS


def test_an_odd_code_breaks_no_page(line: Line) -> None:
    """It is refused today; a directory of before may have it."""
    document = to_json(parse(SAMPLE.read_text(encoding="utf-8"))).replace('"ing2"', '"ing²"')
    with line.database.begin() as db:
        versions.load(db, from_json(document), line.clock())
    visitor = signed_in(line, Role.DESK)
    for path in ("/", "/rota", "/directory", "/reports/rows?subject=pages&who=²"):
        assert visitor.asks(path).status_code == 200, path
