"""The API: programs' permissions, requests that are done once, addresses that are told of events."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant, number = storage.types.Instant(), storage.types.Id
    op.create_table(
        "tokens",
        sa.Column("id", number, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scopes", storage.types.Json(), nullable=False),
        sa.Column("client", sa.Text(), nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("revoked_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    op.create_table(
        "asked",
        sa.Column("token", number, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(["token"], ["tokens.id"], name="fk_asked_token"),
        sa.PrimaryKeyConstraint("token", "key", name="pk_asked"),
    )
    op.create_table(
        "hooks",
        sa.Column("id", number, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("revoked_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_hooks"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", number, nullable=False),
        sa.Column("hook", number, nullable=False),
        sa.Column("event", number, nullable=False),
        sa.Column("queued_at", instant, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_at", instant, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hook"], ["hooks.id"], name="fk_deliveries_hook"),
        sa.ForeignKeyConstraint(["event"], ["events.position"], name="fk_deliveries_event"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("hook", "event", name="uq_deliveries_hook"),
    )
    op.create_index("ix_deliveries_run_at", "deliveries", ["run_at"])


def downgrade() -> None:
    raise NotImplementedError("permissions that were given cannot be forgotten")
