"""Where people are signed in, a row for each browser. Whoever is signed in today signs in once more."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", Id, nullable=False),
        sa.Column("account", Id, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("uniquifier", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_sessions_account_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_sessions_digest")),
    )
    op.create_index(op.f("ix_sessions_account"), "sessions", ["account"])


def downgrade() -> None:
    op.drop_table("sessions")
