"""The rows that a figure counts, as a page and as a table that adds up to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response

from directory.index import Directory
from storage.accounts import accounts
from storage.tickets.report_figures import Fact
from tickets.figures import rank
from web import serving
from web.console.faces import face
from web.console.reporting.asked import Asked, asked_for, facts, lasted, narrowed
from web.outside import Outside
from web.params import number, text

HEADS = ("instant", "entite", "quoi", "sujet", "ingenieur", "qui", "secondes", "duree")
LISTED = 100  # rows of a page; the table has all


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Of one subject."""

    book: Directory
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
        found, names = facts(db, book, asked), accounts.names(db, book)
    return Rows(book=book, asked=asked, doubts=doubts, facts=found, names=names)


def table(rows: Rows) -> Response:
    asked = rows.asked
    name = f"{asked.subject}-{asked.first.code}-{asked.last.code}.csv"
    return serving.table(HEADS, [_written(rows, each) for each in rows.facts], name)


def _written(rows: Rows, fact: Fact) -> Sequence[str]:
    at = fact.at.astimezone(rows.book.zone).isoformat(timespec="seconds")
    took = ("", "") if fact.took is None else (str(int(fact.took.total_seconds())), lasted(fact.took))
    engineer = "" if fact.who in rows.names else fact.who
    return at, fact.entity, fact.what, fact.about, engineer, rows.who(fact.who), *took
