"""Mail that ends its reader is counted, and set apart; why a receipt was withheld, and how many left of late."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added, not made anew: there are rows, and attachments that name them.
    op.add_column("letters", sa.Column("readings", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("letters", sa.Column("withheld", sa.Text(), nullable=False, server_default=""))
    op.create_index("letters_answered", "letters", ["answered_at"])


def downgrade() -> None:
    op.drop_index("letters_answered", "letters")
    op.drop_column("letters", "withheld")
    op.drop_column("letters", "readings")
