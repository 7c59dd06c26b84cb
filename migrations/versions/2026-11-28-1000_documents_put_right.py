"""What a document carries can be put right, and so can attendances and pledges.

The columns may be empty, so that the seals of rows from before stay as they are.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "documents_put_right_2026_11_28"
down_revision: str | None = "register_periods_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = (("designation", "document_information"), ("registers", "attendances"), ("registers", "pledges"))
STANDING = "replaced_at is null and replaces is null"


def upgrade() -> None:
    """Add the columns; what is recorded twice is looked for among what nothing put right."""
    for schema, table in TABLES:
        op.add_column(table, sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True), schema=schema)
        op.add_column(table, sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True), schema=schema)
        op.add_column(table, sa.Column("replaces", sa.Text(), nullable=True), schema=schema)
        op.create_foreign_key(
            op.f(f"fk_{table}_replaces_{table}"), table, table, ["replaces"], ["id"], source_schema=schema, referent_schema=schema
        )
        op.create_unique_constraint(op.f(f"uq_{table}_replaces"), table, ["replaces"], schema=schema)
    op.drop_index("uq_document_information_open", "document_information", schema="designation")
    op.create_index(
        "uq_document_information_open",
        "document_information",
        ["document_id", "information_id"],
        unique=True,
        schema="designation",
        postgresql_where=sa.text(f"until_on is null and {STANDING}"),
    )
    op.drop_constraint("uq_attendances_training_id_person_id", "attendances", schema="registers", type_="unique")
    op.create_index(
        "uq_attendances_once",
        "attendances",
        ["training_id", "person_id"],
        unique=True,
        schema="registers",
        postgresql_where=sa.text(STANDING),
    )


def downgrade() -> None:
    """Drop the columns; refused by the old keys where something was put right, for it would stand beside what replaced it."""
    op.drop_index("uq_attendances_once", "attendances", schema="registers")
    op.drop_index("uq_document_information_open", "document_information", schema="designation")
    for schema, table in TABLES:
        for column in ("replaces", "replaced_at", "recorded_at"):
            op.drop_column(table, column, schema=schema)
    op.create_index(
        "uq_document_information_open",
        "document_information",
        ["document_id", "information_id"],
        unique=True,
        schema="designation",
        postgresql_where=sa.text("until_on is null"),
    )
    op.create_unique_constraint(
        op.f("uq_attendances_training_id_person_id"), "attendances", ["training_id", "person_id"], schema="registers"
    )
