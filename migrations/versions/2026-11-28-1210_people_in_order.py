"""People in the order of their kana, page by page."""

from collections.abc import Sequence

from alembic import op

revision: str = "people_in_order_2026_11_28"
down_revision: str | None = "explanations_2026_11_28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_people_order", "people", ["search_key", "id"], schema="personnel")


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_people_order", table_name="people", schema="personnel")
