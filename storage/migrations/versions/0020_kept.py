"""Whether each commitment of a ticket was kept; the worker works it out anew for the tickets there are."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No table is made anew here: the triggers of tickets would be lost.
    for name in ("respond_kept", "restore_kept"):
        op.add_column("tickets", sa.Column(name, sa.Boolean(), nullable=True))
    op.execute("UPDATE clocks SET run_at = 0 WHERE run_at IS NULL")  # long due


def downgrade() -> None:
    for name in ("restore_kept", "respond_kept"):
        op.drop_column("tickets", name)
