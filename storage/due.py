"""Rows that are work: put on the list here, claimed here."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, inspect, select, update

from storage.models import Due


def table_of(kind: type[Due]) -> Table:
    table = inspect(kind).local_table
    assert isinstance(table, Table)
    return table


def key_of(kind: type[Due]) -> Any:
    """The column that names a row of this kind."""
    (key,) = table_of(kind).primary_key.columns
    return key


def claim(db: Connection, kind: type[Due], now: datetime, lease: timedelta, seats: int) -> list[tuple[Any, datetime]]:
    """Take up to `seats` due rows: each with its token, the instant at which the lease ends."""
    table, key = table_of(kind), key_of(kind)
    waiting = select(key.label("key")).where(table.c.run_at <= now).order_by(table.c.run_at).limit(seats)
    # A CTE is run once; PostgreSQL may run a subquery for each row, and then takes more than there are seats.
    due = waiting.with_for_update(skip_locked=True).cte("due")
    taken = (
        update(table)
        .where(key.in_(select(due.c.key)))
        .values(run_at=now + lease, tries=table.c.tries + 1)
        .returning(key, table.c.run_at)
    )
    return [(row[0], row[1]) for row in db.execute(taken)]


def next_moment(db: Connection, kinds: Iterable[type[Due]]) -> datetime | None:
    """When the next row of these kinds is due."""
    moments = []
    for kind in kinds:
        column = table_of(kind).c.run_at
        moments.append(db.execute(select(column).where(column.is_not(None)).order_by(column).limit(1)).scalar())
    return min((moment for moment in moments if moment), default=None)
