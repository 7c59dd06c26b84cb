"""Disclosures that are sealed away, and how long records of people are kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "privacy_2026_11_29"
down_revision: str | None = "witnesses_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEPT = ("keep_person_years", "keep_clearance_years", "keep_assessment_years", "keep_handling_years")
NAMES = (
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
    "third_reminder_days",
    "last_reminder_days",
    "shown_days",
)
CHECK = "alter table deadlines.periods add constraint ck_periods_name_known check (name in ({names}))"
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert on ledger.spills to sekisho_service;
    grant execute on function ledger.reseal(bigint, bytea, text, bytea) to sekisho_service;
  end if;
end $$
"""
# A disclosure changes behind a row that tells of it, in the direction that the row tells, and in nothing but key and text.
ONLY_AS_TOLD = """
create function ledger.refuse_change_of_disclosure() returns trigger language plpgsql as $$
declare
  told text;
begin
  select state into told from ledger.spills where entry_index = old.index order by changed_index desc limit 1;
  if (new.index, new.digest) = (old.index, old.digest)
    and ((told = 'sealed' and new.key_id = 'spill:' || old.index) or (told = 'unsealed' and new.key_id not like 'spill:%'))
  then
    return new;
  end if;
  raise exception 'the ledger is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end $$
"""
RESEAL = """
create function ledger.reseal(at bigint, named bytea, under text, fresh bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update ledger.disclosures set key_id = under, sealed = fresh where index = at and digest = named
$$
"""


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)


def upgrade() -> None:
    """Make the table and what may change a disclosure behind its rows; let the house say how long it keeps records."""
    op.create_table(
        "spills",
        sa.Column("entry_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("disclosures", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state in ('sealed', 'unsealed', 'destroyed')", name=op.f("ck_spills_state_known")),
        sa.PrimaryKeyConstraint("entry_index", "changed_index", name=op.f("pk_spills")),
        schema="ledger",
    )
    op.execute("create trigger append_only before update or delete on ledger.spills for each row execute function ledger.refuse_change()")
    op.execute("create trigger not_emptied before truncate on ledger.spills for each statement execute function ledger.refuse_change()")
    op.execute(ONLY_AS_TOLD)
    op.execute("drop trigger append_only on ledger.disclosures")
    op.execute(
        "create trigger append_only before update on ledger.disclosures for each row"
        " execute function ledger.refuse_change_of_disclosure()"
    )
    op.execute(RESEAL)
    op.execute("revoke all on function ledger.reseal(bigint, bytea, text, bytea) from public")
    op.drop_constraint("ck_periods_name_known", "periods", schema="deadlines")
    op.execute(CHECK.format(names=_quoted((*NAMES, *KEPT))))
    op.execute(GRANT)


def downgrade() -> None:
    """Drop it, unless something was sealed away: what tells of it is never dropped."""
    op.execute(
        """
        do $$ begin
          if exists (select from ledger.spills) then
            raise exception 'disclosures were sealed away; what tells of it is never dropped' using errcode = 'object_not_in_prerequisite_state';
          end if;
        end $$
        """,
    )
    op.execute(f"delete from deadlines.periods where name in ({_quoted(KEPT)})")
    op.drop_constraint("ck_periods_name_known", "periods", schema="deadlines")
    op.execute(CHECK.format(names=_quoted(NAMES)))
    op.execute("drop function ledger.reseal(bigint, bytea, text, bytea)")
    op.execute("drop trigger append_only on ledger.disclosures")
    op.execute("drop function ledger.refuse_change_of_disclosure()")
    op.execute("create trigger append_only before update on ledger.disclosures for each row execute function ledger.refuse_change()")
    op.drop_table("spills", schema="ledger")
