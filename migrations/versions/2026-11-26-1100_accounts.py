"""Accounts, roles, sessions, and proposals that wait for a second person."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "accounts_2026_11_26"
down_revision: str | None = "decision_2026_11_24"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema proposals to sekisho_service;
    grant select, insert, update on all tables in schema identity, proposals to sekisho_service;
    grant delete on identity.attempts, identity.pending_sign_ins to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one, but for failures in a row and sign-ins under way."""


def upgrade() -> None:
    """Make the rooms' tables."""
    op.execute("create schema proposals")
    op.create_table(
        "attempts",
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_attempts")),
        schema="identity",
    )
    op.create_index(op.f("ix_attempts_last_failed_at"), "attempts", ["last_failed_at"], unique=False, schema="identity")
    op.create_table(
        "decision_rules",
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("seconds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("verb", name=op.f("pk_decision_rules")),
        schema="identity",
    )
    op.create_index(op.f("ix_decision_rules_changed_index"), "decision_rules", ["changed_index"], unique=False, schema="identity")
    op.create_table(
        "pending_sign_ins",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_pending_sign_ins")),
        schema="identity",
    )
    op.create_index(op.f("ix_pending_sign_ins_begun_at"), "pending_sign_ins", ["begun_at"], unique=False, schema="identity")
    op.create_table(
        "site",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("profile in ('standard', 'small')", name=op.f("ck_site_profile_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        schema="identity",
    )
    op.create_index(op.f("ix_site_changed_index"), "site", ["changed_index"], unique=False, schema="identity")
    op.create_table(
        "proposals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("acts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("foreseen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=True),
        sa.Column("people", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_person", sa.Text(), nullable=False),
        sa.Column("proposed_name", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("footing", sa.Text(), nullable=True),
        sa.Column("in_name_of", sa.Text(), nullable=True),
        sa.Column("view_later", sa.Boolean(), nullable=False),
        sa.Column("first_index", sa.BigInteger(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state in ('open', 'sent_back', 'withdrawn', 'rejected', 'approved')", name=op.f("ck_proposals_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        schema="proposals",
    )
    op.create_index(op.f("ix_proposals_changed_index"), "proposals", ["changed_index"], unique=False, schema="proposals")
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(issuer is null) = (subject is null)", name=op.f("ck_accounts_subject_with_issuer")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        schema="identity",
    )
    op.create_index(op.f("ix_accounts_changed_index"), "accounts", ["changed_index"], unique=False, schema="identity")
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"], unique=False, schema="identity")
    op.create_index(
        "uq_accounts_name", "accounts", ["sign_in_name"], unique=True, schema="identity", postgresql_where=sa.text("ended_at is null")
    )
    op.create_index(
        "uq_accounts_subject",
        "accounts",
        ["issuer", "subject"],
        unique=True,
        schema="identity",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("units", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("informations", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("contracts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("footing", sa.Text(), nullable=False),
        sa.Column("in_name_of", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "footing in ('own', 'head', 'delegation', 'standing', 'absence', 'resolution')", name=op.f("ck_grants_footing_known")
        ),
        sa.CheckConstraint(
            "role in ('hr_officer', 'assessment_officer', 'information_manager', 'custodian', 'approver', 'complaint_officer', 'auditor', 'administrator')",
            name=op.f("ck_grants_role_known"),
        ),
        sa.CheckConstraint("(person_id is null) <> (post is null)", name=op.f("ck_grants_person_or_post")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_grants_from_before_until")),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_grants_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_grants_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        schema="identity",
    )
    op.create_index(op.f("ix_grants_changed_index"), "grants", ["changed_index"], unique=False, schema="identity")
    op.create_index(op.f("ix_grants_person_id"), "grants", ["person_id"], unique=False, schema="identity")
    op.create_table(
        "remarks",
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.proposals.id"], name=op.f("fk_remarks_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_remarks")),
        schema="proposals",
    )
    op.create_index(op.f("ix_remarks_changed_index"), "remarks", ["changed_index"], unique=False, schema="proposals")
    op.create_table(
        "credentials",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('password', 'totp', 'recovery', 'passkey')", name=op.f("ck_credentials_kind_known")),
        sa.ForeignKeyConstraint(["account_id"], ["identity.accounts.id"], name=op.f("fk_credentials_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
        schema="identity",
    )
    op.create_index(op.f("ix_credentials_account_id"), "credentials", ["account_id"], unique=False, schema="identity")
    op.create_table(
        "enrolments",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("first_hash", sa.LargeBinary(), nullable=False),
        sa.Column("first_by", sa.Text(), nullable=False),
        sa.Column("second_hash", sa.LargeBinary(), nullable=True),
        sa.Column("second_by", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["identity.accounts.id"], name=op.f("fk_enrolments_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_enrolments")),
        schema="identity",
    )
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("auth_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("methods", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("grants_hash", sa.LargeBinary(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("provider_session", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["identity.accounts.id"], name=op.f("fk_sessions_account_id")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
        schema="identity",
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False, schema="identity")
    op.create_table(
        "look_counts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["identity.accounts.id"], name=op.f("fk_look_counts_account_id")),
        sa.PrimaryKeyConstraint("account_id", "on", name=op.f("pk_look_counts")),
        schema="identity",
    )
    op.execute(GRANT)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("look_counts", schema="identity")
    op.drop_index(op.f("ix_sessions_account_id"), table_name="sessions", schema="identity")
    op.drop_table("sessions", schema="identity")
    op.drop_table("enrolments", schema="identity")
    op.drop_index(op.f("ix_credentials_account_id"), table_name="credentials", schema="identity")
    op.drop_table("credentials", schema="identity")
    op.drop_index(op.f("ix_remarks_changed_index"), table_name="remarks", schema="proposals")
    op.drop_table("remarks", schema="proposals")
    op.drop_index(op.f("ix_grants_person_id"), table_name="grants", schema="identity")
    op.drop_index(op.f("ix_grants_changed_index"), table_name="grants", schema="identity")
    op.drop_table("grants", schema="identity")
    op.drop_index("uq_accounts_subject", table_name="accounts", schema="identity", postgresql_where=sa.text("ended_at is null"))
    op.drop_index("uq_accounts_name", table_name="accounts", schema="identity", postgresql_where=sa.text("ended_at is null"))
    op.drop_index(op.f("ix_accounts_person_id"), table_name="accounts", schema="identity")
    op.drop_index(op.f("ix_accounts_changed_index"), table_name="accounts", schema="identity")
    op.drop_table("accounts", schema="identity")
    op.drop_index(op.f("ix_proposals_changed_index"), table_name="proposals", schema="proposals")
    op.drop_table("proposals", schema="proposals")
    op.drop_index(op.f("ix_site_changed_index"), table_name="site", schema="identity")
    op.drop_table("site", schema="identity")
    op.drop_index(op.f("ix_pending_sign_ins_begun_at"), table_name="pending_sign_ins", schema="identity")
    op.drop_table("pending_sign_ins", schema="identity")
    op.drop_index(op.f("ix_decision_rules_changed_index"), table_name="decision_rules", schema="identity")
    op.drop_table("decision_rules", schema="identity")
    op.drop_index(op.f("ix_attempts_last_failed_at"), table_name="attempts", schema="identity")
    op.drop_table("attempts", schema="identity")
    op.execute("drop schema proposals")
