"""Requests that came with an idempotency key, and what they were answered."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "answered_requests_2026_11_26"
down_revision: str | None = "seals_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update, delete on identity.answered_requests to sekisho_service;
  end if;
end $$
"""
"""What was answered is no evidence: the serving role sweeps what is older than a day."""


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "answered_requests",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity.accounts.id"], name=op.f("fk_answered_requests_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_answered_requests")),
        schema="identity",
    )
    op.create_index(op.f("ix_answered_requests_answered_at"), "answered_requests", ["answered_at"], schema="identity")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("answered_requests", schema="identity")
