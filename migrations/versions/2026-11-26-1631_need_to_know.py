"""Causes and ends of listings, requests, acting managers, confirmations, and what the house sets for its lists.

The new columns of listings may all be empty, so the seals of the rows there are stand.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "need_to_know_2026_11_26"
down_revision: str | None = "designation_acts_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TEXTS = ("contract_id", "task", "purpose", "reference", "requested_by", "request_id", "ground", "acting_id")
GROUND = "ground in ('night', 'disaster')"
STATES = "state in ('open', 'granted', 'declined', 'taken_back')"
NUMBERS = (
    "name in ('listing_months', 'confirm_warn_days', 'confirm_stop_days', 'confirm_lapse_days', 'emergency_hours', 'emergency_again_days')"
)
GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, update on all tables in schema need_to_know to sekisho_service;
  end if;
end $$
"""


def _table(name: str, *columns: sa.Column | sa.Constraint, sealed: bool = False) -> None:
    seal = [sa.Column("seal", sa.LargeBinary(), nullable=True)] if sealed else []
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        *columns,
        *seal,
        sa.Column("changed_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["personnel.organizations.id"], name=op.f(f"fk_{name}_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        schema="need_to_know",
    )
    op.create_index(op.f(f"ix_{name}_changed_index"), name, ["changed_index"], schema="need_to_know")


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def upgrade() -> None:
    """Make the tables and widen the listings."""
    _requests()
    _table(
        "acting_managers",
        _text("organization_id"),
        _text("person_id"),
        _day("from_on"),
        _day("until_on"),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_acting_managers_from_before_until")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_acting_managers_person_id")),
        sealed=True,
    )
    op.create_index("ix_acting_managers_person", "acting_managers", ["person_id", "organization_id"], schema="need_to_know")
    _table(
        "confirmations",
        _text("listing_id"),
        _text("organization_id"),
        _day("half_on"),
        _day("confirmed_on"),
        _text("confirmed_by"),
        sa.ForeignKeyConstraint(["listing_id"], ["need_to_know.listings.id"], name=op.f("fk_confirmations_listing_id")),
    )
    op.create_index("uq_confirmations_line", "confirmations", ["listing_id", "half_on"], unique=True, schema="need_to_know")
    _house()
    _listings()
    op.execute(GRANT)


def _requests() -> None:
    _table(
        "requests",
        _text("information_id"),
        _text("organization_id"),
        _text("person_id"),
        sa.Column("actions", postgresql.ARRAY(sa.Text()), nullable=True),
        _text("contract_id", nullable=True),
        _text("task", nullable=True),
        _text("purpose"),
        _text("reference", nullable=True),
        _text("requested_by"),
        _day("requested_on"),
        _text("state"),
        _day("decided_on", nullable=True),
        _text("reason", nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_requests_state_known")),
        sa.CheckConstraint("(state = 'open') = (decided_on is null)", name=op.f("ck_requests_decided_when_not_open")),
        sa.ForeignKeyConstraint(["information_id"], ["designation.information.id"], name=op.f("fk_requests_information_id")),
        sa.ForeignKeyConstraint(["person_id"], ["personnel.people.id"], name=op.f("fk_requests_person_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["provision.contracts.id"], name=op.f("fk_requests_contract_id")),
    )
    op.create_index(op.f("ix_requests_person_id"), "requests", ["person_id"], schema="need_to_know")
    op.create_index("ix_requests_place", "requests", ["organization_id", "information_id"], schema="need_to_know")


def _house() -> None:
    _table(
        "purposes",
        _text("organization_id"),
        _text("code"),
        _text("name"),
        _text("name_en"),
        _day("from_on"),
        _day("until_on", nullable=True),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_purposes_from_before_until")),
    )
    op.create_index(
        "uq_purposes_open",
        "purposes",
        ["organization_id", "code"],
        unique=True,
        schema="need_to_know",
        postgresql_where=sa.text("until_on is null"),
    )
    _table(
        "numbers",
        _text("organization_id"),
        _text("name"),
        sa.Column("value", sa.BigInteger(), nullable=False),
        _day("from_on"),
        sa.CheckConstraint(NUMBERS, name=op.f("ck_numbers_name_known")),
        sa.CheckConstraint("value >= 1", name=op.f("ck_numbers_value_some")),
    )
    op.create_index("uq_numbers_day", "numbers", ["organization_id", "name", "from_on"], unique=True, schema="need_to_know")


def _listings() -> None:
    for name in TEXTS:
        op.add_column("listings", _text(name, nullable=True), schema="need_to_know")
    op.add_column("listings", _day("removed_on", nullable=True), schema="need_to_know")
    op.add_column("listings", sa.Column("until_at", sa.DateTime(timezone=True), nullable=True), schema="need_to_know")
    for column, table in (
        ("contract_id", "provision.contracts"),
        ("request_id", "need_to_know.requests"),
        ("acting_id", "need_to_know.acting_managers"),
    ):
        schema, name = table.split(".")
        op.create_foreign_key(
            op.f(f"fk_listings_{column}"), "listings", name, [column], ["id"], source_schema="need_to_know", referent_schema=schema
        )
    for name, condition in (
        ("emergency_whole", "num_nonnulls(ground, acting_id) in (0, 2)"),
        ("until_at_in_emergency", "until_at is null or (ground is not null and person_id is not null)"),
        ("ground_known", GROUND),
    ):
        op.create_check_constraint(op.f(f"ck_listings_{name}"), "listings", condition, schema="need_to_know")


def downgrade() -> None:
    """Drop what came."""
    for name in ("emergency_whole", "until_at_in_emergency", "ground_known"):
        op.drop_constraint(op.f(f"ck_listings_{name}"), "listings", schema="need_to_know")
    for name in (*TEXTS, "removed_on", "until_at"):
        op.drop_column("listings", name, schema="need_to_know")
    for name in ("numbers", "purposes", "confirmations", "acting_managers", "requests"):
        op.drop_table(name, schema="need_to_know")
