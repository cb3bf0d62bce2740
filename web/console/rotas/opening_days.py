"""A year of an entity's opening days; holidays, closures and openings are seen and added on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, url_for
from flask_login import current_user

from directory.days import OpenDay, Sort, open_day
from directory.index import Directory
from directory.model import Entity
from web.console.hours import MONDAY
from web.console.rotas.year import asked_year, days_of
from web.outside import Outside
from web.params import text

SORTS: Mapping[str, str] = {
    Sort.OPEN: "ouvert comme chaque semaine", Sort.EXTRA: "ouverture exceptionnelle",
    Sort.CLOSED: "fermeture exceptionnelle", Sort.HOLIDAY: "jour férié", Sort.OFF: "jour sans ouverture",
}  # fmt: skip
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]
SHOWN_FOR = (time(8, 30), time(17, 30))  # an opening's hours, where nothing better is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The day that was tapped, with the exceptions in force and their places in the directory."""

    told: OpenDay
    closures: list[tuple[int, object]]
    openings: list[tuple[int, object]]
    close: str  # addresses of forms that begin with this day
    open: str


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/directory/days")
    def open_days() -> str:
        now = outside.clock()
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
        entities = book.directory.entities
        entity = book.known_entity(text("entity", 60)) or (entities[0] if entities else abort(HTTPStatus.NOT_FOUND))
        schedule, chosen = book.schedule(entity), _chosen(book, entity, text("day", 10))
        number = chosen.told.day.year if chosen else asked_year(book.day(now))
        days = [open_day(schedule, day) for day in days_of(number)]
        months = [list(group) for _, group in groupby(days, key=lambda each: each.day.month)]
        return render_template(
            "console/days.html", book=book, entity=entity, number=number, months=months, today=book.day(now),
            chosen=chosen, sorts=SORTS, whole=current_user.keeps_the_whole, week=WEEK,
            counted={sort: sum(each.sort == sort for each in days) for sort in Sort},
        )  # fmt: skip


def _chosen(book: Directory, entity: Entity, written: str) -> Chosen | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    if not 2000 < day.year < 2099:
        return None
    told = open_day(book.schedule(entity), day)
    starts, until = told.span or _usual(book, entity, day)
    whole_day = datetime.combine(day, time()), datetime.combine(day + timedelta(days=1), time())
    return Chosen(
        told=told, closures=_numbered(book.directory.closures, told.closures),
        openings=_numbered(book.directory.openings, told.openings),
        close=_form("closures", entity, *whole_day), open=_form("openings", entity, starts, until),
    )  # fmt: skip


def _usual(book: Directory, entity: Entity, day: date) -> tuple[datetime, datetime]:
    """From the first to the last hour of the nearest day that is open as every week."""
    for away in range(1, 15):
        near = open_day(book.schedule(entity), day + timedelta(days=away))
        if near.sort is Sort.OPEN and near.span:
            opens, closes = near.span  # midnight at the end of a day is of the next one
            return opens - timedelta(days=away), closes - timedelta(days=away)
    return datetime.combine(day, SHOWN_FOR[0]), datetime.combine(day, SHOWN_FOR[1])


def _numbered(all_of_them: Sequence[object], some: Sequence[object]) -> list[tuple[int, object]]:
    return [(number, each) for number, each in enumerate(all_of_them, 1) if each in some]


def _form(section: str, entity: Entity, starts: datetime, until: datetime) -> str:
    begun = {"entity": entity.code, "from": f"{starts:%Y-%m-%dT%H:%M}", "until": f"{until:%Y-%m-%dT%H:%M}"}
    return url_for("console.add_item", section=section) + f"?{urlencode(begun)}"
