"""Exclusions: whom no list of an organization reaches."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "exclusions_2026_11_26"
down_revision: str | None = "duties_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on need_to_know.exclusions to sekisho_service;
  end if;
end $$
"""


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "exclusions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("under_head_id", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_exclusions_from_before_until")),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f("fk_exclusions_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_exclusions_person_id")),
        sa.ForeignKeyConstraint(["under_head_id"], ["personnel.organizations.id"], name=op.f("fk_exclusions_under_head_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusions")),
        schema="need_to_know",
    )
    for column in ("changed_index", "person_id"):
        op.create_index(op.f(f"ix_exclusions_{column}"), "exclusions", [column], schema="need_to_know")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("exclusions", schema="need_to_know")
