"""What complaints came to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "complaint_outcomes_2026_11_28"
down_revision: str | None = "open_steps_2026_11_28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OUTCOMES = ("result_stands", "put_right", "reassessment")


def upgrade() -> None:
    """Add the column; answers from before have none."""
    op.add_column("complaints", sa.Column("outcome", sa.Text(), nullable=True), schema="assessment")
    condition = f"outcome in ({', '.join(repr(name) for name in OUTCOMES)})"
    op.create_check_constraint(op.f("ck_complaints_outcome_known"), "complaints", condition, schema="assessment")


def downgrade() -> None:
    """Drop it."""
    op.drop_column("complaints", "outcome", schema="assessment")
