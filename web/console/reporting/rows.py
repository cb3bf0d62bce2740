"""The rows that a figure counts, as a page and as a table that adds up to it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response

from ivr.book import Book
from storage import accounts
from storage.figures import Fact
from tickets.figures import rank
from web.console.faces import face
from web.console.reporting.asked import Asked, asked_for, facts, lasted, narrowed
from web.outside import Outside
from web.paging import number, text
from web.serving import file

LISTED = 100  # rows of a page; the table has all


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Of one subject."""

    book: Book
    asked: Asked
    doubts: Sequence[str]
    facts: Sequence[Fact]
    names: Mapping[str, str]  # of accounts that are no engineer's

    @property
    def marked(self) -> int | None:
        """The place of the row that is the figure, from 0."""
        return rank(len(self.facts), self.asked.percent) - 1 if self.asked.percent and self.facts else None

    @property
    def total(self) -> int:
        return len(self.facts)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // LISTED))

    @property
    def page(self) -> int:
        """The one that is asked for, else the one with the figure."""
        return min(number("page") if text("page", 1) else (self.marked or 0) // LISTED + 1, self.pages)

    @property
    def listed(self) -> list[tuple[int, Fact]]:
        """With their places."""
        start = (self.page - 1) * LISTED
        return list(enumerate(self.facts[start : start + LISTED], start))

    def who(self, code: str) -> str:
        return face(self.book, code, self.names).name


def rows(outside: Outside) -> Rows:
    with outside.database.read() as db:
        book = outside.shelf.newest(db)
        asked, doubts = asked_for(db, book, outside.clock())
        asked = narrowed(asked, doubts)
        found, names = facts(db, book, asked), accounts.names(db)
    return Rows(book=book, asked=asked, doubts=doubts, facts=found, names=names)


def table(rows: Rows) -> Response:
    written = io.StringIO()
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow(["instant", "entite", "quoi", "sujet", "ingenieur", "qui", "secondes", "duree"])
    for each in rows.facts:
        at = each.at.astimezone(rows.book.zone).isoformat(timespec="seconds")
        took = ("", "") if each.took is None else (str(int(each.took.total_seconds())), lasted(each.took))
        engineer = "" if each.who in rows.names else each.who
        lines.writerow([at, each.entity, each.what, each.about, engineer, rows.who(each.who), *took])
    name = f"{rows.asked.subject}-{rows.asked.first.code}-{rows.asked.last.code}.csv"
    return file(b"\xef\xbb\xbf" + written.getvalue().encode(), "text/csv", name)
