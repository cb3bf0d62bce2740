"""A year of a rota at a glance: a row a month, a cell a day in the colour of whoever has it, red where nobody does.

« Nobody » is judged as the doctor does: while an entity is closed, over all the layers that its policy climbs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from directory import public_holidays
from directory.index import Directory
from directory.intervals import Interval
from directory.model import Entity
from oncall import coverage
from oncall.rotas import Rota, Segment
from storage.rotas import rotas
from web.console.faces import Face, face
from web.console.rotas.bars import span
from web.outside import Outside

FIRST, LAST = 2001, 2098


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    day: date
    faces: list[Face]  # whoever has some part of it, the longest first
    is_gap: bool  # some closed hour of it has nobody
    holiday: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    rota: Rota
    entities: Sequence[Entity]
    layers: dict[str, list[list[Cell]]]  # by month
    days: dict[str, dict[Face, int]]  # of each person, by layer


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/rota/year")
    def year() -> str:
        now = outside.clock()
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            number = asked_year(book.day(now))
            days = days_of(number)
            laid = [
                _laid(book, rota, rotas.resolved(db, outside.shelf, rota, *span(rota, days)), days)
                for rota in book.directory.rotas
            ]
        holidays = {day: name for day in days if (name := public_holidays.name_of(book.organisation.holidays, day))}
        return render_template(
            "console/year.html", laid=laid, number=number, today=book.day(now), first=FIRST, last=LAST,
            holidays=holidays,
        )  # fmt: skip


def asked_year(today: date) -> int:
    """This one, unless the address names another."""
    asked = request.args.get("number", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today.year
    return min(max(number, FIRST), LAST)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def _laid(book: Directory, rota: Rota, layers: rotas.Layers, days: Sequence[date]) -> Laid:
    holes = coverage.holes_of(book, rota, layers, *span(rota, days))
    cells = {name: _cells(book, rota, segments, holes[name], days) for name, segments in layers.items()}
    counted: dict[str, dict[Face, int]] = {}
    for name, found in cells.items():
        counted[name] = {}
        for cell in found:
            for one in cell.faces[:1]:
                counted[name][one] = counted[name].get(one, 0) + 1
    months = {
        name: [list(days) for _, days in groupby(found, key=lambda cell: cell.day.month)]
        for name, found in cells.items()
    }
    return Laid(rota=rota, entities=book.entities_of(rota.code), layers=months, days=counted)


def _cells(
    book: Directory, rota: Rota, segments: Sequence[Segment], holes: Sequence[Interval], days: Sequence[date]
) -> list[Cell]:
    """Each segment is laid on the days that it touches, by the rota's clock."""
    parts: dict[date, list[tuple[float, Segment]]] = {day: [] for day in days}
    for segment in segments:
        for day in _touched(rota, segment.starts, segment.until):
            if day in parts:
                begins, ends = span(rota, [day])
                length = (min(segment.until, ends) - max(segment.starts, begins)).total_seconds()
                parts[day].append((length, segment))
    missing = {day for starts, until in holes for day in _touched(rota, starts, until)}
    return [
        Cell(
            day=day,
            faces=[face(book, code) for code in _people(found)],
            is_gap=day in missing,
            holiday=public_holidays.name_of(book.organisation.holidays, day) or "",
        )
        for day, found in parts.items()
    ]


def _touched(rota: Rota, starts: datetime, until: datetime) -> Iterator[date]:
    zone = ZoneInfo(rota.timezone)
    day, last = starts.astimezone(zone).date(), (until - datetime.resolution).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _people(found: Sequence[tuple[float, Segment]]) -> list[str]:
    lengths: dict[str, float] = {}
    for length, segment in found:
        for engineer in segment.engineers:
            lengths[engineer] = lengths.get(engineer, 0) + length
    return sorted(lengths, key=lambda engineer: -lengths[engineer])
