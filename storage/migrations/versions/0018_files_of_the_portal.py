"""Files that a client sends on the portal, with no mail around them."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachments") as attachments:
        attachments.alter_column("letter", existing_type=Id, nullable=True)
        attachments.add_column(sa.Column("sent_by", sa.Text(), nullable=False, server_default=""))
        attachments.add_column(sa.Column("sent_at", Instant(), nullable=True))
    with op.batch_alter_table("attachments") as attachments:
        attachments.alter_column("sent_by", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM attachments WHERE letter IS NULL")
    with op.batch_alter_table("attachments") as attachments:
        attachments.drop_column("sent_at")
        attachments.drop_column("sent_by")
        attachments.alter_column("letter", existing_type=Id, nullable=False)
