"""Aliases of areas: doors and gates may name an area in their own words."""

from collections.abc import Sequence

from alembic import op

revision: str = "area_aliases_2026_11_29"
down_revision: str | None = "area_facts_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KNOWN = "target_kind in ('person', 'information', 'document', 'area')"
BEFORE = "target_kind in ('person', 'information', 'document')"


def upgrade() -> None:
    """Let an alias name an area."""
    op.drop_constraint(op.f("ck_aliases_target_kind_known"), "aliases", schema="personnel", type_="check")
    op.create_check_constraint(op.f("ck_aliases_target_kind_known"), "aliases", KNOWN, schema="personnel")


def downgrade() -> None:
    """Let none; the database refuses where one does, for facts are not dropped."""
    op.drop_constraint(op.f("ck_aliases_target_kind_known"), "aliases", schema="personnel", type_="check")
    op.create_check_constraint(op.f("ck_aliases_target_kind_known"), "aliases", BEFORE, schema="personnel")
