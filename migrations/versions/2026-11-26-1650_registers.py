"""Registers: one table of lines."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "registers_2026_11_26"
down_revision: str | None = "exclusions_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema registers to sekisho_service;
    grant select, insert, update on registers.lines to sekisho_service;
  end if;
end $$
"""
"""The serving role may end or strike a line, never delete one."""
FOREIGN = {
    "organization_id": "personnel.organizations.id",
    "document_id": "designation.documents.id",
    "information_id": "designation.information.id",
    "of_id": "registers.lines.id",
    "person_id": "personnel.people.id",
    "witness_id": "personnel.people.id",
    "keeper_id": "personnel.people.id",
    "party_id": "personnel.organizations.id",
}
INDEXED = ("changed_index", "document_id", "information_id", "of_id", "person_id")


EMPTIED = """
do $$ begin
  if not exists (select from pg_class where relnamespace = 'registers'::regnamespace) then
    drop schema registers;
  end if;
end $$
"""


def upgrade() -> None:
    """Make the room's schema, where another migration has not, and its table."""
    op.execute("create schema if not exists registers")
    op.create_table(
        "lines",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("information_id", sa.Text(), nullable=True),
        sa.Column("of_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("witness_id", sa.Text(), nullable=True),
        sa.Column("keeper_id", sa.Text(), nullable=True),
        sa.Column("party_id", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("struck_on", sa.Date(), nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("serial > 0", name=op.f("ck_lines_serial_counts")),
        sa.CheckConstraint("ended_on >= begun_on", name=op.f("ck_lines_begun_before_ended")),
        sa.CheckConstraint("due_on >= begun_on", name=op.f("ck_lines_begun_before_due")),
        sa.CheckConstraint("witness_id <> person_id", name=op.f("ck_lines_another_witness")),
        sa.CheckConstraint("jsonb_typeof(details) = 'object'", name=op.f("ck_lines_details_are_named")),
        *(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_lines_{column}")) for column, target in FOREIGN.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lines")),
        schema="registers",
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_lines_{column}"), "lines", [column], schema="registers")
    op.create_index("uq_lines_series", "lines", ["organization_id", "kind", "serial"], unique=True, schema="registers")
    for name, which in (
        ("uq_lines_document", "kind = 'document'"),
        ("uq_lines_open_loan", "kind = 'loan' and ended_on is null"),
        ("uq_lines_gone", "kind in ('delivery', 'disposal', 'emergency')"),
    ):
        op.create_index(
            name,
            "lines",
            ["organization_id", "document_id"],
            unique=True,
            schema="registers",
            postgresql_where=sa.text(f"{which} and struck_on is null"),
        )
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the table, and the schema once nothing of another migration is left in it."""
    op.drop_table("lines", schema="registers")
    op.execute(EMPTIED)
