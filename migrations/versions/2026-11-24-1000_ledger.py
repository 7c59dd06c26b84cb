"""The ledger: batches, entries, disclosures, keys and checkpoints, appended to and never changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "ledger_2026_11_24"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PARTITION = 1 << 24
PARTITIONS = 16

ROLE = """
do $$ begin
  if not exists (select from pg_roles where rolname = 'sekisho_service') then
    begin
      create role sekisho_service nologin;
    exception when insufficient_privilege or duplicate_object or unique_violation then
      raise notice 'the role sekisho_service cannot be created here';
    end;
  end if;
end $$
"""

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema ledger to sekisho_service;
    grant select, insert on all tables in schema ledger to sekisho_service;
  end if;
end $$
"""

APPEND_ONLY = """
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end $$
"""


def upgrade() -> None:
    """Make the schema, its tables, the first partitions, and what keeps them append-only."""
    op.execute(ROLE)
    op.execute("create schema ledger")
    op.create_table(
        "log",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("seat in ('organ', 'operator')", name=op.f("ck_log_seat")),
        sa.CheckConstraint("clock in ('wall', 'told')", name=op.f("ck_log_clock")),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_log")),
        schema="ledger",
    )
    op.create_table(
        "batches",
        sa.Column("first_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_batches_size")),
        sa.PrimaryKeyConstraint("first_index", name=op.f("pk_batches")),
        schema="ledger",
    )
    op.create_table(
        "entries",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_entries")),
        schema="ledger",
        postgresql_partition_by="RANGE (index)",
    )
    op.create_table(
        "disclosures",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", "digest", name=op.f("pk_disclosures")),
        schema="ledger",
        postgresql_partition_by="RANGE (index)",
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        schema="ledger",
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoints")),
        schema="ledger",
    )
    for table in ("entries", "disclosures"):
        for number in range(PARTITIONS):
            low, high = number * PARTITION, (number + 1) * PARTITION
            op.execute(f"create table ledger.{table}_{number:04d} partition of ledger.{table} for values from ({low}) to ({high})")
        op.execute(f"create table ledger.{table}_rest partition of ledger.{table} default")
    op.execute(APPEND_ONLY)
    for table, events in {"log": "update or delete", "batches": "update or delete", "entries": "update or delete", "checkpoints": "update or delete", "disclosures": "update"}.items():
        op.execute(f"create trigger append_only before {events} on ledger.{table} for each row execute function ledger.refuse_change()")
    for table in ("log", "batches", "entries", "checkpoints", "disclosures", "keys"):
        op.execute(f"create trigger not_emptied before truncate on ledger.{table} for each statement execute function ledger.refuse_change()")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the schema, unless the ledger has an entry: nothing that was recorded is ever dropped."""
    op.execute(
        """
        do $$ begin
          if exists (select from ledger.batches) then
            raise exception 'the ledger has entries; a schema that holds them is never dropped' using errcode = 'object_not_in_prerequisite_state';
          end if;
        end $$
        """,
    )
    op.execute("drop schema ledger cascade")
