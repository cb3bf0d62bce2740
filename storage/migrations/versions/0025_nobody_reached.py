"""Pages that reach nobody, and who has been told of one that nobody has taken."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

ADDED = ("nobody_since", "hierarchy_told_at", "desk_told_at")


def upgrade() -> None:
    for name in ADDED:
        op.add_column("pages", sa.Column(name, Instant(), nullable=True))


def downgrade() -> None:
    for name in ADDED:
        op.drop_column("pages", name)
