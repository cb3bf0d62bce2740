"""What a month of standby is worked out from: rotas as they were, work as it is declared, notice as it was given."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ivr import statements
from ivr.book import Book
from ivr.statements import BEFORE, Document, Month, Turn
from oncall.rotas import Engineer
from storage import interventions, notices, rotas
from storage.rotas import Layers
from storage.versions import Shelf


@dataclass(frozen=True, slots=True)
class Known:
    """The rotas of a month until now, resolved once for all people."""

    book: Book
    month: Month
    layers: dict[str, Layers]

    def turns(self, engineer: str) -> list[Turn]:
        return [turn for rota, layers in self.layers.items() for turn in statements.turns(engineer, rota, layers)]

    def people(self) -> Iterator[Engineer]:
        """Those whose employer counts standby."""
        known = self.book.directory.engineers
        return (each for each in known if self.book.employer_of(each.code))


def known(db: Connection, shelf: Shelf, month: Month, now: datetime) -> Known:
    book = shelf.newest(db)
    starts, ends = month.edges(str(book.zone))
    layers = {
        rota.code: rotas.resolved(db, shelf, rota, starts, min(ends, now)) if starts < now else {}
        for rota in book.directory.rotas
    }
    return Known(book, month, layers)


def document(db: Connection, found: Known, engineer: Engineer) -> Document:
    """Of somebody whose employer is known."""
    book, month = found.book, found.month
    employer = book.employer_of(engineer.code)
    assert employer, "people() has only those"
    starts, ends = month.edges(str(book.zone))
    worked = interventions.counted(db, engineer.code, starts - BEFORE, ends)
    told = notices.of_engineer(db, engineer.code, starts, ends)
    return statements.document(book, employer, engineer, month, found.turns(engineer.code), worked, told)
