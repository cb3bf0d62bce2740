"""A year of a rota at a glance: a row a month, a cell a day in the colour of whoever has it, red where nobody does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from ivr import feasts, standing_by
from ivr.book import Book
from ivr.directory import Entity
from oncall.rotas import Rota, Segment
from storage import rotas
from web.console.faces import Face, face
from web.console.rota import span
from web.outside import Outside

FIRST, LAST = 2001, 2098


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    day: date
    faces: list[Face]  # whoever has some part of it, the longest first
    is_gap: bool  # nobody has some part of it
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
        return render_template(
            "console/year.html", laid=laid, number=number, today=book.day(now), first=FIRST, last=LAST
        )


def asked_year(today: date) -> int:
    """This one, unless the address names another."""
    asked = request.args.get("number", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today.year
    return min(max(number, FIRST), LAST)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def _laid(book: Book, rota: Rota, layers: rotas.Layers, days: Sequence[date]) -> Laid:
    cells = {name: _cells(book, rota, segments, days) for name, segments in layers.items()}
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


def _cells(book: Book, rota: Rota, segments: Sequence[Segment], days: Sequence[date]) -> list[Cell]:
    """Each segment is laid on the days that it touches, by the rota's clock."""
    zone = ZoneInfo(rota.timezone)
    parts: dict[date, list[tuple[float, Segment]]] = {day: [] for day in days}
    for segment in segments:
        starts, until = segment.starts.astimezone(zone), segment.until.astimezone(zone)
        day = starts.date()
        while day <= (until - timedelta(microseconds=1)).date():
            if day in parts:
                begins, ends = span(rota, [day])
                length = (min(segment.until, ends) - max(segment.starts, begins)).total_seconds()
                parts[day].append((length, segment))
            day += timedelta(days=1)
    return [
        Cell(
            day=day,
            faces=[face(book, code) for code in _people(found)],
            is_gap=any(standing_by.is_gap(segment) for _, segment in found),
            holiday=feasts.name_of(book.organisation.holidays, day) or "",
        )
        for day, found in parts.items()
    ]


def _people(found: Sequence[tuple[float, Segment]]) -> list[str]:
    lengths: dict[str, float] = {}
    for length, segment in found:
        for engineer in segment.engineers:
            lengths[engineer] = lengths.get(engineer, 0) + length
    return sorted(lengths, key=lambda engineer: -lengths[engineer])
