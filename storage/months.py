"""What a month of standby is worked out from: rotas as they were, work as it is declared, notice as it was given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ivr import statements
from ivr.book import Book
from ivr.statements import BEFORE, Document, Month, Turn
from oncall.intervals import Interval
from oncall.law.employer import Employer
from oncall.rotas import Engineer
from storage import interventions, notices, rotas, versions
from storage import statements as issued_statements
from storage.rotas import Layers
from storage.versions import Shelf

Staff = dict[str, tuple[Engineer, Employer]]


@dataclass(frozen=True, slots=True)
class Known:
    """The rotas of a month until now, resolved once for all people."""

    book: Book
    month: Month
    layers: dict[str, Layers]
    books: dict[str, Book]  # by rota: the last directory that had it
    staff: Staff

    def turns(self, engineer: str) -> Iterator[tuple[Turn, list[Interval]]]:
        """Each with its hours of standby."""
        for rota, layers in self.layers.items():
            for turn in statements.turns(engineer, rota, layers):
                yield turn, statements.standby(self.books[rota], turn)


def known(db: Connection, shelf: Shelf, month: Month, now: datetime) -> Known:
    """Raises versions.NoDirectory."""
    book = shelf.newest(db)
    starts, ends = month.edges(str(book.zone))
    layers = rotas.all_resolved(db, shelf, starts, min(ends, now)) if starts < now else {}
    books = _books(db, shelf, month)
    last = {rota.code: each for each in books for rota in each.directory.rotas}
    return Known(book, month, layers, last, _staff(book, books))


def member(db: Connection, shelf: Shelf, month: Month, code: str) -> Engineer | None:
    """One of the month's staff. Raises versions.NoDirectory."""
    engineer, _ = _staff(shelf.newest(db), _books(db, shelf, month)).get(code, (None, None))
    return engineer


def unissued(db: Connection, found: Known) -> list[Engineer]:
    """Who was on standby, or worked on it, and has no statement of that yet."""
    issued = {row.engineer for row in issued_statements.of_month(db, found.month.code)}
    return [
        engineer for code, (engineer, _) in found.staff.items()
        if code not in issued and statements.is_due(document(db, found, code))
    ]  # fmt: skip


def _staff(newest: Book, books: Sequence[Book]) -> Staff:
    """Who was there at some time of the month and whose employer counts standby, as the directory last knew them.

    Rules and amounts are those that the employer has now."""
    found: Staff = {}
    rules = {each.code: each for each in newest.directory.employers}
    for book in reversed(books):
        for engineer in book.directory.engineers:
            latest = newest if newest.engineer(engineer.code) else book
            employer = latest.employer_of(engineer.code)
            if employer:
                known = latest.engineer(engineer.code) or engineer
                found.setdefault(engineer.code, (known, rules.get(employer.code, employer)))
    return found


def document(db: Connection, found: Known, code: str) -> Document:
    """Of one of the staff."""
    book, month = found.book, found.month
    engineer, employer = found.staff[code]
    starts, ends = month.edges(str(book.zone))
    worked = interventions.counted(db, code, starts - BEFORE, ends)
    told = notices.of_engineer(db, code, starts, ends)
    return statements.document(book, employer, engineer, month, list(found.turns(code)), worked, told)


def _books(db: Connection, shelf: Shelf, month: Month) -> list[Book]:
    """The directories by which the month went or will go, oldest first."""
    zone = str(shelf.newest(db).zone)
    return [shelf.book(db, version) for version, *_ in versions.in_force(db, *month.edges(zone))]
