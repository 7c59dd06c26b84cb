"""Results, doubt notices and exempt offices."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "clearance_2026_11_24"
down_revision: str | None = "provision_2026_11_24"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema clearance to sekisho_service;
    grant select, insert, update on all tables in schema clearance to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one."""


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema clearance")
    op.create_table(
        "doubt_notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("head_id", sa.Text(), nullable=False),
        sa.Column("law", sa.Text(), server_default=sa.text("'iesi'"), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("law in ('iesi', 'sds')", name=op.f("ck_doubt_notices_law_known")),
        sa.ForeignKeyConstraint(["head_id"], ["personnel.organizations.id"], name=op.f("fk_doubt_notices_head_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_doubt_notices_person_id")),
        sa.ForeignKeyConstraint(["replaces"], ["clearance.doubt_notices.id"], name=op.f("fk_doubt_notices_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubt_notices")),
        sa.UniqueConstraint("replaces", name=op.f("uq_doubt_notices_replaces")),
        schema="clearance",
    )
    op.create_index(op.f("ix_doubt_notices_changed_index"), "doubt_notices", ["changed_index"], schema="clearance")
    op.create_index("ix_doubt_notices_person_head", "doubt_notices", ["person_id", "head_id"], schema="clearance")
    op.create_table(
        "offices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "office in ('head_of_organ', 'minister_of_state', 'deputy_chief_cabinet_secretary', 'special_advisor_to_pm', 'state_minister', 'parliamentary_vice_minister', 'npsc_member', 'cyber_commission_member', 'psec_member', 'nra_member', 'prefectural_psc_member')",
            name=op.f("ck_offices_office_known"),
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_offices_from_before_until")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_offices_person_id")),
        sa.ForeignKeyConstraint(["replaces"], ["clearance.offices.id"], name=op.f("fk_offices_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint("replaces", name=op.f("uq_offices_replaces")),
        schema="clearance",
    )
    op.create_index(op.f("ix_offices_changed_index"), "offices", ["changed_index"], schema="clearance")
    op.create_index(op.f("ix_offices_person_id"), "offices", ["person_id"], schema="clearance")
    op.create_table(
        "results",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("head_id", sa.Text(), nullable=False),
        sa.Column("law", sa.Text(), server_default=sa.text("'iesi'"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("investigated_by", sa.Text(), server_default=sa.text("'prime_minister'"), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reuses", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("investigated_by in ('prime_minister', 'organ')", name=op.f("ck_results_investigated_by_known")),
        sa.CheckConstraint("law in ('iesi', 'sds')", name=op.f("ck_results_law_known")),
        sa.CheckConstraint("outcome in ('positive', 'negative', 'refused', 'withdrawn')", name=op.f("ck_results_outcome_known")),
        sa.CheckConstraint("provisional or notified_on is not null", name=op.f("ck_results_notified_or_provisional")),
        sa.ForeignKeyConstraint(["head_id"], ["personnel.organizations.id"], name=op.f("fk_results_head_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_results_person_id")),
        sa.ForeignKeyConstraint(["replaces"], ["clearance.results.id"], name=op.f("fk_results_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint("replaces", name=op.f("uq_results_replaces")),
        schema="clearance",
    )
    op.create_index(op.f("ix_results_changed_index"), "results", ["changed_index"], schema="clearance")
    op.create_index("ix_results_person_head", "results", ["person_id", "head_id"], schema="clearance")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the room's schema."""
    op.execute("drop schema clearance cascade")
