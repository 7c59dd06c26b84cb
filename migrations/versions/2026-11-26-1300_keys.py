"""Keys: which were destroyed, which master keys wrapped them all, and what a key sealed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "keys_2026_11_26"
down_revision: str | None = "accounts_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("destroyed_keys", "masters")
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert on ledger.destroyed_keys, ledger.masters to sekisho_service;
  end if;
end $$
"""
# Whoever serves can remove no key but by leaving a row that tells of it.
REMOVE = """
create function ledger.remove_destroyed_key() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from ledger.keys where id = new.id;
  return null;
end $$
"""


def upgrade() -> None:
    """Make the two tables, append-only, and the index by which the disclosures of a key are counted."""
    op.create_table(
        "destroyed_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("disclosures", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destroyed_keys")),
        schema="ledger",
    )
    op.create_table(
        "masters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_masters")),
        schema="ledger",
    )
    op.create_index("ix_disclosures_key_id", "disclosures", ["key_id"], schema="ledger")
    for table in TABLES:
        op.execute(f"create trigger append_only before update or delete on ledger.{table} for each row execute function ledger.refuse_change()")
        op.execute(f"create trigger not_emptied before truncate on ledger.{table} for each statement execute function ledger.refuse_change()")
    op.execute(REMOVE)
    op.execute("revoke all on function ledger.remove_destroyed_key() from public")
    op.execute("create trigger key_removed after insert on ledger.destroyed_keys for each row execute function ledger.remove_destroyed_key()")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop both, unless a key was destroyed or wrapped anew: without them it could be made again."""
    op.execute(
        """
        do $$ begin
          if exists (select from ledger.destroyed_keys) or exists (select from ledger.masters) then
            raise exception 'keys were destroyed or wrapped anew; what tells of it is never dropped' using errcode = 'object_not_in_prerequisite_state';
          end if;
        end $$
        """,
    )
    op.drop_index("ix_disclosures_key_id", table_name="disclosures", schema="ledger")
    for table in reversed(TABLES):
        op.drop_table(table, schema="ledger")
    op.execute("drop function ledger.remove_destroyed_key()")
