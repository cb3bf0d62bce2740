"""Retention: what was erased and why, what must be kept for a court, details of events that may be erased."""

import sqlalchemy as sa
from alembic import op

import storage.types
from storage.migrations import triggers

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant, number = storage.types.Instant(), storage.types.Id
    op.create_table(
        "holds",
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.reference"], name="fk_holds_ticket"),
        sa.PrimaryKeyConstraint("ticket", name="pk_holds"),
    )
    op.create_table(
        "purges",
        sa.Column("id", number, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("run_at", instant, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_purges"),
    )
    op.create_index("ix_purges_run_at", "purges", ["run_at"])
    op.create_index("ix_purges_subject", "purges", ["subject"])
    op.add_column("tickets", sa.Column("erased_at", instant, nullable=True))
    triggers.let_details_be_erased(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("what was erased does not come back")
