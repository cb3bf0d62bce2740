"""A caller is told anew each time their ticket is taken or given back; an SMS or a call is one message's alone."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What two had guessed to be theirs is the first one's.
GUESSED_TWICE = """
UPDATE messages SET provider_sid = NULL WHERE EXISTS
  (SELECT 1 FROM messages AS other WHERE other.provider_sid = messages.provider_sid AND other.id < messages.id)
"""


def upgrade() -> None:
    op.execute(GUESSED_TWICE)
    op.drop_index("ix_messages_provider_sid", "messages")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("uq_messages_ticket", type_="unique")
        messages.create_unique_constraint("uq_messages_provider_sid", ["provider_sid"])
    op.create_index("ix_messages_ticket", "messages", ["ticket"])


def downgrade() -> None:
    raise NotImplementedError("what was told twice cannot be told once")
