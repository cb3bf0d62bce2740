"""Copies of a mail are known by what their author wrote, not by an id that anybody may write; a mailbox's start."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letters") as letters:
        letters.add_column(sa.Column("message_id", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE letters SET message_id = key WHERE key LIKE '<%'")
    with op.batch_alter_table("letters") as letters:
        letters.alter_column("message_id", server_default=None)
        letters.create_index("ix_letters_message_id", ["message_id"])
    with op.batch_alter_table("mailboxes") as mailboxes:
        mailboxes.add_column(sa.Column("earlier", storage.types.Json, nullable=False, server_default="[]"))
    with op.batch_alter_table("mailboxes") as mailboxes:
        mailboxes.alter_column("earlier", server_default=None)
    with op.batch_alter_table("attachments") as attachments:
        attachments.alter_column("ticket", existing_type=sa.Text(), nullable=True)


def downgrade() -> None:
    raise NotImplementedError("a mail's copies cannot be told apart by its id again")
