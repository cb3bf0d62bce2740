"""Clocks: when a ticket's commitments come into danger. Those of tickets from before were nobody's to watch."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clocks",
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("run_at", storage.types.Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.reference"], name="fk_clocks_ticket"),
        sa.PrimaryKeyConstraint("ticket", name="pk_clocks"),
    )
    op.create_index("ix_clocks_run_at", "clocks", ["run_at"])


def downgrade() -> None:
    op.drop_table("clocks")
