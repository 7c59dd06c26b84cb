"""When the service started and stopped, and where."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "services_2026_11_29"
down_revision: str | None = "ledger_readers_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert on ledger.services to sekisho_service;
  end if;
  if exists (select from pg_roles where rolname = 'sekisho_auditor') then
    grant select on ledger.services to sekisho_auditor;
  end if;
end $$
"""


def upgrade() -> None:
    """Make the table, append-only."""
    op.create_table(
        "services",
        sa.Column("changed_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("step in ('started', 'stopped')", name=op.f("ck_services_step")),
        sa.PrimaryKeyConstraint("changed_index", name=op.f("pk_services")),
        schema="ledger",
    )
    op.create_index("ix_services_place", "services", ["place", "changed_index"], schema="ledger")
    op.execute("create trigger append_only before update or delete on ledger.services for each row execute function ledger.refuse_change()")
    op.execute("create trigger not_emptied before truncate on ledger.services for each statement execute function ledger.refuse_change()")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop it, unless the service left word in it: that is evidence."""
    op.execute(
        """
        do $$ begin
          if exists (select from ledger.services) then
            raise exception 'the service left word of its starts and stops; that is never dropped' using errcode = 'object_not_in_prerequisite_state';
          end if;
        end $$
        """,
    )
    op.drop_table("services", schema="ledger")
