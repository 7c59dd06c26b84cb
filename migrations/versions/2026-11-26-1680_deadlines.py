"""Holidays, periods of the house, and the dates that were told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "deadlines_2026_11_26"
down_revision: str | None = "registers_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema deadlines to sekisho_service;
    grant select, insert, update on all tables in schema deadlines to sekisho_service;
  end if;
end $$
"""
"""The serving role may strike a row, never delete one."""
NAMES = (
    "reassess_months",
    "provisional_days",
    "doubt_days",
    "extension_months",
    "reasons_review_months",
    "closing_days",
    "first_reminder_days",
    "second_reminder_days",
    "last_reminder_days",
    "shown_days",
)


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema if not exists deadlines")
    op.create_table(
        "holidays",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_holidays")),
        schema="deadlines",
    )
    op.create_index(op.f("ix_holidays_changed_index"), "holidays", ["changed_index"], schema="deadlines")
    op.create_table(
        "periods",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"name in ({', '.join(repr(name) for name in NAMES)})", name=op.f("ck_periods_name_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periods")),
        schema="deadlines",
    )
    op.create_index(op.f("ix_periods_changed_index"), "periods", ["changed_index"], schema="deadlines")
    op.create_index("ix_periods_name", "periods", ["name", "from_on"], schema="deadlines")
    op.create_table(
        "told",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("information_id", sa.Text(), nullable=True),
        sa.Column("contract_id", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told")),
        schema="deadlines",
    )
    op.create_index(op.f("ix_told_changed_index"), "told", ["changed_index"], schema="deadlines")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the room's schema."""
    op.execute("drop schema deadlines cascade")
