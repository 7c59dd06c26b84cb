"""Organizations, units, people, posts, aliases, and the state of imports."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "personnel_2026_11_24"
down_revision: str | None = "ledger_2026_11_24"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema personnel to sekisho_service;
    grant select, insert, update on all tables in schema personnel to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one."""


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema personnel")
    op.create_table(
        "aliases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("target_kind in ('person', 'information', 'document')", name=op.f("ck_aliases_target_kind_known")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_aliases_from_before_until")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aliases")),
        schema="personnel",
    )
    op.create_index(op.f("ix_aliases_changed_index"), "aliases", ["changed_index"], schema="personnel")
    op.create_index("ix_aliases_target", "aliases", ["target_kind", "target_id"], schema="personnel")
    op.create_index("ix_aliases_value", "aliases", ["value"], schema="personnel", postgresql_ops={"value": "text_pattern_ops"})
    op.create_index(
        "uq_aliases_open", "aliases", ["namespace", "value"], unique=True, schema="personnel", postgresql_where=sa.text("until_on is null")
    )
    op.create_table(
        "column_mappings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("headers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("remembered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mappings")),
        schema="personnel",
    )
    op.create_index(op.f("ix_column_mappings_changed_index"), "column_mappings", ["changed_index"], schema="personnel")
    op.create_table(
        "imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rows_done", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state in ('begun', 'ended', 'partial')", name=op.f("ck_imports_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        schema="personnel",
    )
    op.create_index(op.f("ix_imports_changed_index"), "imports", ["changed_index"], schema="personnel")
    op.create_index("ix_imports_file_digest", "imports", ["file_digest"], schema="personnel")
    op.create_table(
        "organizations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('organ', 'operator', 'police', 'foreign_government', 'international_organization', 'cabinet', 'diet', 'court', 'review_board', 'dispatch_agency')",
            name=op.f("ck_organizations_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        schema="personnel",
    )
    op.create_index(op.f("ix_organizations_changed_index"), "organizations", ["changed_index"], schema="personnel")
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=True),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        schema="personnel",
    )
    op.create_index(op.f("ix_people_changed_index"), "people", ["changed_index"], schema="personnel")
    op.create_index("ix_people_search_key", "people", ["search_key"], schema="personnel", postgresql_ops={"search_key": "text_pattern_ops"})
    op.create_table(
        "units",
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_units_not_its_own_parent")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_units_from_before_until")),
        sa.ForeignKeyConstraint(
            ["organization_id", "parent_id"],
            ["personnel.units.organization_id", "personnel.units.id"],
            name=op.f("fk_units_organization_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_units_organization_id")),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_units")),
        schema="personnel",
    )
    op.create_index(op.f("ix_units_changed_index"), "units", ["changed_index"], schema="personnel")
    op.create_table(
        "posts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("employment", sa.Text(), nullable=True),
        sa.Column("employer_id", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_posts_from_before_until")),
        sa.ForeignKeyConstraint(["employer_id"], ["personnel.organizations.id"], name=op.f("fk_posts_employer_id")),
        sa.ForeignKeyConstraint(
            ["organization_id", "unit_id"],
            ["personnel.units.organization_id", "personnel.units.id"],
            name=op.f("fk_posts_organization_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_posts_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_posts_person_id")),
        sa.ForeignKeyConstraint(["replaces"], ["personnel.posts.id"], name=op.f("fk_posts_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("replaces", name=op.f("uq_posts_replaces")),
        schema="personnel",
    )
    op.create_index(op.f("ix_posts_changed_index"), "posts", ["changed_index"], schema="personnel")
    op.create_index(op.f("ix_posts_person_id"), "posts", ["person_id"], schema="personnel")
    op.create_index("ix_posts_unit", "posts", ["organization_id", "unit_id"], schema="personnel")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the room's schema."""
    op.execute("drop schema personnel cascade")
