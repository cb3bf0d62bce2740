"""How a table of SQLite is made anew: copied, dropped, renamed. Alembic leaves its triggers behind, we do not."""

from typing import Any

from alembic.ddl.sqlite import SQLiteImpl
from sqlalchemy import Table, text

TRIGGERS = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name ORDER BY rowid")
AS_MADE = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")


class Rebuilding(SQLiteImpl):
    """Alembic takes the last class that names a dialect: importing this module is enough."""

    __dialect__ = "sqlite"

    def prep_table_for_batch(self, batch_impl: Any, table: Table) -> None:
        """Alembic reads columns, constraints and indexes of the table; not that it has no row ids."""
        super().prep_table_for_batch(batch_impl, table)
        if self._all(AS_MADE, table.name)[0].upper().rstrip().endswith("WITHOUT ROWID"):
            batch_impl.new_table.dialect_options["sqlite"]["with_rowid"] = False

    def drop_table(self, table: Table, **more: Any) -> None:
        self.memo[table.name] = self._all(TRIGGERS, table.name)
        super().drop_table(table, **more)

    def rename_table(self, old_table_name: str, new_table_name: Any, schema: Any = None) -> None:
        """Whatever takes the name of a table that was dropped takes its triggers."""
        super().rename_table(old_table_name, new_table_name, schema)
        for trigger in self.memo.pop(str(new_table_name), ()):
            self._exec(trigger)

    def _all(self, question: Any, name: str) -> list[str]:
        assert self.connection is not None  # no step is only written down
        return list(self.connection.execute(question, {"name": name}).scalars())
