"""Runs the migrations over the engine that the caller gives."""

import importlib
import pkgutil
import re
from typing import Any

from alembic import context
from sqlalchemy import text

import service
from service.database import Base, make_engine
from service.settings import Settings

for room in pkgutil.iter_modules(service.__path__, "service."):
    if room.ispkg and importlib.util.find_spec(f"{room.name}.model") is not None:
        importlib.import_module(f"{room.name}.model")

PARTITION = re.compile(r"(entries|disclosures)_(\d{4}|rest)")
"""Partitions are the ledger's own business; the mapped class is their parent."""


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Look only at the rooms' schemas: Alembic's own table and foreign schemas are not ours to compare."""
    if kind == "table" and name is not None and PARTITION.fullmatch(name):
        return False
    return kind != "schema" or name in {table.schema for table in Base.metadata.tables.values()}


def run() -> None:
    """Run what is to be run in one transaction: one migrator at a time, and no statement that waits or works without end."""
    engine = context.config.attributes.get("engine") or make_engine(Settings().database_url or "postgresql:///sekisho")
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_schemas=True,
            include_name=ours,
            compare_type=True,
            version_table_schema="public",
        )
        with context.begin_transaction():
            # Replicas that start together migrate one after the other; the later ones find nothing left to do.
            connection.execute(text("select pg_advisory_xact_lock(hashtextextended('sekisho:migrations', 0))"))
            connection.execute(text("set local lock_timeout = '4s'"))
            connection.execute(text("set local statement_timeout = '15min'"))
            context.run_migrations()


run()
