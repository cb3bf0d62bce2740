"""Tickets and calls as people look for them: filtered, newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from storage.models import Ticket
from tickets.states import ONGOING, TO_CLOSE, UNFINISHED, State

PAGE = 50
# What is asked for by one word, beside the states themselves.
GROUPS: dict[str, frozenset[State]] = {"unfinished": ONGOING, "to_close": TO_CLOSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """All of it optional; `state`: a state, a group, "late" or "" for all."""

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
    found = (
        select(Ticket.__table__)
        .where(*_conditions(wanted, now))
        .order_by(Ticket.opened_at.desc(), Ticket.reference.desc())
    )
    return Found(db.execute(found.limit(PAGE).offset((page - 1) * PAGE)).all(), total, page)


def count(db: Connection, wanted: Wanted, now: datetime) -> int:
    """As many as a list of all its pages has."""
    found = select(func.count()).select_from(Ticket).where(*_conditions(wanted, now))
    return int(db.execute(found).scalar_one())


def _conditions(wanted: Wanted, now: datetime) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state == "late":
        found += [Ticket.state.in_(UNFINISHED), Ticket.due_restore_at < now]
    elif wanted.state:
        found.append(Ticket.state.in_(GROUPS.get(wanted.state, {wanted.state})))
    for column, value in ((Ticket.entity, wanted.entity), (Ticket.client, wanted.client), (Ticket.kind, wanted.kind)):
        if value:
            found.append(column == value)
    if wanted.holder:
        found.append(Ticket.acknowledged_by == wanted.holder)
    if wanted.text:
        columns = (Ticket.reference, Ticket.client, Ticket.service, Ticket.caller, Ticket.contact, Ticket.description)
        found.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return found
