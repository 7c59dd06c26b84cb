"""Extensions and closings can be put right like every other fact.

The columns may be empty, so that the seals of rows from before stay as they are.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "corrections_2026_11_26"
down_revision: str | None = "need_to_know_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("extensions", "closings")


def upgrade() -> None:
    """Add the columns."""
    for table in TABLES:
        op.add_column(table, sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True), schema="designation")
        op.add_column(table, sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True), schema="designation")
        op.add_column(table, sa.Column("replaces", sa.Text(), nullable=True), schema="designation")
        op.create_foreign_key(
            op.f(f"fk_{table}_replaces"), table, table, ["replaces"], ["id"], source_schema="designation", referent_schema="designation"
        )
        op.create_unique_constraint(op.f(f"uq_{table}_replaces"), table, ["replaces"], schema="designation")


def downgrade() -> None:
    """Drop the columns; what was put right stands as it was first recorded, beside what replaced it."""
    for table in TABLES:
        for column in ("replaces", "replaced_at", "recorded_at"):
            op.drop_column(table, column, schema="designation")
