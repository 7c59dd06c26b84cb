"""What is kept beside contracts and provisions: checklists, letters, demands, returns, readiness and reported changes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "provision_checklists_2026_11_26"
down_revision: str | None = "corrections_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = (
    "conditions",
    "messages",
    "contract_items",
    "demands",
    "returns",
    "readiness",
    "changes",
    "report_terms",
)
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on all tables in schema provision to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one."""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "contract_items",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contract_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "item in ('handler_scope', 'person_in_charge', 'facilities', 'education', 'hand_over', 'marking', 'expiry', 'extension', 'lifting', 'doubt_report', 'entry_and_devices', 'computers', 'treatment', 'communication', 'inspection', 'emergency_destruction', 'incidents', 'other_measures')",
            name=op.f("ck_contract_items_item_known"),
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["provision.contracts.id"], name=op.f("fk_contract_items_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_items")),
        schema="provision",
    )
    op.create_index(op.f("ix_contract_items_changed_index"), "contract_items", ["changed_index"], unique=False, schema="provision")
    op.create_index("uq_contract_items_pair", "contract_items", ["contract_id", "item"], unique=True, schema="provision")
    op.create_table(
        "conditions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provision_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("papers", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "what in ('status_shown', 'person_in_charge', 'importance_explained', 'viewers_limited', 'other_use_barred', 'computers_limited', 'treatment_limited', 'communication_limited', 'inspection_fixed', 'accidents_reported', 'no_grave_harm', 'diet_measures', 'locked_container', 'consultation', 'consent', 'equivalence', 'instruction')",
            name=op.f("ck_conditions_what_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["personnel.organizations.id"], name=op.f("fk_conditions_by_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.provisions.id"], name=op.f("fk_conditions_provision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conditions")),
        schema="provision",
    )
    op.create_index(op.f("ix_conditions_changed_index"), "conditions", ["changed_index"], unique=False, schema="provision")
    op.create_index(op.f("ix_conditions_provision_id"), "conditions", ["provision_id"], unique=False, schema="provision")
    op.create_table(
        "messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provision_id", sa.Text(), nullable=False),
        sa.Column("information_id", sa.Text(), nullable=False),
        sa.Column("giver_id", sa.Text(), nullable=False),
        sa.Column("receiver_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("designator_id", sa.Text(), nullable=True),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("receipt_number", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("about in ('validity', 'extended', 'lifted', 'expired')", name=op.f("ck_messages_about_known")),
        sa.CheckConstraint("received_on is null or sent_on is not null", name=op.f("ck_messages_sent_before_received")),
        sa.ForeignKeyConstraint(["designator_id"], ["personnel.organizations.id"], name=op.f("fk_messages_designator_id")),
        sa.ForeignKeyConstraint(["giver_id"], ["personnel.organizations.id"], name=op.f("fk_messages_giver_id")),
        sa.ForeignKeyConstraint(["information_id"], ["designation.information.id"], name=op.f("fk_messages_information_id")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.provisions.id"], name=op.f("fk_messages_provision_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["personnel.organizations.id"], name=op.f("fk_messages_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        schema="provision",
    )
    op.create_index(op.f("ix_messages_changed_index"), "messages", ["changed_index"], unique=False, schema="provision")
    op.create_index("ix_messages_parties", "messages", ["information_id", "giver_id"], unique=False, schema="provision")
    op.create_index(op.f("ix_messages_provision_id"), "messages", ["provision_id"], unique=False, schema="provision")
    op.create_table(
        "demands",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("information_id", sa.Text(), nullable=False),
        sa.Column("organ_id", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("demanded_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["information_id"], ["designation.information.id"], name=op.f("fk_demands_information_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["personnel.organizations.id"], name=op.f("fk_demands_operator_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["personnel.organizations.id"], name=op.f("fk_demands_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demands")),
        schema="provision",
    )
    op.create_index(op.f("ix_demands_changed_index"), "demands", ["changed_index"], unique=False, schema="provision")
    op.create_index(op.f("ix_demands_information_id"), "demands", ["information_id"], unique=False, schema="provision")
    op.create_table(
        "returns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provision_id", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("how in ('returned', 'destroyed')", name=op.f("ck_returns_how_known")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.provisions.id"], name=op.f("fk_returns_provision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        schema="provision",
    )
    op.create_index(op.f("ix_returns_changed_index"), "returns", ["changed_index"], unique=False, schema="provision")
    op.create_index(op.f("ix_returns_provision_id"), "returns", ["provision_id"], unique=False, schema="provision")
    op.create_table(
        "readiness",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("organ_id", sa.Text(), nullable=True),
        sa.Column("examined", sa.Boolean(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "item in ('rule_person_in_charge', 'rule_facilities', 'rule_entry_and_devices', 'rule_computers', 'rule_treatment', 'rule_communication', 'rule_inspection', 'rule_emergency_destruction', 'rule_incidents', 'rule_other_measures', 'education', 'handler_scope', 'facilities', 'organization')",
            name=op.f("ck_readiness_item_known"),
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["personnel.organizations.id"], name=op.f("fk_readiness_operator_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["personnel.organizations.id"], name=op.f("fk_readiness_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness")),
        schema="provision",
    )
    op.create_index(op.f("ix_readiness_changed_index"), "readiness", ["changed_index"], unique=False, schema="provision")
    op.create_index("ix_readiness_parties", "readiness", ["operator_id", "organ_id"], unique=False, schema="provision")
    op.create_table(
        "changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("organ_id", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("report_number", sa.Text(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("matter in ('officer', 'place', 'rule', 'facility')", name=op.f("ck_changes_matter_known")),
        sa.CheckConstraint("outcome in ('kept', 'lost')", name=op.f("ck_changes_outcome_known")),
        sa.ForeignKeyConstraint(["operator_id"], ["personnel.organizations.id"], name=op.f("fk_changes_operator_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["personnel.organizations.id"], name=op.f("fk_changes_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        schema="provision",
    )
    op.create_index(op.f("ix_changes_changed_index"), "changes", ["changed_index"], unique=False, schema="provision")
    op.create_index("ix_changes_parties", "changes", ["operator_id", "organ_id"], unique=False, schema="provision")
    op.create_table(
        "report_terms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organ_id", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_report_terms_not_afterwards")),
        sa.ForeignKeyConstraint(["organ_id"], ["personnel.organizations.id"], name=op.f("fk_report_terms_organ_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_terms")),
        schema="provision",
    )
    op.create_index(op.f("ix_report_terms_changed_index"), "report_terms", ["changed_index"], unique=False, schema="provision")
    op.create_index("ix_report_terms_organ", "report_terms", ["organ_id"], unique=False, schema="provision")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the tables."""
    for table in TABLES:
        op.drop_table(table, schema="provision")
