"""Shifts as published, their calendars; messages to engineers beside those to clients, and by voice."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Under the ids they had: callbacks under way name them.
COPY = """
INSERT INTO messages
  (id, channel, ticket, kind, number, body, queued_at, state, provider_sid, run_at, tries, trouble)
SELECT id, 'sms', ticket, kind, number, body, queued_at, state, provider_sid, run_at, tries, trouble FROM texts
"""


def upgrade() -> None:
    instant, number = storage.types.Instant(), sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "shifts",
        sa.Column("id", number, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("rota", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("engineer", sa.Text(), nullable=False),
        sa.Column("starts", instant, nullable=False),
        sa.Column("until", instant, nullable=False),
        sa.Column("published_at", instant, nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", instant, nullable=True),
        sa.Column("takes_over_from", storage.types.Json(), nullable=False),
        sa.Column("takeup", sa.Text(), nullable=False),
        sa.Column("asked_at", instant, nullable=True),
        sa.Column("answered_at", instant, nullable=True),
        sa.Column("run_at", instant, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
        sa.UniqueConstraint("uid", name="uq_shifts_uid"),
    )
    op.create_index("ix_shifts_until", "shifts", ["until"])
    op.create_index("ix_shifts_run_at", "shifts", ["run_at"])
    op.create_table(
        "feeds",
        sa.Column("id", number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("revoked_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint("digest", name="uq_feeds_digest"),
    )
    op.create_table(
        "messages",
        sa.Column("id", number, nullable=False),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("shift", number, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("queued_at", instant, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("provider_sid", sa.Text(), nullable=True),
        sa.Column("run_at", instant, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.reference"], name="fk_messages_ticket"),
        sa.ForeignKeyConstraint(["shift"], ["shifts.id"], name="fk_messages_shift"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("ticket", "kind", name="uq_messages_ticket"),
    )
    op.create_index("ix_messages_run_at", "messages", ["run_at"])
    op.create_index("ix_messages_provider_sid", "messages", ["provider_sid"])
    op.execute(COPY)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval('messages_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM messages), false)")
    op.drop_table("texts")


def downgrade() -> None:
    raise NotImplementedError("what was told of shifts cannot be taken back")
