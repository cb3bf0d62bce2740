"""Tickets as people look for them: filtered, what needs somebody first, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, exists, func, or_, select

from storage.models import Page, ReportRow, Ticket
from storage.paging.pages import PENDING
from tickets.states import FINAL, ONGOING, TO_CLOSE, UNFINISHED, State

PAGE = 50
# What is asked for by one word, beside the states themselves.
GROUPS: dict[str, frozenset[State]] = {"unfinished": ONGOING, "to_close": TO_CLOSE}


ALL = "all"
_PAGING = exists().where(Page.ticket == Ticket.reference, Page.state == PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """All of it optional; `state`: a state, a group, "late", ALL, or "" for what has not ended for good, unless a
    text is looked for, in all."""

    text: str = ""
    state: str = ""
    entity: str = ""
    client: str = ""
    kind: str = ""
    holder: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    rows: Sequence[Row[Any]]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def tickets(db: Connection, wanted: Wanted, now: datetime) -> Found:
    total = count(db, wanted, now)
    page = min(max(wanted.page, 1), max(1, -(-total // PAGE)))
    order = (_urgency(now), Ticket.opened_at.desc(), Ticket.reference.desc())
    found = select(Ticket.__table__, _PAGING.label("paging")).where(*_conditions(wanted, now)).order_by(*order)
    return Found(db.execute(found.limit(PAGE).offset((page - 1) * PAGE)).all(), total, page)


def count(db: Connection, wanted: Wanted, now: datetime) -> int:
    """As many as a list of all its pages has."""
    found = select(func.count()).select_from(Ticket).where(*_conditions(wanted, now))
    return int(db.execute(found).scalar_one())


def _urgency(now: datetime) -> ColumnElement[int]:
    """Whom nobody has answered yet, what is late, what nobody has, what goes on, what is to be closed, the rest."""
    unfinished = Ticket.state.in_(UNFINISHED)
    return case(
        (_PAGING, 0), (unfinished & (Ticket.due_restore_at < now), 1), (Ticket.state == State.OPEN, 2),
        (Ticket.state.in_(ONGOING), 3), (Ticket.state.in_(TO_CLOSE), 4), else_=5,
    )  # fmt: skip


def _conditions(wanted: Wanted, now: datetime) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state == "late":
        found += [Ticket.state.in_(UNFINISHED), Ticket.due_restore_at < now]
    elif not wanted.state and not wanted.text:
        found.append(Ticket.state.not_in(FINAL))
    elif wanted.state not in ("", ALL):
        found.append(Ticket.state.in_(GROUPS.get(wanted.state, {wanted.state})))
    for column, value in ((Ticket.entity, wanted.entity), (Ticket.client, wanted.client), (Ticket.kind, wanted.kind)):
        if value:
            found.append(column == value)
    if wanted.holder:
        found.append(Ticket.acknowledged_by == wanted.holder)
    if wanted.text:
        columns = (Ticket.reference, Ticket.client, Ticket.service, Ticket.caller, Ticket.contact, Ticket.description)
        found.append(or_(_holds(columns, wanted.text), Ticket.reference.in_(_reported(wanted.text))))
    return found


def _holds(columns: Iterable[Any], text: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _reported(text: str) -> Select[Any]:
    """Tickets whose closure report says so."""
    return select(ReportRow.ticket).where(_holds((ReportRow.cause, ReportRow.actions, ReportRow.prevention), text))
