"""Approvals of documents, and whether an organization keeps them here."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "approvals_2026_11_29"
down_revision: str | None = "privacy_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ACTIONS = "'make', 'communicate', 'transmit', 'carry_out', 'dispose', 'return'"
ORGANIZATION, PERSON, DOCUMENT = "personnel.organizations.id", "personnel.people.id", "designation.documents.id"
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on registers.approval_rules, registers.approvals to sekisho_service;
  end if;
end $$
"""


def _named(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "approval_rules",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        _named("approval_rules", "organization_id", ORGANIZATION),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rules")),
        schema="registers",
    )
    op.create_index("ix_approval_rules_place", "approval_rules", ["organization_id", "from_on"], schema="registers")
    op.create_index(op.f("ix_approval_rules_changed_index"), "approval_rules", ["changed_index"], schema="registers")
    op.create_table(
        "approvals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("actions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=True),
        sa.Column("party_id", sa.Text(), nullable=True),
        sa.Column("destination", sa.Text(), nullable=True),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"actions <@ array[{ACTIONS}]", name=op.f("ck_approvals_actions_known")),
        sa.CheckConstraint("cardinality(actions) > 0", name=op.f("ck_approvals_some_action")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_approvals_from_before_until")),
        sa.CheckConstraint("copies is null or (copies > 0 and 'make' = any(actions))", name=op.f("ck_approvals_copies_made")),
        _named("approvals", "document_id", DOCUMENT),
        _named("approvals", "organization_id", ORGANIZATION),
        _named("approvals", "person_id", PERSON),
        _named("approvals", "party_id", ORGANIZATION),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        schema="registers",
    )
    for column in ("changed_index", "document_id", "organization_id", "person_id"):
        op.create_index(op.f(f"ix_approvals_{column}"), "approvals", [column], schema="registers")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("approvals", schema="registers")
    op.drop_table("approval_rules", schema="registers")
