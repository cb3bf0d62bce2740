"""Run by Alembic: applies steps on the connection that storage.schema hands over."""

from alembic import context

from storage.migrations import rebuilding  # noqa: F401 - how SQLite changes a table from here on
from storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
