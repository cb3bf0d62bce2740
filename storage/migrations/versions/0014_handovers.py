"""Turns that engineers ask of each other."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", Id, nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("rota", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("taker", sa.Text(), nullable=False),
        sa.Column("starts", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("back_starts", Instant(), nullable=True),
        sa.Column("back_until", Instant(), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_until"), "handovers", ["until"])


def downgrade() -> None:
    op.drop_table("handovers")
