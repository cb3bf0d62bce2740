"""Escalation: a page climbs, and each attempt is work of its own."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = storage.types.Instant()
    with op.batch_alter_table("pages") as pages:
        pages.add_column(sa.Column("firing", sa.Integer(), nullable=False, server_default="1"))
        pages.add_column(sa.Column("fired_at", instant, nullable=True))
        pages.add_column(sa.Column("since", instant, nullable=True))
        pages.add_column(sa.Column("acknowledged_by", sa.Text(), nullable=True))
        pages.add_column(sa.Column("acknowledged_at", instant, nullable=True))
        pages.add_column(sa.Column("reminded_at", instant, nullable=True))
    op.execute("UPDATE pages SET fired_at = opened_at, since = opened_at")  # those before this step had one firing
    with op.batch_alter_table("pages") as pages:
        pages.alter_column("since", existing_type=instant, nullable=False)
    with op.batch_alter_table("attempts") as attempts:
        attempts.add_column(sa.Column("firing", sa.Integer(), nullable=False, server_default="1"))
        attempts.add_column(sa.Column("sent_at", instant, nullable=True))
        attempts.add_column(sa.Column("failed_at", instant, nullable=True))
        attempts.add_column(sa.Column("handed_on", sa.Integer(), nullable=True))
        attempts.add_column(sa.Column("run_at", instant, nullable=True))
        attempts.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        attempts.add_column(sa.Column("trouble", sa.Text(), nullable=False, server_default=""))
        attempts.drop_constraint("uq_attempts_page", type_="unique")
        attempts.create_unique_constraint("uq_attempts_page", ["page", "firing", "engineer", "channel"])
        attempts.create_index("ix_attempts_run_at", ["run_at"], unique=False)
    with op.batch_alter_table("texts") as texts:
        texts.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="receipt"))
        texts.drop_constraint("uq_texts_ticket", type_="unique")
        texts.create_unique_constraint("uq_texts_ticket", ["ticket", "kind"])
    op.add_column("tickets", sa.Column("drill", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    raise NotImplementedError("an escalation under way cannot be forgotten")
