"""Reports: months of calls, pages and commitments; each number leads to its rows, and a table adds up to it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import Connection

from ivr.book import Book
from ivr.statements import Month
from oncall.wall import shown
from storage import figures
from storage.figures import KEPT, MISSED, Fact, Subject
from tickets.figures import percentile
from web.console.call_figures import SHADES
from web.console.calls import OUTCOMES
from web.console.faces import face
from web.outside import Outside
from web.paging import text, whole
from web.serving import file

SUBJECTS: Mapping[str, str] = {
    Subject.CALLS: "Appels", Subject.TAKEN: "Temps de prise en charge",
    Subject.RESPOND: "Engagements de prise en charge", Subject.RESTORE: "Engagements de rétablissement",
    Subject.PAGES: "Réveils",
}  # fmt: skip
PROMISES: Mapping[str, str] = {KEPT: "tenu", MISSED: "dépassé"}
USUAL, MOST = 6, 12  # months
LISTED = 500  # rows of a page; the table has all
WIDTH, HEIGHT = 600, 120  # of a chart, without unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address says; a figure, its rows and its table are asked for in the same words."""

    first: Month
    last: Month
    entity: str = ""
    subject: str = ""
    what: str = ""
    who: str = ""
    hour: int | None = None

    def address(self, endpoint: str, **changed: Any) -> str:
        asked = replace(self, **changed)
        told = {
            "first": asked.first.code, "last": asked.last.code, "entity": asked.entity, "subject": asked.subject,
            "what": asked.what, "who": asked.who, "hour": "" if asked.hour is None else str(asked.hour),
        }  # fmt: skip
        return f"{url_for(endpoint)}?{urlencode({name: value for name, value in told.items() if value})}"

    def months(self) -> list[Month]:
        found = [self.first]
        while found[-1] != self.last:
            found.append(found[-1].moved(1))
        return found


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/reports")
    def reports() -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            asked = replace(_asked(book, outside.clock()), subject="", what="", who="", hour=None)
            found = {subject: _facts(db, book, replace(asked, subject=subject)) for subject in Subject}
        months = asked.months()
        return render_template(
            "console/reports.html", asked=asked, months=months, book=book, subjects=SUBJECTS,
            charts=[_chart(book, asked, subject, found[subject], months) for subject in Subject],
            woken=_woken(book, found[Subject.PAGES]), face=lambda code: face(book, code), taken=_taken(found),
        )  # fmt: skip

    @routes.get("/reports/rows")
    def report_rows() -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            asked = _asked(book, outside.clock())
            found = _facts(db, book, asked)
        return render_template(
            "console/report_rows.html", asked=asked, found=found[:LISTED], total=len(found), subjects=SUBJECTS,
            words=_words(asked.subject), book=book, face=lambda code: face(book, code), listed=LISTED,
        )  # fmt: skip

    @routes.get("/reports.csv")
    def report_csv() -> Response:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            asked = _asked(book, outside.clock())
            found = _facts(db, book, asked)
        written = io.StringIO()
        table = csv.writer(written, delimiter=";", lineterminator="\r\n")
        table.writerow(["instant", "entite", "quoi", "sujet", "ingenieur", "secondes"])
        for each in found:
            at = each.at.astimezone(book.zone).isoformat(timespec="seconds")
            took = "" if each.took is None else int(each.took.total_seconds())
            table.writerow([at, each.entity, each.what, each.about, each.who, took])
        name = f"{asked.subject}-{asked.first.code}-{asked.last.code}.csv"
        return file(b"\xef\xbb\xbf" + written.getvalue().encode(), "text/csv", name)


def _asked(book: Book, now: datetime) -> Asked:
    """Whatever is nonsense counts as not said."""
    today = Month(book.day(now).replace(day=1))
    last = Month.of(text("last", 7)) or today
    first = Month.of(text("first", 7)) or last.moved(1 - USUAL)
    if not last.moved(-MOST).first < first.first <= last.first:
        first = last.moved(1 - USUAL)
    hour = text("hour", 2)
    subject = text("subject", 20)
    return Asked(
        first=first, last=last, entity=text("entity", 60), what=text("what", 20), who=text("who", 60),
        subject=subject if subject in list(Subject) else Subject.CALLS,
        hour=whole(hour) if hour.isdigit() and whole(hour) < 24 else None,
    )  # fmt: skip


def _facts(db: Connection, book: Book, asked: Asked) -> list[Fact]:
    zone = str(book.zone)
    since, until = asked.first.edges(zone)[0], asked.last.edges(zone)[1]
    return [each for each in figures.facts(db, Subject(asked.subject), since, until) if _fits(each, asked, zone)]


def _fits(fact: Fact, asked: Asked, zone: str) -> bool:
    return (
        asked.entity in ("", fact.entity)
        and asked.what in ("", fact.what)
        and asked.who in ("", fact.who)
        and asked.hour in (None, shown(fact.at, zone).hour)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A month of one kind, placed in a chart of WIDTH by HEIGHT."""

    x: float
    y: float
    width: float
    height: float
    count: int
    what: str
    month: Month
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    subject: str
    words: Mapping[str, str]
    bars: Sequence[Bar]
    totals: Mapping[str, tuple[int, str]]  # by kind: how many, and where they are listed
    by_month: Sequence[tuple[Month, int, str]]
    csv: str

    @property
    def total(self) -> int:
        return sum(count for count, _ in self.totals.values())


def _words(subject: str) -> Mapping[str, str]:
    promises = subject in (Subject.RESPOND, Subject.RESTORE)
    return PROMISES if promises else OUTCOMES if subject == Subject.CALLS else {subject: SUBJECTS[subject]}


def _chart(book: Book, asked: Asked, subject: str, found: Sequence[Fact], months: Sequence[Month]) -> Chart:
    words, asked = _words(subject), replace(asked, subject=subject)
    counted: dict[tuple[str, str], int] = {}
    zone = str(book.zone)
    for fact in found:
        key = f"{shown(fact.at, zone):%Y-%m}", fact.what
        counted[key] = counted.get(key, 0) + 1
    sums = {month.code: sum(counted.get((month.code, what), 0) for what in words) for month in months}
    most, step, bars = max(sums.values(), default=0) or 1, WIDTH / len(months), []
    for place, month in enumerate(months):
        top = float(HEIGHT)
        for what in words:
            if count := counted.get((month.code, what), 0):
                height = HEIGHT * count / most
                top -= height
                href = asked.address("console.report_rows", first=month, last=month, what=what)
                bars.append(Bar(x=round(place * step + step * 0.15, 2), y=round(top, 2), width=round(step * 0.7, 2),
                                height=round(height, 2), count=count, what=what, month=month, href=href))  # fmt: skip
    totals = {
        what: (sum(counted.get((month.code, what), 0) for month in months),
               asked.address("console.report_rows", what=what)) for what in words
    }  # fmt: skip
    by_month = [
        (month, sums[month.code], asked.address("console.report_rows", first=month, last=month)) for month in months
    ]
    return Chart(subject=subject, words=words, bars=bars, totals=totals, by_month=by_month,
                 csv=asked.address("console.report_csv"))  # fmt: skip


def _taken(found: Mapping[Subject, Sequence[Fact]]) -> dict[int, timedelta | None]:
    durations = [each.took for each in found[Subject.TAKEN] if each.took is not None]
    return {percent: percentile(durations, percent) for percent in (50, 90)}


def _woken(book: Book, found: Sequence[Fact]) -> dict[str, Any]:
    """People by hour of the day."""
    counted: dict[tuple[str, int], int] = {}
    for fact in found:
        key = fact.who, shown(fact.at, str(book.zone)).hour
        counted[key] = counted.get(key, 0) + 1
    most = max(counted.values(), default=1)
    shades = {count: -(-count * (SHADES - 1) // most) for count in {0, *counted.values()}}
    return {"people": sorted({who for who, _ in counted}), "counted": counted, "shades": shades}
