"""Queries of auditors, notes and findings, and the budget of what is opened."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "audit_queries_2026_11_29"
down_revision: str | None = "uses_2026_11_29"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("disclosed_counts", "disclosure_requests", "budgets", "remark_steps", "remarks", "query_exports", "query_runs", "queries")
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant usage on schema evidence to sekisho_service;
    grant select, insert, update on all tables in schema evidence to sekisho_service;
  end if;
end $$
"""
INSTANT = sa.DateTime(timezone=True)
INDEXED = {
    "queries": ("account_id", "changed_index"),
    "query_runs": ("query_id", "changed_index"),
    "query_exports": ("query_id",),
    "remarks": ("entry", "organization_id", "changed_index"),
    "remark_steps": ("changed_index",),
    "budgets": ("from_on", "changed_index"),
    "disclosure_requests": ("query_id", "changed_index"),
}


def _words(name: str, *, absent: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=absent)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}_{target.split('.')[1]}"))


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns or ("id",), name=op.f(f"pk_{table}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    """Make the room's schema and its tables."""
    op.execute("create schema if not exists evidence")
    _queries()
    _remarks()
    _budgets()
    for table, columns in INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], schema="evidence")
    op.execute(GRANT)


def _queries() -> None:
    op.create_table(
        "queries",
        *(_words(name) for name in ("id", "account_id", "name", "predicate", "digest", "reason")),
        _words("case_number", absent=True),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        _number("changed_index"),
        _key("queries", "account_id", "identity.accounts.id"),
        _primary("queries"),
        schema="evidence",
    )
    running = {"unique": True, "schema": "evidence", "postgresql_where": sa.text("ended_at is null")}
    op.create_index("uq_queries_name", "queries", ["account_id", "name"], **running)
    op.create_table(
        "query_runs",
        *(_words(name) for name in ("id", "query_id", "account_id")),
        _number("size"),
        sa.Column("run_at", INSTANT, nullable=False),
        _number("changed_index"),
        _key("query_runs", "query_id", "evidence.queries.id"),
        _primary("query_runs"),
        schema="evidence",
    )
    op.create_table(
        "query_exports",
        *(_words(name) for name in ("export_id", "query_id")),
        _number("size"),
        _number("index"),
        _key("query_exports", "query_id", "evidence.queries.id"),
        _primary("query_exports", "export_id"),
        schema="evidence",
    )


def _remarks() -> None:
    op.create_table(
        "remarks",
        *(_words(name) for name in ("id", "sort", "account_id")),
        *(_words(name, absent=True) for name in ("query_id", "organization_id", "role")),
        _number("entry"),
        sa.Column("made_at", INSTANT, nullable=False),
        _number("changed_index"),
        _check("remarks", "sort_known", "sort in ('note', 'finding')"),
        _check("remarks", "role_known", "role in ('information_manager', 'hr_officer')"),
        _check("remarks", "addressed", "(sort = 'note') = (organization_id is null) and (organization_id is null) = (role is null)"),
        _key("remarks", "query_id", "evidence.queries.id"),
        _key("remarks", "organization_id", "personnel.organizations.id"),
        _primary("remarks"),
        schema="evidence",
    )
    op.create_table(
        "remark_steps",
        *(_words(name) for name in ("id", "remark_id", "step", "account_id")),
        sa.Column("made_at", INSTANT, nullable=False),
        _number("changed_index"),
        _check("remark_steps", "step_known", "step in ('answered', 'closed')"),
        _key("remark_steps", "remark_id", "evidence.remarks.id"),
        _primary("remark_steps"),
        schema="evidence",
    )
    op.create_index("uq_remark_steps", "remark_steps", ["remark_id", "step"], unique=True, schema="evidence")


def _budgets() -> None:
    op.create_table(
        "budgets",
        _words("id"),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        _number("changed_index"),
        _check("budgets", "rows_counted", "rows >= 0"),
        _primary("budgets"),
        schema="evidence",
    )
    op.create_table(
        "disclosure_requests",
        *(_words(name) for name in ("id", "query_id", "account_id", "person_id")),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        _words("confirmed_by", absent=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        _number("changed_index"),
        _check("disclosure_requests", "rows_counted", "rows > 0"),
        _check("disclosure_requests", "confirmed_by_somebody", "(confirmed_by is null) = (confirmed_at is null)"),
        _key("disclosure_requests", "query_id", "evidence.queries.id"),
        _primary("disclosure_requests"),
        schema="evidence",
    )
    op.create_table(
        "disclosed_counts",
        _words("person_id"),
        sa.Column("on", sa.Date(), nullable=False),
        _words("pool"),
        sa.Column("rows", sa.Integer(), nullable=False),
        _primary("disclosed_counts", "person_id", "on", "pool"),
        schema="evidence",
    )


def downgrade() -> None:
    """Drop the tables and the schema."""
    for table in TABLES:
        op.drop_table(table, schema="evidence")
    op.execute("drop schema evidence")
