"""Applications and their keys, of which only the hash is kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "identity_2026_11_24"
down_revision: str | None = "need_to_know_2026_11_24"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema identity to sekisho_service;
    grant select, insert, update on all tables in schema identity to sekisho_service;
  end if;
end $$
"""
"""The serving role may end a row, never delete one."""


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema identity")
    op.create_table(
        "applications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=True),
        sa.Column("namespaces", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("resource_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_applications_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        schema="identity",
    )
    op.create_index(op.f("ix_applications_changed_index"), "applications", ["changed_index"], schema="identity")
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["identity.applications.id"], name=op.f("fk_api_keys_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_keys_hash")),
        schema="identity",
    )
    op.create_index(op.f("ix_api_keys_changed_index"), "api_keys", ["changed_index"], schema="identity")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the room's schema."""
    op.execute("drop schema identity cascade")
