"""Uses that applications report on their permits."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "uses_2026_11_29"
down_revision: str | None = "notices_2026_11_28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

USES = ("opened", "closed", "printed", "written", "entered", "left")
STANDINGS = ("permitted", "denied", "other_action", "before_permit", "after_permit", "unknown_permit", "no_permit")
MEDIA = ("removable_media", "optical_disc", "external_disk", "computer", "other_medium")
FOREIGN = {
    "organization_id": "personnel.organizations.id",
    "person_id": "personnel.people.id",
    "document_id": "designation.documents.id",
    "information_id": "designation.information.id",
    "area_id": "registers.lines.id",
    "line_id": "registers.lines.id",
}
INDEXED = ("changed_index", "person_id", "document_id", "information_id", "area_id")
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert on registers.uses to sekisho_service;
  end if;
end $$
"""
"""A use that was reported is never changed; the line that it made may be struck."""


def _one_of(column: str, codes: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(code) for code in codes)})"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "uses",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("use_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("permit_index", sa.BigInteger(), nullable=True),
        sa.Column("permit_check", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("information_id", sa.Text(), nullable=True),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=True),
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(_one_of("use", USES), name=op.f("ck_uses_use_known")),
        sa.CheckConstraint(_one_of("standing", STANDINGS), name=op.f("ck_uses_standing_known")),
        sa.CheckConstraint(_one_of("medium", MEDIA), name=op.f("ck_uses_medium_known")),
        sa.CheckConstraint("copies > 0", name=op.f("ck_uses_copies_counted")),
        *(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_uses_{column}")) for column, target in FOREIGN.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uses")),
        schema="registers",
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_uses_{column}"), "uses", [column], schema="registers")
    op.create_index("uq_uses_name", "uses", ["application_id", "use_id"], unique=True, schema="registers")
    op.create_index("ix_uses_permit", "uses", ["permit_index", "permit_check"], schema="registers")
    op.create_index("ix_uses_place", "uses", ["organization_id", "used_at"], schema="registers")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("uses", schema="registers")
