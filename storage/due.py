"""Rows that are work: put on the list here, claimed here."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Integer,
    Row,
    Table,
    bindparam,
    inspect,
    literal_column,
    select,
    union_all,
    update,
)

from storage.models import Due

SLACK = timedelta(seconds=2)  # clocks that differ by less agree


def table_of(kind: type[Due]) -> Table:
    table = inspect(kind).local_table
    assert isinstance(table, Table)
    return table


def key_of(kind: type[Due]) -> Any:
    """The column that names a row of this kind."""
    return _key(table_of(kind))


def _key(table: Table) -> Any:
    (key,) = table.primary_key.columns
    return key


def claim(db: Connection, kind: type[Due], now: datetime, lease: timedelta, seats: int) -> list[tuple[Any, datetime]]:
    """Take up to `seats` due rows: each with its token, the instant at which the lease ends."""
    told = {"now": now, "lease_ends": now + lease, "seats": seats}
    return [(row[0], row[1]) for row in db.execute(_claim(table_of(kind)), told)]


def waiting(db: Connection, kind: type[Due], now: datetime) -> Sequence[Row[Any]]:
    """Rows whose moment is still ahead."""
    return db.execute(_waiting(table_of(kind)), {"now": now + SLACK}).all()


def recall(db: Connection, kind: type[Due], row: Row[Any], at: datetime) -> None:
    """Due at another moment, unless its own has changed meanwhile."""
    table = table_of(kind)
    db.execute(_recall(table), {"row": getattr(row, _key(table).name), "was": row.run_at, "new_run_at": at})


def locked(db: Connection, kind: type[Due], key: Any) -> Row[Any] | None:
    """The row, locked until the end of the transaction."""
    return db.execute(_lock(table_of(kind)), {"row": key}).one_or_none()


def change(db: Connection, kind: type[Due], key: Any, values: Mapping[str, Any]) -> None:
    told = {f"new_{name}": value for name, value in values.items()}
    db.execute(_change(table_of(kind), tuple(values)), {"row": key} | told)


def moments(db: Connection, kinds: tuple[type[Due], ...]) -> dict[type[Due], datetime]:
    """When the next row of each of these kinds is due; those without any are left out."""
    return {kinds[nth]: moment for nth, moment in db.execute(_next(tuple(map(table_of, kinds))))}


# ------------------------------- statements, made once: to make one costs about as much as to run it
@cache
def _claim(table: Table) -> Executable:
    key = _key(table)
    seats = bindparam("seats", type_=Integer)
    waiting = (
        select(key.label("key")).where(table.c.run_at <= bindparam("now")).order_by(table.c.run_at, key).limit(seats)
    )
    # A CTE is run once; PostgreSQL may run a subquery for each row, and then takes more than there are seats.
    due = waiting.with_for_update(skip_locked=True).cte("due")
    return (
        update(table)
        .where(key.in_(select(due.c.key)))
        .values(run_at=bindparam("lease_ends"), tries=table.c.tries + 1)
        .returning(key, table.c.run_at)
    )


@cache
def _waiting(table: Table) -> Executable:
    return select(table).where(table.c.run_at > bindparam("now"))


@cache
def _recall(table: Table) -> Executable:
    unchanged = (_key(table) == bindparam("row"), table.c.run_at == bindparam("was"))
    return update(table).where(*unchanged).values(run_at=bindparam("new_run_at"))


@cache
def _lock(table: Table) -> Executable:
    return select(table).where(_key(table) == bindparam("row")).with_for_update()


@cache
def _change(table: Table, names: tuple[str, ...]) -> Executable:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(table).where(_key(table) == bindparam("row")).values(values)


@cache
def _next(tables: tuple[Table, ...]) -> Executable:
    first = (
        select(table.c.run_at).where(table.c.run_at.is_not(None)).order_by(table.c.run_at).limit(1).subquery()
        for table in tables
    )
    return union_all(*(select(literal_column(str(nth)), one.c.run_at) for nth, one in enumerate(first)))
