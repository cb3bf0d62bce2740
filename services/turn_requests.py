"""Turns that engineers ask of each other: asked, answered once, and the rota changed with the answer."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from directory.index import Directory
from oncall import rota_proposals
from oncall.rota_proposals import Piece, Proposal, Unwanted
from storage.directory import versions
from storage.directory.versions import DirectoryCache, Why
from storage.models import HandoverRow

_TABLE = HandoverRow.__table__
AGREED = Why("accepté par qui le prend", agreed=True)
TRIES = 3  # of keeping an answer while others change the directory


class State(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by whoever asked, or because somebody else has taken it


def ask(
    db: Connection, rota: str, layer: str, pieces: Sequence[Piece], word: str, who: str, now: datetime
) -> Row[Any]:  # fmt: skip
    """One colleague is asked for the first piece, and offered the second, if there is one, in return."""
    given, *back = pieces
    row = {"rota": rota, "layer": layer, "giver": given.giver, "taker": given.taker, "starts": given.starts}
    row |= {"until": given.until, "word": word, "asked_at": now, "asked_by": who, "state": State.ASKED}
    row |= {"back_starts": back[0].starts, "back_until": back[0].until} if back else {}
    return db.execute(insert(HandoverRow).values(**row).returning(_TABLE)).one()


def find(db: Connection, number: int) -> Row[Any] | None:
    return db.execute(select(_TABLE).where(HandoverRow.id == number)).one_or_none()


def waiting(db: Connection, engineer: str | None, rotas: Iterable[str], now: datetime) -> Sequence[Row[Any]]:
    """What is asked of or by this person, or for these rotas, and still to be answered."""
    concerned = or_(HandoverRow.giver == engineer, HandoverRow.taker == engineer, HandoverRow.rota.in_(list(rotas)))
    still = (HandoverRow.state == State.ASKED, HandoverRow.until > now)
    return db.execute(select(_TABLE).where(*still, concerned).order_by(HandoverRow.starts, HandoverRow.id)).all()


def pieces(row: Row[Any]) -> list[Piece]:
    """What changes hands: the piece that was asked, and what is taken in return."""
    found = [Piece(giver=row.giver, taker=row.taker, starts=row.starts, until=row.until)]
    if row.back_starts and row.back_until:
        found.append(Piece(giver=row.taker, taker=row.giver, starts=row.back_starts, until=row.back_until))
    return found


def proposal(book: Directory, row: Row[Any], now: datetime) -> Proposal:
    """What accepting would change, by the rota as it is now. Raises Unwanted."""
    rota = book.rota(row.rota)
    if rota is None or rota.layer(row.layer) is None:
        raise Unwanted("Ce planning n'existe plus.")
    if book.engineer(row.taker) is None:
        raise Unwanted("Cette personne n'est plus dans l'annuaire.")
    return rota_proposals.handover(book, rota, row.layer, pieces(row), now)


def accept(db: Connection, shelf: DirectoryCache, number: int, now: datetime) -> bool:
    """The rota changes with the answer; False when it was answered before. Raises Unwanted."""
    row = find(db, number)
    if row is None or number not in _held(db, row):
        return False
    if not any(_kept(db, shelf, row, now) for _ in range(TRIES)):
        raise Unwanted("Le planning vient d'être changé par quelqu'un d'autre : regardez encore, puis recommencez.")
    _answer(db, number, State.ACCEPTED, now)
    db.execute(update(HandoverRow).where(*_same_turn(row)).values(state=State.WITHDRAWN, answered_at=now))
    return True


def _same_turn(row: Row[Any]) -> tuple[ColumnElement[bool], ...]:
    """Whatever is asked of anybody for a part of it."""
    same = (HandoverRow.rota == row.rota, HandoverRow.layer == row.layer, HandoverRow.giver == row.giver)
    return *same, HandoverRow.state == State.ASKED, HandoverRow.starts < row.until, HandoverRow.until > row.starts


def _held(db: Connection, row: Row[Any]) -> Sequence[int]:
    """Those that wait for the same turn, this one included unless it has its answer.

    Locked in the order in which they were asked, and before the directory is: two colleagues accept at once."""
    waiting = select(HandoverRow.id).where(*_same_turn(row)).order_by(HandoverRow.id)
    return db.execute(waiting.with_for_update()).scalars().all()


def _kept(db: Connection, shelf: DirectoryCache, row: Row[Any], now: datetime) -> bool:
    """False when the directory has changed in between, maybe elsewhere: it is looked at again."""
    seen = versions.newest(db)
    wanted = proposal(shelf.book(db, seen), row, now)
    wanted.differences()
    return versions.succeed(db, seen, wanted.new, now, row.taker, AGREED)


def decline(db: Connection, number: int, now: datetime) -> bool:
    """False when it was answered before."""
    return _locked(db, number).state == State.ASKED and _answer(db, number, State.DECLINED, now)


def withdraw(db: Connection, number: int, now: datetime) -> bool:
    return _locked(db, number).state == State.ASKED and _answer(db, number, State.WITHDRAWN, now)


def _locked(db: Connection, number: int) -> Row[Any]:
    return db.execute(select(_TABLE).where(HandoverRow.id == number).with_for_update()).one()


def _answer(db: Connection, number: int, state: State, now: datetime) -> bool:
    db.execute(update(HandoverRow).where(HandoverRow.id == number).values(state=state, answered_at=now))
    return True
