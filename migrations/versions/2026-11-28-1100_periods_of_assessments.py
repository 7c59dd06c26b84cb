"""Periods of the house for open steps of assessments, and for answers to complaints."""

from collections.abc import Sequence

from alembic import op

revision: str = "open_steps_2026_11_28"
down_revision: str | None = "documents_put_right_2026_11_28"
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
)
NEW = ("consent_days", "step_days", "opinion_days", "result_days", "complaint_days")
REMINDERS = ("first_reminder_days", "second_reminder_days", "last_reminder_days", "shown_days")


def _allow(names: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_periods_name_known"), "periods", schema="deadlines")
    condition = f"name in ({', '.join(repr(name) for name in names)})"
    op.create_check_constraint(op.f("ck_periods_name_known"), "periods", condition, schema="deadlines")


def upgrade() -> None:
    """Let the new names be set."""
    _allow((*BEFORE, *NEW, *REMINDERS))


def downgrade() -> None:
    """Let only the older names be set."""
    op.execute(f"delete from deadlines.periods where name in ({', '.join(repr(name) for name in NEW)})")
    _allow((*BEFORE, *REMINDERS))
