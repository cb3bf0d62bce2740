"""Who somebody is at the provider of sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("oidc_issuer", sa.Text(), nullable=True))
        accounts.add_column(sa.Column("oidc_subject", sa.Text(), nullable=True))
    op.create_index("accounts_identity", "accounts", ["oidc_issuer", "oidc_subject"], unique=True)


def downgrade() -> None:
    op.drop_index("accounts_identity", "accounts")
    with op.batch_alter_table("accounts") as accounts:
        for name in ("oidc_subject", "oidc_issuer"):
            accounts.drop_column(name)
