"""Filters that auditors keep, and what verifications from the console found."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "auditing_2026_11_28"
down_revision: str | None = "people_in_order_2026_11_28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on identity.saved_queries, identity.verifications to sekisho_service;
  end if;
end $$
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "saved_queries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["identity.accounts.id"], name=op.f("fk_saved_queries_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_queries")),
        schema="identity",
    )
    op.create_index(op.f("ix_saved_queries_account_id"), "saved_queries", ["account_id"], schema="identity")
    op.create_table(
        "verifications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("covered", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.BigInteger(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity.accounts.id"], name=op.f("fk_verifications_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
        schema="identity",
    )
    op.create_index(op.f("ix_verifications_verified_at"), "verifications", ["verified_at"], schema="identity")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("verifications", schema="identity")
    op.drop_table("saved_queries", schema="identity")
