"""Forms that somebody has begun to fill in, sealed under their own key."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "drafts_2026_11_28"
down_revision: str | None = "auditing_2026_11_28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update, delete on identity.drafts to sekisho_service;
  end if;
end $$
"""
"""A draft is no evidence: it goes when it was sent, or after a while."""


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "drafts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity.accounts.id"], name=op.f("fk_drafts_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "form", name=op.f("pk_drafts")),
        schema="identity",
    )
    op.create_index(op.f("ix_drafts_kept_at"), "drafts", ["kept_at"], schema="identity")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("drafts", schema="identity")
