"""Who made each version of the directory."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("directories") as directories:
        directories.add_column(sa.Column("who", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("directories") as directories:
        directories.alter_column("who", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("directories") as directories:
        directories.drop_column("who")
