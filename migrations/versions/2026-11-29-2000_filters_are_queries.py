"""Filters of the ledger's page are queries of auditors now; the table of the older ones goes.

A query is saved by an act with an entry of its own, which no migration can make: it has neither the keys of the log nor its words.
`sekisho migrate` therefore carries each filter over right before this revision, and names those of which no query says the same.
This revision drops none by itself: it refuses as long as there is one that its owner did not end and nobody carried over.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "filters_are_queries_2026_11_29"
down_revision: str | None = "services_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REFUSE = """
do $$ begin
  if exists (select from identity.saved_queries where ended_at is null) then
    raise exception 'identity.saved_queries holds filters that were not carried over; run sekisho migrate, which does it';
  end if;
end $$
"""
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on identity.saved_queries to sekisho_service;
  end if;
end $$
"""


def upgrade() -> None:
    """Drop the table, unless something in it would be lost."""
    op.execute("lock table identity.saved_queries in access exclusive mode")
    op.execute(REFUSE)
    op.drop_table("saved_queries", schema="identity")


def downgrade() -> None:
    """Make the table again, empty."""
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
    op.execute(GRANT)
