"""The text of every policy set that was ever in force."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "decision_2026_11_24"
down_revision: str | None = "identity_2026_11_24"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema decision to sekisho_service;
    grant select, insert, update on all tables in schema decision to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one."""


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema decision")
    op.create_table(
        "policy_sets",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_policy_sets")),
        schema="decision",
    )
    op.create_index(op.f("ix_policy_sets_changed_index"), "policy_sets", ["changed_index"], schema="decision")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the room's schema."""
    op.execute("drop schema decision cascade")
