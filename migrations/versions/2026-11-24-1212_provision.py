"""Certifications, contracts and provisions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "provision_2026_11_24"
down_revision: str | None = "designation_2026_11_24"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema provision to sekisho_service;
    grant select, insert, update on all tables in schema provision to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one."""


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema provision")
    op.create_table(
        "certifications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("organ_id", sa.Text(), nullable=False),
        sa.Column("certified_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ended_on >= certified_on", name=op.f("ck_certifications_from_before_until")),
        sa.ForeignKeyConstraint(["operator_id"], ["personnel.organizations.id"], name=op.f("fk_certifications_operator_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["personnel.organizations.id"], name=op.f("fk_certifications_organ_id")),
        sa.ForeignKeyConstraint(["replaces"], ["provision.certifications.id"], name=op.f("fk_certifications_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certifications")),
        sa.UniqueConstraint("replaces", name=op.f("uq_certifications_replaces")),
        schema="provision",
    )
    op.create_index(op.f("ix_certifications_changed_index"), "certifications", ["changed_index"], schema="provision")
    op.create_index("ix_certifications_parties", "certifications", ["operator_id", "organ_id"], schema="provision")
    op.create_table(
        "contracts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("organ_id", sa.Text(), nullable=False),
        sa.Column("units", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("return_until_on", sa.Date(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_contracts_from_before_until")),
        sa.ForeignKeyConstraint(["operator_id"], ["personnel.organizations.id"], name=op.f("fk_contracts_operator_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["personnel.organizations.id"], name=op.f("fk_contracts_organ_id")),
        sa.ForeignKeyConstraint(["replaces"], ["provision.contracts.id"], name=op.f("fk_contracts_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("replaces", name=op.f("uq_contracts_replaces")),
        schema="provision",
    )
    op.create_index(op.f("ix_contracts_changed_index"), "contracts", ["changed_index"], schema="provision")
    op.create_index("ix_contracts_parties", "contracts", ["operator_id", "organ_id"], schema="provision")
    op.create_table(
        "provisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("information_id", sa.Text(), nullable=False),
        sa.Column("giver_id", sa.Text(), nullable=False),
        sa.Column("receiver_id", sa.Text(), nullable=False),
        sa.Column("under", sa.Text(), nullable=False),
        sa.Column("provided_on", sa.Date(), nullable=False),
        sa.Column("consulted_on", sa.Date(), nullable=True),
        sa.Column("consented_by", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("equivalence", sa.Boolean(), nullable=False),
        sa.Column("safeguards", sa.Boolean(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "under in ('Act 4(5)', 'Act 5(2)', 'Act 6(1)', 'Act 7(1)', 'Act 7(3)', 'Act 8', 'Act 9(1)(i)', 'Act 9(1)(ii)', 'Act 9(1)(iii)', 'Act 9(1)(iv)', 'Act 9(2)', 'Act 10(1)', 'Act 10(2)', 'Act 18(4)', 'Act 10(5)')",
            name=op.f("ck_provisions_under_known"),
        ),
        sa.CheckConstraint("giver_id <> receiver_id", name=op.f("ck_provisions_to_somebody_else")),
        sa.CheckConstraint("returned_on >= provided_on", name=op.f("ck_provisions_from_before_until")),
        sa.ForeignKeyConstraint(["giver_id"], ["personnel.organizations.id"], name=op.f("fk_provisions_giver_id")),
        sa.ForeignKeyConstraint(["information_id"], ["designation.information.id"], name=op.f("fk_provisions_information_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["personnel.organizations.id"], name=op.f("fk_provisions_receiver_id")),
        sa.ForeignKeyConstraint(["replaces"], ["provision.provisions.id"], name=op.f("fk_provisions_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provisions")),
        sa.UniqueConstraint("replaces", name=op.f("uq_provisions_replaces")),
        schema="provision",
    )
    op.create_index(op.f("ix_provisions_changed_index"), "provisions", ["changed_index"], schema="provision")
    op.create_index(op.f("ix_provisions_giver_id"), "provisions", ["giver_id"], schema="provision")
    op.create_index(op.f("ix_provisions_information_id"), "provisions", ["information_id"], schema="provision")
    op.create_index(op.f("ix_provisions_receiver_id"), "provisions", ["receiver_id"], schema="provision")
    op.create_table(
        "contract_information",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contract_id", sa.Text(), nullable=False),
        sa.Column("information_id", sa.Text(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["provision.contracts.id"], name=op.f("fk_contract_information_contract_id")),
        sa.ForeignKeyConstraint(["information_id"], ["designation.information.id"], name=op.f("fk_contract_information_information_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_information")),
        schema="provision",
    )
    op.create_index(op.f("ix_contract_information_changed_index"), "contract_information", ["changed_index"], schema="provision")
    op.create_index(op.f("ix_contract_information_information_id"), "contract_information", ["information_id"], schema="provision")
    op.create_index(
        "uq_contract_information_pair", "contract_information", ["contract_id", "information_id"], unique=True, schema="provision"
    )
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the room's schema."""
    op.execute("drop schema provision cascade")
