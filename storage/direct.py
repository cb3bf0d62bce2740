"""Statements given to the driver itself: for those of every key press, where SQLAlchemy's way round costs most.

SQLAlchemy still writes the SQL and converts the values. What fails is the driver's own exception; a connection
that is lost is noticed by the rollback that follows, and leaves the pool."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select

Converter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement in the words of one dialect."""

    sql: str
    fixed: Mapping[str, Any]  # values that are part of the statement, its LIMIT
    order: tuple[str, ...]  # of the parameters; () where the driver takes them by name
    into: Mapping[str, Converter]
    out_of: tuple[tuple[int, Converter], ...]  # place in the row


@dataclass(frozen=True, eq=False)
class Direct:
    """A statement, written once for each kind of database."""

    statement: Select[Any] | Insert

    def run(self, db: Connection, values: Mapping[str, Any]) -> Any:
        """The driver's cursor."""
        written = _written(self, db.dialect)
        given = {**written.fixed, **values}
        for name, convert in written.into.items():
            given[name] = convert(given[name])
        driver: Any = db.connection.driver_connection
        return driver.execute(written.sql, [given[name] for name in written.order] if written.order else given)

    def first(self, db: Connection, values: Mapping[str, Any]) -> list[Any] | None:
        """The first row."""
        rows = self.run(db, values).fetchall()
        if not rows:
            return None
        row = list(rows[0])
        for place, convert in _written(self, db.dialect).out_of:
            row[place] = convert(row[place])
        return row


@lru_cache(maxsize=64)
def _written(direct: Direct, dialect: Dialect) -> _Written:
    compiled = direct.statement.compile(dialect=dialect)
    into = {name: bound.type.dialect_impl(dialect).bind_processor(dialect) for name, bound in compiled.binds.items()}
    columns = direct.statement.selected_columns if isinstance(direct.statement, Select) else ()
    out_of = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Written(
        sql=str(compiled),
        fixed={name: value for name, value in compiled.params.items() if value is not None},
        order=tuple(compiled.positiontup or ()),
        into={name: convert for name, convert in into.items() if convert},
        out_of=tuple((place, convert) for place, convert in enumerate(out_of) if convert),
    )
