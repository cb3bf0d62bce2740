"""Four weeks of the rotas on paper: a row a day, who has it and their number, readable from across the room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from ivr import feasts
from ivr.book import Book
from oncall.rotas import Rota, Segment
from storage import rotas, versions
from web.console.faces import Face, face
from web.console.rota import monday, span
from web.outside import Outside

DAYS = 28


@dataclass(frozen=True, slots=True)
class Turn:
    """From that time of the day on: nobody, where there is no face."""

    since: datetime | None  # none: from the day's beginning
    faces: list[Face]


@dataclass(frozen=True, slots=True)
class Sheet:
    rota: Rota
    entities: list[str]
    layers: list[str]
    rows: list[tuple[date, list[list[Turn]]]]  # a day, layer by layer


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
        named = {day: name for day in days if (name := feasts.name_of(book.organisation.holidays, day))}
        return render_template(
            "console/wall.html", sheets=sheets, days=days, holidays=named, now=now, version=newest, book=book,
            before=first - timedelta(days=DAYS), after=first + timedelta(days=DAYS),
        )  # fmt: skip


def _sheet(book: Book, rota: Rota, layers: rotas.Layers, days: Sequence[date]) -> Sheet:
    names = [entity.name for entity in book.entities_of(rota.code)]
    rows = [(day, [_turns(book, rota, segments, day) for segments in layers.values()]) for day in days]
    return Sheet(rota, names, list(layers), rows)


def _turns(book: Book, rota: Rota, segments: Sequence[Segment], day: date) -> list[Turn]:
    """Whoever has the layer as the day begins, then whoever takes over, and when."""
    begins, ends = span(rota, [day])
    zone = ZoneInfo(rota.timezone)
    return [
        Turn(
            None if each.starts <= begins else each.starts.astimezone(zone),
            [face(book, code) for code in each.engineers],
        )
        for each in segments
        if each.starts < ends and begins < each.until
    ]
