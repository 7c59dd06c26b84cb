"""Trainings, pledges, reports about people, and the rules on these."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from alembic import op

revision: str = "duties_2026_11_26"
down_revision: str | None = "told_results_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("attendances", "event_rules", "person_reports", "pledges", "trainings")
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema registers to sekisho_service;
    grant select, insert, update on all tables in schema registers to sekisho_service;
  end if;
end $$
"""
CODES = (
    "'name_changed', 'nationality_changed', 'marriage_or_cohabitant', 'address_changed', 'arrest', 'discipline', 'foreign_ties',"
    " 'finances', 'device_lost', 'document_lost', 'transferred', 'on_leave', 'resigned', 'died', 'assignment_ended'"
)
REPORTERS = "'oneself', 'superior', 'personnel_office', 'protection_office'"


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _day(name: str) -> sa.Column[date]:
    return sa.Column(name, sa.Date(), nullable=False)


def _index() -> sa.Column[int]:
    return sa.Column("changed_index", sa.BigInteger(), nullable=False)


def _named(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _by_id(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


PERSON, ORGANIZATION = "personnel.people.id", "personnel.organizations.id"


def upgrade() -> None:
    """Make the tables, and the room's schema where it is not there yet."""
    op.execute("create schema if not exists registers")
    _trainings()
    op.create_table(
        "pledges",
        _words("id"),
        _words("person_id"),
        _words("organization_id"),
        _words("head_id"),
        _day("pledged_on"),
        _words("document_number", nullable=True),
        _index(),
        _named("pledges", "head_id", ORGANIZATION),
        _named("pledges", "organization_id", ORGANIZATION),
        _named("pledges", "person_id", PERSON),
        _by_id("pledges"),
        schema="registers",
    )
    op.create_index("ix_pledges_person", "pledges", ["person_id", "organization_id"], schema="registers")
    _reports()
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_changed_index"), table, ["changed_index"], schema="registers")
    op.execute(GRANT)


def _trainings() -> None:
    op.create_table(
        "trainings",
        _words("id"),
        _words("organization_id"),
        _words("name"),
        _day("held_on"),
        _words("reference_number", nullable=True),
        _index(),
        _named("trainings", "organization_id", ORGANIZATION),
        _by_id("trainings"),
        schema="registers",
    )
    op.create_index("ix_trainings_place", "trainings", ["organization_id", "held_on"], schema="registers")
    op.create_table(
        "attendances",
        _words("id"),
        _words("training_id"),
        _words("person_id"),
        _day("attended_on"),
        _index(),
        _named("attendances", "person_id", PERSON),
        _named("attendances", "training_id", "registers.trainings.id"),
        _by_id("attendances"),
        sa.UniqueConstraint("training_id", "person_id", name=op.f("uq_attendances_training_id_person_id")),
        schema="registers",
    )
    op.create_index(op.f("ix_attendances_person_id"), "attendances", ["person_id"], schema="registers")


def _reports() -> None:
    op.create_table(
        "person_reports",
        _words("id"),
        _words("person_id"),
        _words("organization_id"),
        _words("code"),
        _day("happened_on"),
        _day("reported_on"),
        _words("reported_by"),
        _words("head_id", nullable=True),
        _words("reference_number", nullable=True),
        _index(),
        sa.CheckConstraint(f"code in ({CODES}, 'doubt')", name=op.f("ck_person_reports_code_known")),
        sa.CheckConstraint("(code = 'doubt') = (head_id is not null)", name=op.f("ck_person_reports_doubt_names_its_organ")),
        sa.CheckConstraint(f"reported_by in ({REPORTERS})", name=op.f("ck_person_reports_reported_by_known")),
        _named("person_reports", "head_id", ORGANIZATION),
        _named("person_reports", "organization_id", ORGANIZATION),
        _named("person_reports", "person_id", PERSON),
        _by_id("person_reports"),
        schema="registers",
    )
    op.create_index("ix_person_reports_person", "person_reports", ["person_id", "organization_id"], schema="registers")
    op.create_table(
        "event_rules",
        _words("id"),
        _words("organization_id"),
        _words("code"),
        _words("removal"),
        _day("from_on"),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        _index(),
        sa.CheckConstraint(f"code in ({CODES})", name=op.f("ck_event_rules_code_known")),
        sa.CheckConstraint("removal in ('at_once', 'review')", name=op.f("ck_event_rules_removal_known")),
        _named("event_rules", "organization_id", ORGANIZATION),
        _by_id("event_rules"),
        schema="registers",
    )
    op.create_index("ix_event_rules_place", "event_rules", ["organization_id", "code"], schema="registers")


def downgrade() -> None:
    """Drop the room's schema; what came later into it was dropped before."""
    op.execute("drop schema registers cascade")
