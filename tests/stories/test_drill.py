"""An exercise: one person is woken for nothing, and told so by every channel."""

import pytest

from storage import drills
from tests.jobs.work import book_of
from tests.phone import ING1, ING2, Line
from tests.stories.night import quiet, woken


@pytest.fixture
def reference(line: Line) -> str:
    book = book_of(line)
    engineer = book.engineer("ing2")
    assert engineer is not None
    with line.database.begin() as db:
        found = drills.open_drill(db, book, engineer, line.clock())
    line.settle()
    return found


def test_taken_by_key_it_is_over(line: Line, reference: str) -> None:
    line.phone(ING2).gets_sms(reference, "EXERCICE", "/t/")
    line.phone(ING2).picks_up().hears("exercice", "tapez 1").presses("1").hears("Vous avez pris")
    assert (line.ticket()["state"], line.ticket()["drill"], line.ticket()["acknowledged_by"]) == (
        "closed",
        True,
        "ing2",
    )
    quiet(line, hours=1)


def test_without_an_answer_it_ends_by_itself_and_wakes_nobody_else(line: Line, reference: str) -> None:
    line.phone(ING2).does("answers:-")
    line.forward(minutes=25)
    assert woken(line) == {"ing2"}
    assert [page["state"] for page in line.pages()] == ["cancelled"]
    assert line.ticket()["state"] == "closed"
    quiet(line, hours=1)


def test_it_looks_like_no_clients_ticket(line: Line, reference: str) -> None:
    """A client who calls now is not told of it, and pages as ever."""
    line.phone("06 39 98 10 01").calls().presses("1").presses("1").presses("1").does_not_hear("déjà ouvert")
    assert line.phone(ING1).texts() == []
