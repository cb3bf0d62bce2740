"""What the doctor and whoever changes a rota are told: entity by entity, in a sentence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from directory import week
from directory.hours import Span
from directory.index import Directory
from directory.model import DirectoryData
from directory.roster import Drill, Weekday
from oncall import coverage_checks
from oncall.rotas import Absence, Kind
from storage.directory import parse
from tests.ivr.sample import SAMPLE
from tests.oncall.test_rotas import at, override, wall

SAMPLE_DIRECTORY = parse(SAMPLE)
FRIDAY = at("2026-11-20 12:00")
DAYS = timedelta(days=28)


def told(directory: DirectoryData) -> list[str]:
    return [str(doubt) for doubt in coverage_checks.doubts(Directory(directory), FRIDAY, FRIDAY + DAYS)]


def with_rotas(directory: DirectoryData, **changed: object) -> DirectoryData:
    first, *others = directory.rotas
    return replace(directory, rotas=(replace(first, **changed), *others))  # type: ignore[arg-type]


def a_hole(directory: DirectoryData) -> DirectoryData:
    nobody = replace(override("2026-11-24 18:00", "2026-11-25 08:00", ""), kind=Kind.REMOVE)
    return with_rotas(directory, fallback="", overrides=(nobody,))


def a_hole_in_hours(directory: DirectoryData) -> DirectoryData:
    nobody = replace(override("2026-11-24 09:00", "2026-11-24 18:00", ""), kind=Kind.REMOVE)
    return with_rotas(directory, fallback="", overrides=(nobody,))


def two_replacements(directory: DirectoryData) -> DirectoryData:
    both = (override("2026-11-24 18:00", "2026-11-25 08:00", code) for code in ("resp", "ing3"))
    return with_rotas(directory, overrides=tuple(both))


def one_who_is_away(directory: DirectoryData) -> DirectoryData:
    leave = (Absence(starts=wall("2026-11-01 00:00"), until=wall("2026-12-01 00:00")),)
    people = (replace(each, absences=leave) if each.code == "ing3" else each for each in directory.engineers)
    named = (override("2026-11-24 18:00", "2026-11-25 08:00", "ing3"),)
    return replace(with_rotas(directory, overrides=named), engineers=tuple(people))


def in_the_skipped_hour(directory: DirectoryData) -> DirectoryData:
    return with_rotas(directory, overrides=(override("2027-03-28 02:10", "2027-03-28 02:40", "ing3"),))


def a_drill_by_day(directory: DirectoryData) -> DirectoryData:
    first, *others = directory.rotas[0].layers
    nights = replace(first, only=5 * ((week.Span(time(18), time(8, 30)),),) + ((), ()))
    drill = Drill(day=Weekday.TUESDAY, at=time(10))
    return with_rotas(directory, drill=drill, layers=(nights, *others))


def one_on_two_layers(directory: DirectoryData) -> DirectoryData:
    """By a swap of two turns of the first alone."""
    both = (override("2026-11-23 08:30", "2026-11-30 08:30", "ing2"),)
    return with_rotas(directory, overrides=both)


def no_rota(directory: DirectoryData) -> DirectoryData:
    first, *others = directory.entities
    return replace(directory, entities=(replace(first, rota=""), *others))


def nobody_at_all(directory: DirectoryData) -> DirectoryData:
    return replace(directory, engineers=tuple(replace(each, phone="") for each in directory.engineers))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            a_hole,
            "IDLINE : personne pour « principal » du mardi 24/11 18:00 au mercredi 25/11 08:00",
            id="a night",
        ),
        pytest.param(
            two_replacements,
            "planning idline, principal : le remplacement du 24/11/2026 18:00 au",
            id="two at once",
        ),
        pytest.param(one_who_is_away, "planning idline, principal : Ingénieur 3 est absent pendant", id="away"),
        pytest.param(
            in_the_skipped_hour,
            "planning idline, principal : le remplacement du 28/03/2027 02:10 au 28/03/2027 02:40 est sans effet",
            id="an hour that the clock skips",
        ),
        pytest.param(
            a_drill_by_day,
            "planning idline : à l'exercice, mardi 24/11 10:00, « principal » n'a personne : il réveille Ingénieur 2",
            id="an exercise outside the layer's hours",
        ),
        pytest.param(
            one_on_two_layers,
            "Ingénieur 2 : sur « principal » et « secours » du planning idline à la fois : l'escalade réveillerait",
            id="one on two layers",
        ),
        pytest.param(
            no_rota,
            "IDLINE : sans planning, il n'y a pas de couche « principal » : son étape est",
            id="no rota",
        ),
        pytest.param(
            nobody_at_all,
            "IDLINE : aucune étape de la politique « standard » ne réveille personne",
            id="no telephone",
        ),
    ],
)
def test_a_doubt_is_a_sentence(change: Callable[[DirectoryData], DirectoryData], said: str) -> None:
    assert not any(sentence.startswith(said) for sentence in told(SAMPLE_DIRECTORY))
    assert any(sentence.startswith(said) for sentence in told(change(SAMPLE_DIRECTORY)))


def test_who_is_away_in_hours_is_missed_by_nobody() -> None:
    found = coverage_checks.doubts(Directory(a_hole_in_hours(SAMPLE_DIRECTORY)), FRIDAY, FRIDAY + DAYS)
    assert not any(doubt.grave for doubt in found)


def test_the_sample_has_nothing_grave() -> None:
    assert not any(doubt.grave for doubt in coverage_checks.doubts(Directory(SAMPLE_DIRECTORY), FRIDAY, FRIDAY + DAYS))


def test_a_line_with_shorter_hours_is_closed_sooner() -> None:
    morning = (Span(time(8, 30), time(12)),)
    main, *others = SAMPLE_DIRECTORY.lines
    overlaid = replace(main, hours=(morning, morning, morning, morning, morning, (), ()))
    book = Directory(replace(SAMPLE_DIRECTORY, lines=(overlaid, *others)))
    monday = at("2026-11-23 00:00")
    closed = coverage_checks.closed(book, book.entity("idline"), monday, at("2026-11-24 00:00"))
    assert closed == [(monday, at("2026-11-23 08:30")), (at("2026-11-23 12:00"), at("2026-11-24 00:00"))]


MONDAY, TUESDAY = at("2026-11-23 00:00"), at("2026-11-24 00:00")


@pytest.mark.parametrize(
    ("rota", "hours"),
    [
        pytest.param("idline", ("08:30", "18:00"), id="one entity: its own hours"),
        pytest.param("applications", ("10:00", "17:30"), id="two: open while both are"),
        pytest.param("gone", None, id="none: never open"),
    ],
)
def test_a_rota_is_on_call_while_one_of_its_entities_is_closed(rota: str, hours: tuple[str, str] | None) -> None:
    day = {"ozanges": (Span(time(8, 30), time(17, 30)),), "ivelem": (Span(time(10), time(20)),)}
    entities = (
        replace(each, hours=(day[each.code],) * 7) if each.code in day else each for each in SAMPLE_DIRECTORY.entities
    )
    found = coverage_checks.closed_for(
        Directory(replace(SAMPLE_DIRECTORY, entities=tuple(entities))), rota, MONDAY, TUESDAY
    )
    edges = [MONDAY, *(at(f"2026-11-23 {hour}") for hour in hours or ()), TUESDAY]
    assert [edge for span in found for edge in span] == edges


def test_what_a_file_drops_is_told_as_long_as_it_matters() -> None:
    without = with_rotas(SAMPLE_DIRECTORY, overrides=())

    def dropped(now: datetime) -> int:
        return len(list(coverage_checks.dropped(SAMPLE_DIRECTORY, without, now)))

    assert dropped(FRIDAY) == 1
    assert dropped(at("2026-11-22 08:00")) == 0
    assert list(coverage_checks.dropped(without, SAMPLE_DIRECTORY, FRIDAY)) == []
