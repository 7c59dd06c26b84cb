"""What was found on reports of improper designation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "improper_answers_2026_11_28"
down_revision: str | None = "uncertified_2026_11_28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "improper_answers"
FINDINGS = ("in_order", "feared_not_in_order", "not_in_order")
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on designation.improper_answers to sekisho_service;
  end if;
end $$
"""


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"finding in ({', '.join(repr(name) for name in FINDINGS)})", name=op.f("ck_improper_answers_finding_known")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["designation.improper_reports.id"], name=op.f("fk_improper_answers_report_id_improper_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improper_answers")),
        schema="designation",
    )
    op.create_index(op.f("ix_improper_answers_changed_index"), TABLE, ["changed_index"], schema="designation")
    op.create_index("uq_improper_answers_report", TABLE, ["report_id"], unique=True, schema="designation")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table(TABLE, schema="designation")
