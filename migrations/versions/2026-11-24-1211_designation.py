"""Information, designations, extensions, closings and documents."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "designation_2026_11_24"
down_revision: str | None = "personnel_2026_11_24"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema designation to sekisho_service;
    grant select, insert, update on all tables in schema designation to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one."""


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema designation")
    op.create_table(
        "information",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information")),
        schema="designation",
    )
    op.create_index(op.f("ix_information_changed_index"), "information", ["changed_index"], schema="designation")
    op.create_table(
        "closings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("information_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["information_id"], ["designation.information.id"], name=op.f("fk_closings_information_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_closings_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closings")),
        schema="designation",
    )
    op.create_index(op.f("ix_closings_changed_index"), "closings", ["changed_index"], schema="designation")
    op.create_index("ix_closings_information", "closings", ["information_id", "organization_id"], schema="designation")
    op.create_table(
        "designations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("information_id", sa.Text(), nullable=False),
        sa.Column("organ_id", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=True),
        sa.Column("designated_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("originator_id", sa.Text(), nullable=True),
        sa.Column("released_to", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("marking", sa.Text(), nullable=True),
        sa.Column("outline", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("lifting_document_number", sa.Text(), nullable=True),
        sa.Column("lifting_letter_on", sa.Date(), nullable=True),
        sa.Column("lifting_arrived_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("class in ('measures', 'vulnerability', 'foreign', 'collection')", name=op.f("ck_designations_class_known")),
        sa.CheckConstraint("marking in ('marking', 'notice')", name=op.f("ck_designations_marking_known")),
        sa.CheckConstraint("until_on >= designated_on", name=op.f("ck_designations_from_before_until")),
        sa.ForeignKeyConstraint(["information_id"], ["designation.information.id"], name=op.f("fk_designations_information_id")),
        sa.ForeignKeyConstraint(["organ_id"], ["personnel.organizations.id"], name=op.f("fk_designations_organ_id")),
        sa.ForeignKeyConstraint(["originator_id"], ["personnel.organizations.id"], name=op.f("fk_designations_originator_id")),
        sa.ForeignKeyConstraint(["replaces"], ["designation.designations.id"], name=op.f("fk_designations_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designations")),
        sa.UniqueConstraint("replaces", name=op.f("uq_designations_replaces")),
        schema="designation",
    )
    op.create_index(op.f("ix_designations_changed_index"), "designations", ["changed_index"], schema="designation")
    op.create_index(op.f("ix_designations_information_id"), "designations", ["information_id"], schema="designation")
    op.create_index(op.f("ix_designations_organ_id"), "designations", ["organ_id"], schema="designation")
    op.create_table(
        "documents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind = 'document' or parent_id is not null", name=op.f("ck_documents_part_of_something")),
        sa.CheckConstraint("kind in ('document', 'part', 'copy')", name=op.f("ck_documents_kind_known")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_documents_not_its_own_parent")),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_documents_organization_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["designation.documents.id"], name=op.f("fk_documents_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        schema="designation",
    )
    op.create_index(op.f("ix_documents_changed_index"), "documents", ["changed_index"], schema="designation")
    op.create_index(op.f("ix_documents_parent_id"), "documents", ["parent_id"], schema="designation")
    op.create_table(
        "document_information",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("information_id", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_document_information_from_before_until")),
        sa.ForeignKeyConstraint(["document_id"], ["designation.documents.id"], name=op.f("fk_document_information_document_id")),
        sa.ForeignKeyConstraint(["information_id"], ["designation.information.id"], name=op.f("fk_document_information_information_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_information")),
        schema="designation",
    )
    op.create_index(op.f("ix_document_information_changed_index"), "document_information", ["changed_index"], schema="designation")
    op.create_index(op.f("ix_document_information_document_id"), "document_information", ["document_id"], schema="designation")
    op.create_index(op.f("ix_document_information_information_id"), "document_information", ["information_id"], schema="designation")
    op.create_index(
        "uq_document_information_open",
        "document_information",
        ["document_id", "information_id"],
        unique=True,
        schema="designation",
        postgresql_where=sa.text("until_on is null"),
    )
    op.create_table(
        "extensions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("designation_id", sa.Text(), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("cabinet_approved_on", sa.Date(), nullable=True),
        sa.Column("exception", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "exception in ('negotiation', 'methods', 'human_source', 'foreign_condition')", name=op.f("ck_extensions_exception_known")
        ),
        sa.ForeignKeyConstraint(["designation_id"], ["designation.designations.id"], name=op.f("fk_extensions_designation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
        schema="designation",
    )
    op.create_index(op.f("ix_extensions_changed_index"), "extensions", ["changed_index"], schema="designation")
    op.create_index(op.f("ix_extensions_designation_id"), "extensions", ["designation_id"], schema="designation")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the room's schema."""
    op.execute("drop schema designation cascade")
