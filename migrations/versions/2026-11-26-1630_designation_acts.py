"""Care, reasons, reviews, partial lifting, hand-over, formalities of closings, compilations and reports."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "designation_acts_2026_11_26"
down_revision: str | None = "assessment_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on all tables in schema designation to sekisho_service;
  end if;
end $$
"""
KINDS = "kind in ('document', 'part', 'copy', 'compilation')"
PART = "kind in ('document', 'compilation') or parent_id is not null"
FOLLOWING: dict[str, list[tuple[str, bool]]] = {
    "marking_switches": [],
    "partial_liftings": [("part_number", False)],
    "cabinet_refusals": [],
    "hand_overs": [("sds_number", False)],
    "reviews": [("reviewer", False), ("cause", False), ("finding", False)],
}
"""What follows a designation: its own columns of text, and whether each may be empty."""


def upgrade() -> None:
    """Add the columns, empty, and the tables."""
    for name in ("care_from_on", "care_until_on", "sds_from_on"):
        op.add_column("information", sa.Column(name, sa.Date(), nullable=True), schema="designation")
    op.add_column("information", sa.Column("care_organ_id", sa.Text(), nullable=True), schema="designation")
    op.create_foreign_key(
        op.f("fk_information_care_organ_id"),
        "information",
        "organizations",
        ["care_organ_id"],
        ["id"],
        source_schema="designation",
        referent_schema="personnel",
    )
    op.create_check_constraint(
        op.f("ck_information_care_from_before_until"), "information", "care_until_on >= care_from_on", schema="designation"
    )
    _documents(KINDS, PART)
    for table, columns in FOLLOWING.items():
        _following(table, columns)
    op.add_column("reviews", sa.Column("failed", postgresql.ARRAY(sa.Text()), nullable=True), schema="designation")
    op.create_check_constraint(
        op.f("ck_reviews_finding_known"), "reviews", "finding in ('met', 'met_in_part', 'not_met')", schema="designation"
    )
    _grounds()
    _reports()
    _papers()
    op.execute(GRANT)


def _documents(kinds: str, part: str) -> None:
    for name in ("kind_known", "part_of_something"):
        op.drop_constraint(op.f(f"ck_documents_{name}"), "documents", schema="designation", type_="check")
    op.create_check_constraint(op.f("ck_documents_kind_known"), "documents", kinds, schema="designation")
    op.create_check_constraint(op.f("ck_documents_part_of_something"), "documents", part, schema="designation")


def _text(name: str, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=empty)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _table(table: str, *columns: sa.Column[Any] | sa.Constraint, indexed: Sequence[str] = ()) -> None:
    op.create_table(
        table,
        _text("id"),
        *columns,
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        schema="designation",
    )
    for column in ("changed_index", *indexed):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], schema="designation")


def _following(table: str, columns: list[tuple[str, bool]]) -> None:
    _table(
        table,
        _text("designation_id"),
        sa.Column("on", sa.Date(), nullable=False),
        _text("document_number", empty=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        *(_text(name, empty=empty) for name, empty in columns),
        _key(table, "designation_id", "designation.designations"),
        indexed=("designation_id",),
    )


def _grounds() -> None:
    _table(
        "grounds",
        _text("designation_id"),
        *(_text(name) for name in ("class_reason", "not_public_reason", "secrecy_reason", "reasons_number")),
        *(_text(name, empty=True) for name in ("sector", "item", "lifting_condition")),
        _key("grounds", "designation_id", "designation.designations"),
        sa.UniqueConstraint("designation_id", name=op.f("uq_grounds_designation_id")),
    )


def _reports() -> None:
    _table(
        "doubts",
        _text("person_id"),
        _text("number"),
        _text("requirement"),
        sa.Column("on", sa.Date(), nullable=False),
        _key("doubts", "person_id", "personnel.people"),
        indexed=("number",),
    )
    _table("improper_reports", sa.Column("on", sa.Date(), nullable=False))


def _papers() -> None:
    _table(
        "closing_formalities",
        _text("closing_id"),
        _text("end_mark"),
        sa.Column("documents_struck", sa.Integer(), nullable=False),
        sa.Column("told", postgresql.ARRAY(sa.Text()), nullable=False),
        _text("told_number", empty=True),
        sa.CheckConstraint("end_mark in ('expired', 'lifted')", name=op.f("ck_closing_formalities_end_mark_known")),
        sa.CheckConstraint("documents_struck >= 0", name=op.f("ck_closing_formalities_counted")),
        _key("closing_formalities", "closing_id", "designation.closings"),
        sa.UniqueConstraint("closing_id", name=op.f("uq_closing_formalities_closing_id")),
    )
    _table(
        "sources",
        _text("document_id"),
        _text("source_id"),
        _key("sources", "document_id", "designation.documents"),
        _key("sources", "source_id", "designation.documents"),
        indexed=("document_id", "source_id"),
    )
    _table(
        "findings",
        _text("document_id"),
        _text("information_id"),
        sa.Column("on", sa.Date(), nullable=False),
        _text("finding"),
        _text("finding_number", empty=True),
        _key("findings", "document_id", "designation.documents"),
        _key("findings", "information_id", "designation.information"),
        indexed=("document_id",),
    )


def downgrade() -> None:
    """Drop the tables and the columns; compilations must be gone."""
    for table in ("findings", "sources", "closing_formalities", "improper_reports", "doubts", "grounds", *FOLLOWING):
        op.drop_table(table, schema="designation")
    _documents("kind in ('document', 'part', 'copy')", "kind = 'document' or parent_id is not null")
    for name in ("care_from_on", "care_until_on", "sds_from_on", "care_organ_id"):
        op.drop_column("information", name, schema="designation")
