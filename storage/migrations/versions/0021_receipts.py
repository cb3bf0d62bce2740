"""Receipts: when somebody said that they have seen a turn of theirs."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import triggers
from storage.types import Id, Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipts",
        sa.Column("notice", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["notice"], ["notices.id"], name=op.f("fk_receipts_notice_notices")),
        sa.PrimaryKeyConstraint("notice", name=op.f("pk_receipts")),
    )
    triggers.keep_as_written(op.get_bind(), ("receipts",))


def downgrade() -> None:
    raise NotImplementedError("what was said is kept")
