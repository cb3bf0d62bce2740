"""The call log: found by what it was about, the missed ones that wait for somebody, and its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from ivr.call import Outcome
from storage.models import CallRow
from storage.tickets.search import PAGE, Found

MISSED_FOR = timedelta(days=14)  # after which nobody is called back any more
SHOWN = 20
NO_ENTITY = "-"  # calls that never reached one


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """All of it optional. `since` and `until` are instants; `hour` of the day, by the line's clock."""

    text: str = ""  # digits of a number, or a reference
    entity: str = ""
    outcome: str = ""
    step: str = ""
    hour: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1


def find(db: Connection, wanted: Wanted) -> Found:
    """Newest first, a page at a time."""
    total = count(db, wanted)
    page = min(max(wanted.page, 1), max(1, -(-total // PAGE)))
    found = select(CallRow.__table__).where(*_conditions(wanted)).order_by(CallRow.started_at.desc(), CallRow.sid)
    return Found(db.execute(found.limit(PAGE).offset((page - 1) * PAGE)).all(), total, page)


def count(db: Connection, wanted: Wanted) -> int:
    """As many as a list of all its pages has."""
    return int(db.execute(select(func.count()).select_from(CallRow).where(*_conditions(wanted))).scalar_one())


def figures(
    db: Connection, since: datetime, until: datetime
) -> Sequence[Row[str | None, int | None, str | None, str, int]]:  # fmt: skip
    """How many calls that are over, by entity, hour of the day, outcome, and what had been asked last."""
    columns = (CallRow.entity, CallRow.hour, CallRow.outcome, CallRow.step)
    over = (CallRow.outcome.is_not(None), CallRow.started_at >= since, CallRow.started_at < until)
    return db.execute(select(*columns, func.count().label("calls")).where(*over).group_by(*columns)).all()


def missed(db: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Callers who gave up and whom nobody has spoken to since, each once, the newest first."""
    later = aliased(CallRow)
    # Whoever has tried again is told of once, or has been spoken to.
    again = exists().where(later.caller == CallRow.caller, later.started_at > CallRow.started_at)
    waiting = (
        CallRow.outcome == Outcome.ABANDONED, CallRow.handled_at.is_(None), CallRow.started_at >= now - MISSED_FOR
    )  # fmt: skip
    found = select(CallRow.__table__).where(*waiting, ~again).order_by(CallRow.started_at.desc(), CallRow.sid)
    return db.execute(found.limit(SHOWN)).all()


def row(db: Connection, sid: str) -> Row[Any] | None:
    return db.execute(select(CallRow.__table__).where(CallRow.sid == sid)).one_or_none()


def handle(db: Connection, sid: str, who: str, now: datetime) -> bool:
    """Somebody has called back; so have they for that caller's earlier tries. False where there is nothing to do."""
    one = row(db, sid)
    if one is None or one.outcome != Outcome.ABANDONED or one.handled_at:
        return False
    same = CallRow.sid == sid
    if one.caller:
        same = (CallRow.caller == one.caller) & (CallRow.started_at <= one.started_at)
    mine = (same, CallRow.outcome == Outcome.ABANDONED, CallRow.handled_at.is_(None))
    db.execute(update(CallRow).where(*mine).values(handled_by=who, handled_at=now))
    return True


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    digits = "".join(each for each in wanted.text if each.isdigit()).removeprefix("0")
    sought = [CallRow.ticket.icontains(wanted.text, autoescape=True)] if wanted.text else []
    if digits:
        sought.append(CallRow.caller.contains(digits, autoescape=True))
    if sought:
        found.append(or_(*sought))
    if wanted.entity:
        found.append(CallRow.entity.is_(None) if wanted.entity == NO_ENTITY else CallRow.entity == wanted.entity)
    for column, value in ((CallRow.outcome, wanted.outcome), (CallRow.step, wanted.step)):
        if value:
            found.append(column == value)
    if wanted.hour is not None:
        found.append(CallRow.hour == wanted.hour)
    if wanted.since:
        found.append(CallRow.started_at >= wanted.since)
    if wanted.until:
        found.append(CallRow.started_at < wanted.until)
    return found
