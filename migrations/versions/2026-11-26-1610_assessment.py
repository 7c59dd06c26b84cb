"""Candidates, assessments with their steps, and complaints."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "assessment_2026_11_26"
down_revision: str | None = "answered_requests_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema assessment to sekisho_service;
    grant select, insert, update on all tables in schema assessment to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one."""


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema if not exists assessment")
    op.create_table(
        "attempts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        schema="assessment",
    )
    op.create_index(op.f("ix_attempts_changed_index"), "attempts", ["changed_index"], unique=False, schema="assessment")
    op.create_table(
        "candidates",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("head_id", sa.Text(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("employer_id", sa.Text(), nullable=True),
        sa.Column("employer_told_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("answer in ('agreed', 'declined')", name=op.f("ck_candidates_answer_known")),
        sa.ForeignKeyConstraint(["employer_id"], ["personnel.organizations.id"], name=op.f("fk_candidates_employer_id")),
        sa.ForeignKeyConstraint(["head_id"], ["personnel.organizations.id"], name=op.f("fk_candidates_head_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_candidates_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_candidates_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidates")),
        schema="assessment",
    )
    op.create_index(op.f("ix_candidates_changed_index"), "candidates", ["changed_index"], unique=False, schema="assessment")
    op.create_index(op.f("ix_candidates_person_id"), "candidates", ["person_id"], unique=False, schema="assessment")
    op.create_table(
        "cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("head_id", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("doubt", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["head_id"], ["personnel.organizations.id"], name=op.f("fk_cases_head_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_cases_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        schema="assessment",
    )
    op.create_index(op.f("ix_cases_changed_index"), "cases", ["changed_index"], unique=False, schema="assessment")
    op.create_index("ix_cases_person_head", "cases", ["person_id", "head_id"], unique=False, schema="assessment")
    op.create_table(
        "complaints",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("head_id", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("officer_id", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_number", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["head_id"], ["personnel.organizations.id"], name=op.f("fk_complaints_head_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["personnel.people.id"], name=op.f("fk_complaints_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_complaints_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        schema="assessment",
    )
    op.create_index(op.f("ix_complaints_changed_index"), "complaints", ["changed_index"], unique=False, schema="assessment")
    op.create_index(op.f("ix_complaints_person_id"), "complaints", ["person_id"], unique=False, schema="assessment")
    op.create_table(
        "participants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("head_id", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["head_id"], ["personnel.organizations.id"], name=op.f("fk_participants_head_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["personnel.people.id"], name=op.f("fk_participants_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_participants_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        schema="assessment",
    )
    op.create_index(op.f("ix_participants_changed_index"), "participants", ["changed_index"], unique=False, schema="assessment")
    op.create_index("ix_participants_person_head", "participants", ["person_id", "head_id"], unique=False, schema="assessment")
    op.create_table(
        "steps",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reuse", sa.Boolean(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("result_id", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("officer_id", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("second_id", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("outcome in ('positive', 'negative', 'not_carried_out')", name=op.f("ck_steps_outcome_known")),
        sa.CheckConstraint(
            "step in ('notified', 'consented', 'refused', 'inquiries', 'waived', 'requested', 'own', 'reused', 'opinion', 'decided', 'told', 'pledged', 'withdrawn', 'blank')",
            name=op.f("ck_steps_step_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["assessment.cases.id"], name=op.f("fk_steps_case_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["personnel.people.id"], name=op.f("fk_steps_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps")),
        schema="assessment",
    )
    op.create_index(op.f("ix_steps_case_id"), "steps", ["case_id"], unique=False, schema="assessment")
    op.create_index(op.f("ix_steps_changed_index"), "steps", ["changed_index"], unique=False, schema="assessment")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the room's schema."""
    op.execute("drop schema assessment cascade")
