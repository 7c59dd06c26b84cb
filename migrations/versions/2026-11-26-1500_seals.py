"""Seals of the rows that decisions rest on, and their account.

A table that gets a column later keeps its seals while the column may be empty; a column with a default changes what
every row says, and its migration must leave the seals to be made anew.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "seals_2026_11_26"
down_revision: str | None = "application_tokens_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = {
    "personnel": ("organizations", "units", "people", "posts", "aliases"),
    "designation": ("information", "designations", "extensions", "closings", "documents", "document_information"),
    "provision": ("certifications", "contracts", "contract_information", "provisions"),
    "clearance": ("results", "doubt_notices", "offices"),
    "need_to_know": ("listings",),
    "identity": ("applications", "api_keys", "accounts", "grants", "site", "decision_rules"),
    "decision": ("policy_sets",),
    "ledger": ("destroyed_keys",),
}
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert on ledger.row_accounts to sekisho_service;
  end if;
end $$
"""


def upgrade() -> None:
    """Add the column, empty, and the table; `sekisho migrate` then seals the rows that are what their entries say."""
    for schema, tables in TABLES.items():
        for table in tables:
            op.add_column(table, sa.Column("seal", sa.LargeBinary(), nullable=True), schema=schema)
    op.create_table(
        "row_accounts",
        sa.Column("changed_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("changed_index", name=op.f("pk_row_accounts")),
        schema="ledger",
    )
    op.execute("create trigger append_only before update or delete on ledger.row_accounts for each row execute function ledger.refuse_change()")
    op.execute("create trigger not_emptied before truncate on ledger.row_accounts for each statement execute function ledger.refuse_change()")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the table and the columns; whoever comes up again seals anew."""
    op.drop_table("row_accounts", schema="ledger")
    for schema, tables in TABLES.items():
        for table in tables:
            op.drop_column(table, "seal", schema=schema)
