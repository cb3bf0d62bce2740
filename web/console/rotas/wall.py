"""Four weeks of the rotas on paper: a row a day, who has it and their number, readable from across the room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from directory import public_holidays
from directory.index import Directory
from directory.intervals import Interval
from oncall import coverage
from oncall.rotas import Rota, Segment
from storage.directory import versions
from storage.rotas import rotas
from web.console.faces import Face, face
from web.console.rotas.bars import span
from web.console.rotas.rota import monday
from web.outside import Outside

DAYS = 28


@dataclass(frozen=True, slots=True)
class Turn:
    """From that time of the day on: nobody, where there is no face."""

    since: datetime | None  # none: from the day's beginning
    faces: list[Face]
    is_gap: bool = False  # and a desk is closed


@dataclass(frozen=True, slots=True)
class Sheet:
    rota: Rota
    entities: list[str]
    layers: list[str]
    rows: list[tuple[date, list[list[Turn]]]]  # a day, layer by layer

    @property
    def has_gaps(self) -> bool:
        return any(turn.is_gap for _, layers in self.rows for turns in layers for turn in turns)


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/rota/wall")
    def rota_for_the_wall() -> str:
        now = outside.clock()
        with outside.database.read() as db:
            newest = versions.newest(db)
            book = outside.shelf.book(db, newest)
            first = monday(request.args.get("from", ""), now, book)
            days = [first + timedelta(days=number) for number in range(DAYS)]
            sheets = [
                _sheet(book, rota, rotas.resolved(db, outside.shelf, rota, *span(rota, days)), days)
                for rota in book.directory.rotas
            ]
        named = {day: name for day in days if (name := public_holidays.name_of(book.organisation.holidays, day))}
        return render_template(
            "console/wall.html", sheets=sheets, days=days, holidays=named, now=now, version=newest, book=book,
            before=first - timedelta(days=DAYS), after=first + timedelta(days=DAYS),
        )  # fmt: skip


def _sheet(book: Directory, rota: Rota, layers: rotas.Layers, days: Sequence[date]) -> Sheet:
    names = [entity.name for entity in book.entities_of(rota.code)]
    holes = coverage.holes_of(book, rota, layers, *span(rota, days))
    rows = [
        (day, [_turns(book, rota, segments, holes[name], day) for name, segments in layers.items()]) for day in days
    ]
    return Sheet(rota, names, list(layers), rows)


def _turns(
    book: Directory, rota: Rota, segments: Sequence[Segment], holes: Sequence[Interval], day: date
) -> list[Turn]:
    """Whoever has the layer as the day begins, then whoever takes over, and when; a change of nobody is none."""
    begins, ends = span(rota, [day])
    found = _pieces(segments, holes, begins, ends)
    told = [next(same) for _, same in groupby(found, key=lambda piece: piece[1:])]
    zone = ZoneInfo(rota.timezone)
    return [
        Turn(None if at <= begins else at.astimezone(zone), [face(book, code) for code in people], is_gap)
        for at, people, is_gap in told
    ]


def _pieces(
    segments: Sequence[Segment], holes: Sequence[Interval], begins: datetime, ends: datetime
) -> list[tuple[datetime, tuple[str, ...], bool]]:
    """Since when, who, and whether somebody is missing."""
    edges = {edge for starts, until in holes for edge in (starts, until)} | {each.starts for each in segments}
    found = []
    for at in sorted({begins, *(edge for edge in edges if begins < edge < ends)}):
        people = next((each.engineers for each in segments if each.starts <= at < each.until), ())
        found.append((at, people, any(starts <= at < until for starts, until in holes)))
    return found
