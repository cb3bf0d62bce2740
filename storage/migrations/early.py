"""Steps 0002 and 0010 were changed after databases had taken them: what their early form lacks is added.

Whoever changes a step that has landed owes a line here; a new step owes none."""

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, inspect

from storage.types import Instant


def complete(db: Connection, step: str) -> bool:
    """Make of a database at this step what the step makes today; False when it is so already."""
    change = Operations(MigrationContext.configure(db))
    lacking = [add for since, table, name, add in CHANGED if step >= since and _lacks(db, table, name)]
    for add in lacking:
        add(change)
    return bool(lacking)


def _lacks(db: Connection, table: str, name: str) -> bool:
    known = inspect(db)
    return known.has_table(table) and all(column["name"] != name for column in known.get_columns(table))


def _reminders(change: Operations) -> None:
    change.add_column("pages", Column("reminded_at", Instant(), nullable=True))


def _sent(change: Operations) -> None:
    change.add_column("attempts", Column("sent_at", Instant(), nullable=True))


def _drills(change: Operations) -> None:
    change.add_column("tickets", Column("drill", sa.Boolean(), nullable=False, server_default=sa.false()))


def _kinds(change: Operations) -> None:
    with change.batch_alter_table("texts") as texts:
        texts.add_column(Column("kind", sa.Text(), nullable=False, server_default="receipt"))
        texts.drop_constraint("uq_texts_ticket", type_="unique")
        texts.create_unique_constraint("uq_texts_ticket", ["ticket", "kind"])


def _files(change: Operations) -> None:
    with change.batch_alter_table("purges") as purges:
        purges.add_column(Column("place", sa.Text(), nullable=False, server_default=""))
        purges.add_column(Column("run_at", Instant(), nullable=True))
        purges.add_column(Column("tries", sa.Integer(), nullable=False, server_default="0"))
        purges.add_column(Column("trouble", sa.Text(), nullable=False, server_default=""))
    with change.batch_alter_table("purges") as purges:
        for name in ("place", "tries", "trouble"):
            purges.alter_column(name, server_default=None)
    change.create_index("ix_purges_run_at", "purges", ["run_at"])


# The step that was changed, a table and a column that tell its forms apart, what adds the rest.
CHANGED = (
    ("0002", "pages", "reminded_at", _reminders),
    ("0002", "attempts", "sent_at", _sent),
    ("0002", "tickets", "drill", _drills),
    ("0002", "texts", "kind", _kinds),
    ("0010", "purges", "place", _files),
)
