"""The first key of a call to an engineer: proof that a person, not a machine, has picked up."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("pressed_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("attempts", "pressed_at")
