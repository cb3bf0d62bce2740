"""Shifts as published (services.publish_shifts): looked up, put into words, taken up or not."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select, update

from directory.index import Directory
from notifications.shift_notifications import Duty
from oncall.rotas import Rota
from oncall.shifts import Shift
from storage.database import wake
from storage.models import ShiftRow

HORIZON = timedelta(weeks=26)  # how far ahead shifts are published
_TABLE = ShiftRow.__table__


class Takeup(StrEnum):
    """Whether whoever takes over has said so."""

    NONE = "none"  # not asked, or not yet
    ASKED = "asked"  # by SMS
    CALLED = "called"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    MISSED = "missed"  # nobody answered before it began


WAITING = (Takeup.NONE, Takeup.ASKED, Takeup.CALLED)
UNANSWERED = (Takeup.ASKED, Takeup.CALLED, Takeup.MISSED)
CALM = timedelta(minutes=5)  # whoever changes their mind again and again is passed on once in a while


def of(row: Row[Any]) -> Shift:
    return Shift(rota=row.rota, layer=row.layer, engineer=row.engineer, starts=row.starts, until=row.until)


def in_words(book: Directory, shift: Row[Any] | Shift) -> Duty:
    """A shift as people speak of it, by the clock of its rota."""
    zone = ZoneInfo((book.rota(shift.rota) or Rota(code="")).timezone)
    engineer = book.engineer(shift.engineer)
    return Duty(
        organisation=book.organisation.name,
        rota=shift.rota,
        layer=shift.layer,
        name=engineer.name if engineer else shift.engineer,
        starts=shift.starts.astimezone(zone),
        until=shift.until.astimezone(zone),
    )


def find(db: Connection, shift: int) -> Row[Any] | None:
    return db.execute(select(_TABLE).where(ShiftRow.id == shift)).one_or_none()


def asked_of(db: Connection, people: Iterable[str], states: Iterable[Takeup], now: datetime) -> Row[Any] | None:
    """The next shift that one of these people was asked about, of those in some states."""
    asked = ShiftRow.takeup.in_(list(states))
    mine = (ShiftRow.engineer.in_(list(people)), asked, ShiftRow.until > now, ShiftRow.cancelled_at.is_(None))
    return db.execute(select(_TABLE).where(*mine).order_by(ShiftRow.starts).limit(1)).one_or_none()


def answer(db: Connection, shift: int, takeup: Takeup, now: datetime) -> bool:
    """The person says whether they will be there; False when the shift is over, cancelled, or this was said before."""
    row = db.execute(select(_TABLE).where(ShiftRow.id == shift).with_for_update()).one_or_none()
    if row is None or row.cancelled_at or row.until <= now or row.takeup == takeup:
        return False
    # Due once more where somebody is to be told: of a refusal, or that it is well after all.
    tell = takeup == Takeup.DECLINED or row.takeup in (Takeup.MISSED, Takeup.DECLINED)
    tells_at = max(now, row.answered_at + CALM) if row.answered_at else now
    values = {"takeup": takeup, "answered_at": now, "run_at": tells_at if tell else None}
    db.execute(update(ShiftRow).where(ShiftRow.id == shift).values(**values))
    if tell:
        wake(db)
    return True


def look_again(db: Connection, shift: int, now: datetime) -> None:
    """The SMS did not arrive: the call comes now. After a call nobody took, the hand-off is waited for."""
    waiting = (ShiftRow.id == shift, ShiftRow.takeup == Takeup.ASKED, ShiftRow.run_at > now)
    db.execute(update(ShiftRow).where(*waiting).values(run_at=now))
    wake(db)


def listed(db: Connection, start: datetime, end: datetime, *conditions: Any) -> Sequence[Row[Any]]:
    """Published shifts with some part of [start, end), the cancelled ones too, in the order they begin."""
    wanted = select(_TABLE).where(ShiftRow.until > start, ShiftRow.starts < end, *conditions)
    return db.execute(wanted.order_by(ShiftRow.starts, ShiftRow.id)).all()
