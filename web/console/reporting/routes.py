"""Reports: months of calls, pages and commitments; each number leads to its rows, and a table adds up to it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, render_template

from ivr.book import Book
from oncall.wall import shown
from storage.figures import Fact, Subject
from tickets.figures import percentile
from web.console.call_figures import SHADES
from web.console.faces import face
from web.console.reporting.asked import SUBJECTS, Asked, asked_for, facts, words_of
from web.console.reporting.charts import chart
from web.outside import Outside
from web.serving import file

LISTED = 500  # rows of a page; the table has all


def add(routes: Blueprint, outside: Outside) -> None:
    @routes.get("/reports")
    def reports() -> str:
        with outside.database.read() as db:
            book = outside.shelf.newest(db)
            asked = replace(asked_for(book, outside.clock()), subject="", what="", who="", hour=None)
            found = {subject: facts(db, book, replace(asked, subject=subject)) for subject in Subject}
        months = asked.months()
        return render_template(
            "console/reports.html", asked=asked, months=months, book=book, subjects=SUBJECTS,
            charts=[chart(book, asked, subject, found[subject], months) for subject in Subject],
            woken=_woken(book, found[Subject.PAGES]), face=lambda code: face(book, code), timed=_timed(found),
        )  # fmt: skip

    @routes.get("/reports/rows")
    def report_rows() -> str:
        book, asked, found = _read(outside)
        return render_template(
            "console/report_rows.html", asked=asked, found=found[:LISTED], total=len(found), subjects=SUBJECTS,
            words=words_of(asked.subject), book=book, face=lambda code: face(book, code), listed=LISTED,
        )  # fmt: skip

    @routes.get("/reports.csv")
    def report_csv() -> Response:
        book, asked, found = _read(outside)
        written = io.StringIO()
        table = csv.writer(written, delimiter=";", lineterminator="\r\n")
        table.writerow(["instant", "entite", "quoi", "sujet", "ingenieur", "secondes"])
        for each in found:
            at = each.at.astimezone(book.zone).isoformat(timespec="seconds")
            took = "" if each.took is None else int(each.took.total_seconds())
            table.writerow([at, each.entity, each.what, each.about, each.who, took])
        name = f"{asked.subject}-{asked.first.code}-{asked.last.code}.csv"
        return file(b"\xef\xbb\xbf" + written.getvalue().encode(), "text/csv", name)


def _read(outside: Outside) -> tuple[Book, Asked, list[Fact]]:
    """The facts of one subject, for its page and its table alike."""
    with outside.database.read() as db:
        book = outside.shelf.newest(db)
        asked = asked_for(book, outside.clock())
        return book, asked, facts(db, book, asked)


def _timed(found: Mapping[Subject, Sequence[Fact]]) -> dict[str, dict[int, timedelta | None]]:
    """Median and nine of ten, of what took its time."""
    durations = {
        subject: [each.took for each in of if each.took is not None] for subject, of in found.items()
    }  # fmt: skip
    return {
        subject: {percent: percentile(lengths, percent) for percent in (50, 90)}
        for subject, lengths in durations.items() if lengths
    }  # fmt: skip


def _woken(book: Book, found: Sequence[Fact]) -> dict[str, Any]:
    """People by hour of the day."""
    counted: dict[tuple[str, int], int] = {}
    for fact in found:
        key = fact.who, shown(fact.at, str(book.zone)).hour
        counted[key] = counted.get(key, 0) + 1
    most = max(counted.values(), default=1)
    shades = {count: -(-count * (SHADES - 1) // most) for count in {0, *counted.values()}}
    return {"people": sorted({who for who, _ in counted}), "counted": counted, "shades": shades}
