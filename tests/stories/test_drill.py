"""An exercise: one person is woken for nothing, and told so by every channel."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobs import chores
from services import drills
from tests.jobs.work import book_of
from tests.stories.night import quiet, woken
from tests.stories.test_by_text import text
from tests.support.phone import ING1, ING2, SAMPLE, Line
from tests.web.links import link

TUESDAY = 'drill = { day = "tuesday", at = "10:00" }'


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


@pytest.mark.parametrize("how", ["key", "sms", "link"])
def test_whoever_passes_it_on_ends_it(line: Line, reference: str, how: str) -> None:
    """Nobody else is woken for nothing, and not themselves again."""
    match how:
        case "key":
            line.phone(ING2).picks_up().presses("9").hears("L'exercice est terminé").was_let_go()
        case "sms":
            assert text(line, ING2, "NON") == f"{reference} : l'exercice est terminé."
        case _:
            page = line.app.test_client().post(link(line, ING2), data={"action": "pass"})
            assert "plus à prendre" in page.text
    assert (line.ticket()["state"], line.pages()[0]["state"]) == ("closed", "cancelled")
    quiet(line, hours=1)


def test_after_a_quarter_of_an_hour_it_is_over(line: Line, reference: str) -> None:
    line.phone(ING2).does("answers:-")
    line.forward(minutes=14, seconds=59)
    assert line.pages()[0]["state"] == "pending"
    quiet(line, minutes=1)
    assert line.pages()[0]["state"] == "cancelled"


def test_it_looks_like_no_clients_ticket(line: Line, reference: str) -> None:
    """A client who calls now is not told of it, and pages as ever."""
    line.phone("06 39 98 10 01").calls().presses("1").presses("1").presses("1").does_not_hear("déjà ouvert")
    assert line.phone(ING1).texts() == []


def test_its_link_says_so_and_asks_for_no_client(line: Line, reference: str) -> None:
    page = line.door.client.get(link(line, ING2)).text
    assert f"Exercice {reference}" in page
    assert "Je prends ce ticket" in page
    assert not [word for word in ("Client", "Rappeler", "masqué") if word in page]


# ---------------------------------------------------------------- every week
@pytest.fixture
def weekly(make_line: Callable[..., Line]) -> Line:
    """Exercise for idline on Tuesdays at 10:00; the worker begins on Sunday, ing1 has the week from Monday."""
    toml = SAMPLE.read_text(encoding="utf-8")
    line = make_line(toml.replace('code = "idline"\ntimezone', f'code = "idline"\n{TUESDAY}\ntimezone'))
    line.clock.at("2026-09-13 12:00")
    with line.database.begin() as db:
        chores.schedule(db, {"drills": None}, line.clock())
    line.settle()
    return line


def nothing_until(line: Line, moment: str) -> None:
    """Days of minutes in which the worker has nothing to do, skipped but for the last hour."""
    line.clock.at(moment)
    line.clock.forward(hours=-1)
    line.forward(hours=1)


def test_every_week_whoever_is_on_call(weekly: Line) -> None:
    weekly.phone(ING1).does("answers:1")
    weekly.phone(ING2).does("answers:1")
    nothing_until(weekly, "2026-09-15 09:59")
    assert weekly.tickets() == []
    weekly.forward(minutes=1)
    weekly.phone(ING1).gets_sms("EXERCICE")
    weekly.forward(minutes=20)
    nothing_until(weekly, "2026-09-22 09:59")
    weekly.forward(minutes=1)
    assert [(ticket["drill"], ticket["acknowledged_by"]) for ticket in weekly.tickets()] == [
        (True, "ing1"),
        (True, "ing2"),
    ]


@pytest.mark.parametrize(
    ("away", "held"),
    [pytest.param(40, 1, id="the worker comes back within the hour"), pytest.param(90, 0, id="too late for this week")],
)
def test_a_worker_that_was_away_at_the_hour(weekly: Line, away: int, held: int) -> None:
    nothing_until(weekly, "2026-09-15 09:00")
    weekly.clock.forward(hours=1, minutes=away)
    weekly.forward(minutes=2)
    assert len(weekly.tickets()) == held


def test_two_looks_at_once_hold_one_exercise(weekly: Line) -> None:
    nothing_until(weekly, "2026-09-15 09:59")
    weekly.clock.forward(minutes=1)
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda _: weekly.engine.run_due(), range(2)))
    assert len(weekly.tickets()) == 1
