"""Notice of turns, interventions, statements: kept as they were written."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import triggers
from storage.types import Id, Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("directories") as directories:
        directories.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        directories.add_column(sa.Column("agreed", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("directories") as directories:
        directories.alter_column("reason", server_default=None)
        directories.alter_column("agreed", server_default=None)
    op.create_table(
        "notices",
        sa.Column("id", Id, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("engineer", "rota", "layer")),
        *(sa.Column(name, Instant(), nullable=False) for name in ("starts", "until", "announced_at")),
        sa.Column("days", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("verdict", "reason")),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_starts"), "notices", ["starts"])
    op.create_table(
        "interventions",
        sa.Column("id", Id, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("engineer", "ticket")),
        *(sa.Column(name, Instant(), nullable=False) for name in ("starts", "until")),
        sa.Column("travel", sa.Integer(), nullable=False),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("who",)),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("replaces", Id, nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replaces"], ["interventions.id"], name=op.f("fk_interventions_replaces_interventions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interventions")),
        sa.UniqueConstraint("replaces", name=op.f("uq_interventions_replaces")),
    )
    op.create_index("interventions_of", "interventions", ["engineer", "starts"])
    op.create_table(
        "statements",
        sa.Column("id", Id, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("engineer", "month")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("who", "document", "digest")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("engineer", "month", "number", name=op.f("uq_statements_engineer")),
    )
    triggers.keep_as_written(op.get_bind(), ("notices", "interventions", "statements"))


def downgrade() -> None:
    raise NotImplementedError("what was issued is kept")
