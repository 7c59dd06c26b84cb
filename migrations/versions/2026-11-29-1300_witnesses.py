"""Who witnesses the log, the cosignatures that came, and losses that were declared."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "witnesses_2026_11_29"
down_revision: str | None = "tiles_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("witness_policies", "cosignatures", "losses")
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert on ledger.witness_policies, ledger.cosignatures, ledger.losses to sekisho_service;
  end if;
  if exists (select from pg_roles where rolname = 'sekisho_auditor') then
    grant select on ledger.witness_policies, ledger.cosignatures, ledger.losses to sekisho_auditor;
  end if;
end $$
"""


def upgrade() -> None:
    """Make the tables, append-only."""
    op.create_table(
        "witness_policies",
        sa.Column("changed_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("publication in ('waits', 'goes_on')", name=op.f("ck_witness_policies_publication")),
        sa.PrimaryKeyConstraint("changed_index", name=op.f("pk_witness_policies")),
        schema="ledger",
    )
    op.create_table(
        "cosignatures",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", "key", name=op.f("pk_cosignatures")),
        schema="ledger",
    )
    op.create_index("ix_cosignatures_key_size", "cosignatures", ["key", "size"], schema="ledger")
    op.create_table(
        "losses",
        sa.Column("opened_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lost", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("opened_index", name=op.f("pk_losses")),
        schema="ledger",
    )
    for table in TABLES:
        op.execute(f"create trigger append_only before update or delete on ledger.{table} for each row execute function ledger.refuse_change()")
        op.execute(f"create trigger not_emptied before truncate on ledger.{table} for each statement execute function ledger.refuse_change()")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop them, unless witnesses were set or a loss was declared: that is evidence."""
    op.execute(
        """
        do $$ begin
          if exists (select from ledger.witness_policies) or exists (select from ledger.cosignatures) or exists (select from ledger.losses) then
            raise exception 'witnesses were set or a loss was declared; what tells of it is never dropped' using errcode = 'object_not_in_prerequisite_state';
          end if;
        end $$
        """,
    )
    for table in reversed(TABLES):
        op.drop_table(table, schema="ledger")
