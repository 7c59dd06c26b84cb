"""Handler scopes and named lists."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "need_to_know_2026_11_24"
down_revision: str | None = "clearance_2026_11_24"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema need_to_know to sekisho_service;
    grant select, insert, update on all tables in schema need_to_know to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one."""


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema need_to_know")
    op.create_table(
        "listings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("information_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("actions", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "actions <@ array['read', 'list', 'make', 'communicate', 'transmit', 'carry_out', 'dispose', 'return']",
            name=op.f("ck_listings_actions_known"),
        ),
        sa.CheckConstraint("cardinality(actions) > 0", name=op.f("ck_listings_some_action")),
        sa.CheckConstraint("num_nonnulls(person_id, unit_id, post) = 1", name=op.f("ck_listings_one_target")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_listings_from_before_until")),
        sa.ForeignKeyConstraint(["information_id"], ["designation.information.id"], name=op.f("fk_listings_information_id")),
        sa.ForeignKeyConstraint(
            ["organization_id", "unit_id"],
            ["personnel.units.organization_id", "personnel.units.id"],
            name=op.f("fk_listings_organization_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_listings_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_listings_person_id")),
        sa.ForeignKeyConstraint(["replaces"], ["need_to_know.listings.id"], name=op.f("fk_listings_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.UniqueConstraint("replaces", name=op.f("uq_listings_replaces")),
        schema="need_to_know",
    )
    op.create_index(op.f("ix_listings_changed_index"), "listings", ["changed_index"], schema="need_to_know")
    op.create_index(op.f("ix_listings_person_id"), "listings", ["person_id"], schema="need_to_know")
    op.create_index("ix_listings_place", "listings", ["information_id", "organization_id"], schema="need_to_know")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the room's schema."""
    op.execute("drop schema need_to_know cascade")
