"""What a month of standby is worked out from: rotas as they were, work as it is declared, notice as it was given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from directory.employers import Employer
from directory.index import Directory
from directory.intervals import Interval, joined
from directory.turns import turn_at
from oncall.rotas import REACH, Engineer, Layer
from services import notices
from standby import statements
from standby.statements import BEFORE, Document, Had, Month, StandbyTurn
from storage.directory import versions
from storage.directory.versions import DirectoryCache
from storage.models import DirectoryVersion, InterventionRow, NoticeRow
from storage.rotas import rotas
from storage.rotas.rotas import Layers
from storage.standby import interventions
from storage.standby import statements as issued_statements
from storage.standby.interventions import LONGEST

Part = tuple[Directory, datetime, datetime]
Staff = dict[str, tuple[Engineer, Employer]]


@dataclass(frozen=True, slots=True)
class Known:
    """The rotas of a month and around it until now, resolved once for all people."""

    book: Directory
    month: Month
    edges: Interval
    layers: dict[str, Layers]
    parts: Sequence[Part]  # the directories by which the month went, each with its time
    staff: Staff
    is_known: bool  # there was a directory

    def had(self, engineer: str) -> Had:
        turns = [turn for rota, layers in self.layers.items() for turn in statements.turns(engineer, rota, layers)]
        inside = [clipped for turn in turns if (clipped := _clipped(turn, *self.edges))]
        return Had(
            turns=[(turn, self._standby(turn)) for turn in inside],
            on_duty=list(joined((turn.starts, turn.until) for turn in turns)), begun=self._begun(turns),
        )  # fmt: skip

    def _standby(self, turn: StandbyTurn) -> list[Interval]:
        """Its hours of standby, by the opening hours of each time."""
        pieces = [(book, piece) for book, *edges in self.parts if (piece := _clipped(turn, *edges))]
        return list(joined(span for book, piece in pieces for span in statements.standby(book, piece)))

    def _begun(self, turns: Sequence[StandbyTurn]) -> int:
        of = {(turn.rota, turn.layer) for turn in turns}
        spans = {each: [(turn.starts, turn.until) for turn in turns if (turn.rota, turn.layer) == each] for each in of}
        return sum(statements.begun(*self._layer(*each), spans[each], *self.edges) for each in of)

    def _layer(self, rota: str, layer: str) -> tuple[Layer | None, str]:
        """As it was last, with the zone of its rota."""
        for book, *_ in reversed(self.parts):
            if found := book.rota(rota):
                return found.layer(layer), found.timezone
        return None, str(self.book.zone)


def known(db: Connection, shelf: DirectoryCache, month: Month, now: datetime) -> Known:
    """Of a month before the first directory nothing is known. Raises versions.NoDirectory."""
    book = shelf.newest(db)
    starts, ends = edges = month.edges(str(book.zone))
    parts, is_known = _parts(db, shelf, edges), versions.began(db) < ends
    since, until = _since(parts[0][0], starts), min(ends + LONGEST, now)
    layers = rotas.all_resolved(db, shelf, since, until) if is_known and starts < now else {}
    return Known(book, month, edges, layers, parts, _staff(book, [each for each, *_ in parts]), is_known)


def _since(book: Directory, at: datetime) -> datetime:
    """The beginning of the longest turn that is under way; where they never change hands, of the month."""
    begun = [turn_at(layer, rota.timezone, at).starts for rota in book.directory.rotas for layer in rota.layers]
    return min([each for each in begun if each > at - REACH], default=at)


def _clipped(turn: StandbyTurn, starts: datetime, until: datetime) -> StandbyTurn | None:
    clipped = replace(turn, starts=max(turn.starts, starts), until=min(turn.until, until))
    return clipped if clipped.starts < clipped.until else None


def member(db: Connection, shelf: DirectoryCache, month: Month, code: str) -> Engineer | None:
    """One of the month's staff. Raises versions.NoDirectory."""
    newest = shelf.newest(db)
    books = [book for book, *_ in _parts(db, shelf, month.edges(str(newest.zone)))]
    engineer, _ = _staff(newest, books).get(code, (None, None))
    return engineer


def as_of(db: Connection) -> tuple[int | None, ...]:
    """What a document was worked out from, by its last rows: whoever writes it down looks whether there are others."""
    tables = (DirectoryVersion, InterventionRow, NoticeRow)
    return tuple(db.execute(select(func.max(each.id))).scalar() for each in tables)


def unissued(db: Connection, found: Known) -> list[Engineer]:
    """Who was on standby, or worked on it, and has no statement of that yet."""
    issued = {row.engineer for row in issued_statements.of_month(db, found.month.code)}
    return [
        engineer for code, (engineer, _) in found.staff.items()
        if code not in issued and statements.is_due(document(db, found, code))
    ]  # fmt: skip


def _staff(newest: Directory, books: Sequence[Directory]) -> Staff:
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
    book, month, (starts, ends) = found.book, found.month, found.edges
    engineer, employer = found.staff[code]
    worked = interventions.counted(db, code, starts - BEFORE, ends)
    told = notices.of_engineer(db, code, starts, ends)
    return statements.document(book, employer, engineer, month, found.had(code), worked, told)


def _parts(db: Connection, shelf: DirectoryCache, edges: Interval) -> list[Part]:
    """Oldest first."""
    return [(shelf.past(db, version), starts, until) for version, starts, until in versions.in_force(db, *edges)]
