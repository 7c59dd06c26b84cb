"""Applications that may read the ledger."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "ledger_readers_2026_11_29"
down_revision: str | None = "area_aliases_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column: empty where nobody granted it, so that older rows keep their seals."""
    op.add_column("applications", sa.Column("may_read_ledger", sa.Boolean(), nullable=True), schema="identity")


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("applications", "may_read_ledger", schema="identity")
