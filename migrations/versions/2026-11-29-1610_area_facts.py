"""What decisions read of areas: which there are, what is kept there, who is let in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "area_facts_2026_11_29"
down_revision: str | None = "approvals_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FOREIGN = {
    "organization_id": "personnel.organizations.id",
    "area_id": "registers.area_facts.id",
    "document_id": "designation.documents.id",
    "person_id": "personnel.people.id",
}
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on registers.area_facts to sekisho_service;
  end if;
end $$
"""


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "area_facts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind in ('area', 'storage', 'entry')", name=op.f("ck_area_facts_kind_known")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_area_facts_from_before_until")),
        sa.CheckConstraint("kind = 'area' or area_id is not null", name=op.f("ck_area_facts_of_an_area")),
        sa.CheckConstraint("(kind = 'storage') = (document_id is not null)", name=op.f("ck_area_facts_storage_of_a_document")),
        sa.CheckConstraint("(kind = 'entry') = (person_id is not null)", name=op.f("ck_area_facts_entry_of_a_person")),
        *(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_area_facts_{column}")) for column, target in FOREIGN.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_facts")),
        schema="registers",
    )
    for column in ("changed_index", "area_id"):
        op.create_index(op.f(f"ix_area_facts_{column}"), "area_facts", [column], schema="registers")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("area_facts", schema="registers")
