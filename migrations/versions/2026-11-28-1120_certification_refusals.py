"""Applications to be certified that were not granted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "uncertified_2026_11_28"
down_revision: str | None = "complaint_outcomes_2026_11_28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "certification_refusals"
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on provision.certification_refusals to sekisho_service;
  end if;
end $$
"""


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("organ_id", sa.Text(), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["personnel.organizations.id"], name=op.f("fk_certification_refusals_operator_id_organizations")
        ),
        sa.ForeignKeyConstraint(["organ_id"], ["personnel.organizations.id"], name=op.f("fk_certification_refusals_organ_id_organizations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_refusals")),
        schema="provision",
    )
    op.create_index(op.f("ix_certification_refusals_changed_index"), TABLE, ["changed_index"], schema="provision")
    op.create_index("uq_certification_refusals_day", TABLE, ["operator_id", "organ_id", "refused_on"], unique=True, schema="provision")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table(TABLE, schema="provision")
