"""Every row of the mission's table « What is open or closed », heard on the telephone."""

from collections.abc import Callable

import pytest

from tests.ivr import sample
from tests.support.phone import Line, TestClock

NAMES = {"1": "IDLINE", "2": "OZANGES", "3": "NOVENC", "4": "IVELEM"}
ALL, OTHERS, NONE = "1234", "234", ""


def ask(line: Line, key: str, *, closed: bool, reopening: str) -> None:
    """Call an entity: an open one rings its team, a closed one says when it reopens."""
    caller = line.phone(sample.STRANGER).calls().presses(key)
    if closed:
        caller.hears(f"{NAMES[key]} est fermé", f"Réouverture {reopening}", "perte d'un service").is_at("gathering")
    else:
        caller.hears(f"Nous appelons {NAMES[key]}").is_at("dialling")
    caller.hangs_up()
    line.settle()


AWAY = {"2026-12-24 17:45": {"2"}}  # the yearly closure of OZANGES follows: told below
ROWS = (
    pytest.param("2026-09-14 08:29:59", ALL, "à 8 heures 30.", id="Monday, a second before opening"),
    pytest.param("2026-09-14 08:30:00", NONE, "", id="opening is inclusive"),
    pytest.param("2026-09-14 12:14:59", NONE, "", id="a second before lunch"),
    pytest.param("2026-09-14 12:15:00", OTHERS, "à 14 heures.", id="lunch closes all but IDLINE"),
    pytest.param("2026-09-14 17:30:00", OTHERS, "demain mardi à 8 heures 30.", id="the others close first"),
    pytest.param("2026-09-14 17:59:50", OTHERS, "demain mardi à 8 heures 30.", id="ten seconds before IDLINE closes"),
    pytest.param("2026-09-14 18:00:00", ALL, "demain mardi à 8 heures 30.", id="18:00:00 is closed"),
    pytest.param("2026-09-12 10:00", ALL, "lundi à 8 heures 30.", id="Saturday"),
    pytest.param("2026-04-03 10:00", NONE, "", id="Good Friday is worked outside Alsace-Moselle"),
    pytest.param("2026-04-06 10:00", ALL, "demain mardi à 8 heures 30.", id="Easter Monday"),
    pytest.param("2026-05-14 10:00", ALL, "demain vendredi à 8 heures 30.", id="Ascension Day"),
    pytest.param("2026-05-15 10:00", NONE, "", id="the Friday after Ascension is worked"),
    pytest.param("2026-12-24 17:45", "34", "lundi à 8 heures 30.", id="Christmas and a week-end are skipped"),
    pytest.param("2026-10-25 00:30:00+00:00", ALL, "demain lundi à 8 heures 30.", id="02:30, the first of two"),
    pytest.param("2026-10-25 01:30:00+00:00", ALL, "demain lundi à 8 heures 30.", id="02:30, the second of two"),
)


@pytest.mark.parametrize(("at", "closed", "reopening"), ROWS)
def test_the_table(line: Line, clock: TestClock, at: str, closed: str, reopening: str) -> None:
    """Each entity is called at that instant."""
    clock.at(at)
    for key in NAMES.keys() - AWAY.get(at, set()):
        ask(line, key, closed=key in closed, reopening=reopening)


def test_good_friday_in_alsace_moselle(make_line: Callable[..., Line], clock: TestClock) -> None:
    """« FR-57 » adds the region's two holidays."""
    clock.at("2026-04-03 10:00")
    line = make_line(sample.SAMPLE.replace('holidays = "FR" ', 'holidays = "FR-57" '))
    caller = line.phone(sample.STRANGER).calls().presses("1")
    caller.hears("IDLINE est fermé ce vendredi", "Réouverture mardi à 8 heures 30")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        pytest.param("2026-12-24 17:45", "Réouverture lundi 4 janvier à 8 heures 30", id="the evening before it"),
        pytest.param("2026-12-29 10:00", "OZANGES est fermé ce mardi, Fermeture annuelle", id="in the midst of it"),
    ],
)
def test_a_closure_of_one_entity(line: Line, clock: TestClock, at: str, words: str) -> None:
    """OZANGES is away for a week; the others are not."""
    clock.at(at)
    line.phone(sample.STRANGER).calls().presses("2").hears(words)


def test_an_extra_opening_beats_the_holiday(line: Line, clock: TestClock) -> None:
    """NOVENC works on Whit Monday 2027."""
    clock.at("2027-05-17 10:00")
    line.phone(sample.STRANGER).calls().presses("3").hears("Nous appelons NOVENC")
    line.phone(sample.STRANGER).calls().presses("1").hears("IDLINE est fermé ce lundi, lundi de Pentecôte")


def test_hours_are_judged_once_at_the_calls_first_moment(line: Line, clock: TestClock) -> None:
    """A call that starts at 17:59:50 stays open, however long the menu takes."""
    clock.at("2026-09-14 17:59:50")
    caller = line.phone(sample.STRANGER).calls()
    clock.forward(minutes=5)
    caller.presses("1").hears("Nous appelons IDLINE").is_at("dialling")


def test_a_call_that_starts_before_opening_stays_closed(line: Line, clock: TestClock) -> None:
    """The other way round: what was announced is what happens."""
    clock.at("2026-09-14 08:29:55")
    caller = line.phone(sample.STRANGER).calls()
    clock.forward(seconds=30)
    caller.presses("1").hears("IDLINE est fermé")


def test_a_closure_that_begins_in_the_middle_of_a_call(make_line: Callable[..., Line], clock: TestClock) -> None:
    """Whoever was greeted by an open line is answered by one: a call keeps the directory it began with."""
    clock.at("2026-09-14 10:00")
    line = make_line()
    caller = line.phone(sample.STRANGER).calls()
    closure = '\n[[closures]]\nfrom = 2026-09-14T10:00:00\nuntil = 2026-09-14T12:00:00\nreason = "Exercice incendie"\n'
    line.load(sample.SAMPLE + closure)
    caller.presses("1").hears("Nous appelons IDLINE")
    line.phone(sample.DEUX).calls().presses("1").hears("IDLINE est fermé ce lundi, Exercice incendie")


def test_the_lines_own_hours_cut_those_of_the_entities(make_line: Callable[..., Line], clock: TestClock) -> None:
    """C1: open = line and entity, when the line has hours."""
    overlay = 'hours = { weekdays = ["08:30-12:00", "14:00-18:00"] }'
    line = make_line(sample.SAMPLE.replace(f"# {overlay}", overlay))
    clock.at("2026-09-14 12:05")
    line.phone(sample.STRANGER).calls().presses("1").hears("IDLINE est fermé", "à 14 heures")
