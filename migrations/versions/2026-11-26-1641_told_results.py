"""What an operator is told of results: not carried out, the original day, and that it was passed on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "told_results_2026_11_26"
down_revision: str | None = "provision_checklists_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on clearance.passed_results to sekisho_service;
  end if;
end $$
"""
KNOWN = "outcome in ('positive', 'negative', 'refused', 'withdrawn', 'not_carried_out')"
BEFORE = "outcome in ('positive', 'negative', 'refused', 'withdrawn')"


def upgrade() -> None:
    """Add the outcome, the column, empty, and the table."""
    op.drop_constraint(op.f("ck_results_outcome_known"), "results", schema="clearance", type_="check")
    op.create_check_constraint(op.f("ck_results_outcome_known"), "results", KNOWN, schema="clearance")
    op.add_column("results", sa.Column("original_on", sa.Date(), nullable=True), schema="clearance")
    op.create_table(
        "passed_results",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("result_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("employer_id", sa.Text(), nullable=False),
        sa.Column("passed_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["employer_id"], ["personnel.organizations.id"], name=op.f("fk_passed_results_employer_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_passed_results_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_passed_results_person_id")),
        sa.ForeignKeyConstraint(["result_id"], ["clearance.results.id"], name=op.f("fk_passed_results_result_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_results")),
        schema="clearance",
    )
    for column in ("changed_index", "person_id", "result_id"):
        op.create_index(op.f(f"ix_passed_results_{column}"), "passed_results", [column], schema="clearance")
    op.execute(GRANT)


def downgrade() -> None:
    """Take it away again; results that say `not_carried_out` stand in the way."""
    op.drop_table("passed_results", schema="clearance")
    op.drop_column("results", "original_on", schema="clearance")
    op.drop_constraint(op.f("ck_results_outcome_known"), "results", schema="clearance", type_="check")
    op.create_check_constraint(op.f("ck_results_outcome_known"), "results", BEFORE, schema="clearance")
