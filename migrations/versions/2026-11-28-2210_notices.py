"""A fourth step of the ladder of reminders; how far notices were seen, where mails go, and which were sent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "notices_2026_11_28"
down_revision: str | None = "drafts_2026_11_28"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = (
    "reassess_months",
    "provisional_days",
    "doubt_days",
    "extension_months",
    "reasons_review_months",
    "closing_days",
    "letter_days",
    "receipt_days",
    "return_days",
    "consent_days",
    "step_days",
    "opinion_days",
    "result_days",
    "complaint_days",
    "first_reminder_days",
    "second_reminder_days",
)
NEW = ("third_reminder_days",)
AFTER = ("last_reminder_days", "shown_days")
TABLES = ("seen", "mail_wishes", "mailed")
GRANT = f"""
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on {", ".join(f"deadlines.{table}" for table in TABLES)} to sekisho_service;
  end if;
end $$
"""


def _allow(names: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_periods_name_known"), "periods", schema="deadlines")
    condition = f"name in ({', '.join(repr(name) for name in names)})"
    op.create_check_constraint(op.f("ck_periods_name_known"), "periods", condition, schema="deadlines")


def upgrade() -> None:
    """Let the new name be set, and make the tables."""
    _allow((*BEFORE, *NEW, *AFTER))
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "seen",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("seen_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_seen")),
        schema="deadlines",
    )
    op.create_table(
        "mail_wishes",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("wished_at", instant, nullable=False),
        sa.CheckConstraint("language in ('ja', 'en', 'both')", name=op.f("ck_mail_wishes_language_known")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_wishes")),
        schema="deadlines",
    )
    op.create_table(
        "mailed",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("taken_at", instant, nullable=False),
        sa.Column("sent_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("person_id", "on", name=op.f("pk_mailed")),
        schema="deadlines",
    )
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the tables, and let only the older names be set."""
    for table in TABLES:
        op.drop_table(table, schema="deadlines")
    op.execute(f"delete from deadlines.periods where name in ({', '.join(repr(name) for name in NEW)})")
    _allow((*BEFORE, *AFTER))
