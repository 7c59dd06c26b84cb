"""Numbers that an organization sets for its registers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "register_periods_2026_11_26"
down_revision: str | None = "deadlines_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAMES = ("incident_to_head", "incident_closed", "emergency_report", "training_months", "inspections_a_year")
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on registers.periods to sekisho_service;
  end if;
end $$
"""


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "periods",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"name in ({', '.join(repr(name) for name in NAMES)})", name=op.f("ck_periods_name_known")),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_periods_organization_id_organizations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periods")),
        schema="registers",
    )
    op.create_index(op.f("ix_periods_changed_index"), "periods", ["changed_index"], schema="registers")
    op.create_index("uq_periods_day", "periods", ["organization_id", "name", "from_on"], unique=True, schema="registers")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("periods", schema="registers")
