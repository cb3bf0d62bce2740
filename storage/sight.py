"""Reading as somebody who keeps some entities: every statement of the transaction is narrowed to what is theirs.

Tickets and calls by their entity, and whatever belongs to a ticket with it; what belongs to no ticket is nobody's."""

from collections.abc import Collection, Iterator
from typing import Any, cast

from sqlalchemy import Alias, ColumnElement, Connection, FromClause, Join, Select, Table, select

from storage.models import CallRow, Ticket

OF_AN_ENTITY = frozenset({Ticket.__tablename__, CallRow.__tablename__})


class Narrow:
    """A connection that reads no more than that."""

    def __init__(self, db: Connection, entities: Collection[str]):
        self._db, self.entities = db, frozenset(entities)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def execute(self, statement: Any, *more: Any, **options: Any) -> Any:
        return self._db.execute(self._narrowed(statement), *more, **options)

    def scalar(self, statement: Any, *more: Any, **options: Any) -> Any:
        return self._db.scalar(self._narrowed(statement), *more, **options)

    def scalars(self, statement: Any, *more: Any, **options: Any) -> Any:
        return self._db.scalars(self._narrowed(statement), *more, **options)

    def _narrowed(self, statement: Any) -> Any:
        if not isinstance(statement, Select):
            raise TypeError(f"not narrowed: {type(statement).__name__}")
        return statement.where(*(self._theirs(each) for each in _tables(statement.get_final_froms()) if _is_of(each)))

    def _theirs(self, table: FromClause) -> ColumnElement[bool]:
        if _name(table) in OF_AN_ENTITY:
            return cast(ColumnElement[bool], table.c.entity.in_(self.entities))
        tickets = Ticket.__table__.alias()
        mine = select(tickets.c.reference).where(tickets.c.entity.in_(self.entities))
        return cast(ColumnElement[bool], table.c.ticket.in_(mine))


def narrow(db: Connection, entities: Collection[str]) -> Connection:
    return cast(Connection, Narrow(db, entities))


def entities_of(db: Connection) -> frozenset[str] | None:
    """To which it is narrowed; none: it is not."""
    return db.entities if isinstance(db, Narrow) else None


def _tables(froms: Any) -> Iterator[FromClause]:
    for each in froms:
        if isinstance(each, Join):
            yield from _tables((each.left, each.right))
        elif isinstance(each, Table | Alias):
            yield each


def _is_of(table: FromClause) -> bool:
    return _name(table) in OF_AN_ENTITY or "ticket" in table.c


def _name(table: FromClause) -> str:
    return str(cast(Any, getattr(table, "element", table)).name)
