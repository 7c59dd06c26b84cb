"""By which version of the explanation document somebody was asked to stand on the list of candidates."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "explanations_2026_11_28"
down_revision: str | None = "improper_answers_2026_11_28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("candidates", sa.Column("explanation", sa.Text(), nullable=True), schema="assessment")


def downgrade() -> None:
    """Take it away."""
    op.drop_column("candidates", "explanation", schema="assessment")
