"""Mail that comes in: what was read, what became of it, what it had attached."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant, number = storage.types.Instant(), storage.types.Id

    def text(*names: str) -> list[sa.Column[str]]:
        return [sa.Column(name, sa.Text(), nullable=False) for name in names]

    op.create_table(
        "mailboxes",
        *text("name"),
        sa.Column("validity", sa.Integer(), nullable=False),
        sa.Column("last_uid", number, nullable=False),
        sa.Column("read_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_mailboxes"),
    )
    op.create_table(
        "letters",
        sa.Column("id", number, nullable=False),
        *text("mailbox"),
        sa.Column("escalation", sa.Boolean(), nullable=False),
        *text("key", "digest", "place"),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", instant, nullable=False),
        sa.Column("kept_at", instant, nullable=False),
        *text("sender", "subject", "text"),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        *text("reason"),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("answered_at", instant, nullable=True),
        sa.Column("run_at", instant, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        *text("trouble"),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("mailbox", "key", name="uq_letters_mailbox"),
    )
    op.create_index("ix_letters_run_at", "letters", ["run_at"])
    op.create_index("ix_letters_ticket", "letters", ["ticket"])
    op.create_index("letters_key", "letters", ["key"])
    op.create_index("letters_sender", "letters", ["sender", "answered_at"])
    op.create_table(
        "attachments",
        sa.Column("id", number, nullable=False),
        sa.Column("letter", number, nullable=False),
        *text("ticket", "name", "type"),
        sa.Column("size", sa.Integer(), nullable=False),
        *text("digest", "place"),
        sa.ForeignKeyConstraint(["letter"], ["letters.id"], name="fk_attachments_letter"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.UniqueConstraint("ticket", "digest", name="uq_attachments_ticket"),
    )
    op.create_index("ix_attachments_letter", "attachments", ["letter"])
    op.create_index("ix_attachments_ticket", "attachments", ["ticket"])


def downgrade() -> None:
    raise NotImplementedError("mail that came cannot be sent back")
