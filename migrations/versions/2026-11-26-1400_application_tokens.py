"""Applications that come with tokens, what they may do, and the proofs that were seen."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "application_tokens_2026_11_26"
down_revision: str | None = "keys_2026_11_26"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GRANT = """
do $$ begin
  if exists (select from pg_roles where rolname = 'sekisho_service') then
    grant select, insert, delete on identity.dpop_replays to sekisho_service;
  end if;
end $$
"""
"""Proofs are no evidence: the serving role sweeps those that are too old to be accepted again."""

ADDED = {
    "organizations": (postgresql.ARRAY(sa.Text()), "{}"),
    "may_search": (sa.Boolean(), "false"),
    "batch_limit": (sa.Integer(), "50"),
    "hold_seconds": (sa.Integer(), "0"),
}
"""What applications that are there already get; new ones are told."""


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("applications", sa.Column("issuer", sa.Text(), nullable=True), schema="identity")
    op.add_column("applications", sa.Column("client_id", sa.Text(), nullable=True), schema="identity")
    for name, (kind, value) in ADDED.items():
        op.add_column("applications", sa.Column(name, kind, nullable=False, server_default=value), schema="identity")
        op.alter_column("applications", name, server_default=None, schema="identity")
    op.create_check_constraint(op.f("ck_applications_client"), "applications", "(issuer is null) = (client_id is null)", schema="identity")
    op.create_check_constraint(op.f("ck_applications_limits"), "applications", "batch_limit > 0 and hold_seconds >= 0", schema="identity")
    op.create_index(
        "ix_applications_client",
        "applications",
        ["issuer", "client_id"],
        unique=True,
        schema="identity",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "dpop_replays",
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("jkt", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("proof", name=op.f("pk_dpop_replays")),
        schema="identity",
        prefixes=["UNLOGGED"],
    )
    op.create_index(op.f("ix_dpop_replays_expires_at"), "dpop_replays", ["expires_at"], schema="identity")
    # No proof was used before there was this table: it knows everything from the beginning on.
    op.execute("insert into identity.dpop_replays (proof, jkt, expires_at) values ('', '', 'epoch')")
    op.execute(GRANT)


def downgrade() -> None:
    """Drop the table and the columns."""
    op.drop_table("dpop_replays", schema="identity")
    op.drop_index("ix_applications_client", "applications", schema="identity")
    op.drop_constraint(op.f("ck_applications_limits"), "applications", schema="identity")
    op.drop_constraint(op.f("ck_applications_client"), "applications", schema="identity")
    for name in ("issuer", "client_id", *ADDED):
        op.drop_column("applications", name, schema="identity")
