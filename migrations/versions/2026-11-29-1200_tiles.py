"""Tiles, signing keys, and logs that were closed: whose successor goes on with the same tree."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "tiles_2026_11_29"
down_revision: str | None = "audit_queries_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("subtrees", "signing_keys", "closings")
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert on ledger.subtrees, ledger.signing_keys, ledger.closings to sekisho_service;
  end if;
  if exists (select from pg_roles where rolname = 'sekisho_auditor') then
    grant select on ledger.subtrees, ledger.signing_keys, ledger.closings to sekisho_auditor;
  end if;
end $$
"""
# A row of its own for each batch, so that a batch is judged once its writer has waited for its turn: a writer that prepared
# its batch before the log was closed finds its place taken by the closing entry, and any later one finds the log closed.
CLOSED = """
create function ledger.refuse_closed() returns trigger language plpgsql as $$
begin
  if exists (select from ledger.closings c where c.changed_index < new.first_index
      and not exists (select from ledger.log l where l.opened_index = c.changed_index + 1)) then
    raise exception 'the log was closed; its successor has not begun';
  end if;
  return new;
end $$
"""


def upgrade() -> None:
    """Make the tables, append-only, and let nothing be appended to a closed log."""
    op.create_table(
        "subtrees",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("level > 0 and octet_length(hash) = 32", name=op.f("ck_subtrees_form")),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_subtrees")),
        schema="ledger",
    )
    op.create_table(
        "signing_keys",
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("step in ('added', 'retired')", name=op.f("ck_signing_keys_step")),
        sa.PrimaryKeyConstraint("vkey", "step", name=op.f("pk_signing_keys")),
        schema="ledger",
    )
    op.create_table(
        "closings",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("successor", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_closings")),
        schema="ledger",
    )
    for table in TABLES:
        op.execute(f"create trigger append_only before update or delete on ledger.{table} for each row execute function ledger.refuse_change()")
        op.execute(f"create trigger not_emptied before truncate on ledger.{table} for each statement execute function ledger.refuse_change()")
    op.execute(CLOSED)
    op.execute("create trigger not_closed before insert on ledger.batches for each row execute function ledger.refuse_closed()")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop them, unless a key was changed or a log closed: without them the log cannot be followed."""
    op.execute(
        """
        do $$ begin
          if exists (select from ledger.signing_keys) or exists (select from ledger.closings) then
            raise exception 'signing keys were changed or a log was closed; what tells of it is never dropped' using errcode = 'object_not_in_prerequisite_state';
          end if;
        end $$
        """,
    )
    op.execute("drop trigger not_closed on ledger.batches")
    op.execute("drop function ledger.refuse_closed()")
    for table in reversed(TABLES):
        op.drop_table(table, schema="ledger")
