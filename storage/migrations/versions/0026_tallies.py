"""What callers do is counted, so that it stays within limits; a page knows that it was hurried."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Instant

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pages", sa.Column("hurried", sa.Integer(), nullable=True))
    op.create_table(
        "tallies",
        sa.Column("id", Id, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("call", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tallies")),
    )
    op.create_index("tallies_of", "tallies", ["what", "whom", "at"])
    op.create_index(op.f("ix_tallies_call"), "tallies", ["call"])


def downgrade() -> None:
    op.drop_table("tallies")
    op.drop_column("pages", "hurried")
