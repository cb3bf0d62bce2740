"""Accounts of whoever signs in, and how often somebody has tried."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant, number, json = storage.types.Instant(), storage.types.Id, storage.types.Json()
    op.create_table(
        "accounts",
        sa.Column("id", number, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.Text(), nullable=False),
        sa.Column("roles", json, nullable=False),
        sa.Column("engineer", sa.Text(), nullable=True),
        sa.Column("client", sa.Text(), nullable=True),
        sa.Column("entities", json, nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("tf_primary_method", sa.Text(), nullable=True),
        sa.Column("tf_totp_secret", sa.Text(), nullable=True),
        sa.Column("tf_last_counter", number, nullable=True),
        sa.Column("mf_recovery_codes", json, nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("signed_in_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("email", name="uq_accounts_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_accounts_fs_uniquifier"),
    )
    op.create_table(
        "knocks",
        sa.Column("id", number, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_knocks"),
    )
    op.create_index("ix_knocks_at", "knocks", ["at"])
    op.create_index("knocks_of", "knocks", ["digest", "at"])


def downgrade() -> None:
    op.drop_table("knocks")
    op.drop_table("accounts")
