"""Rows that were written before there were seals, sealed once: each only if the ledger says the same of it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from service.database import transaction
from service.decision.world import FACT_TABLES, row_key
from service.ledger import DISCLOSED, WRITER_LOCK, Log, RowSeals, begin_act, read_head, rows_recorded
from service.ledger.sealing import LAST_ACCOUNT
from service.ledger.seals import MODULUS, SEAL_COLUMN

SLICE = 1000
_DISCLOSED = text(DISCLOSED.replace("%(indexes)s", ":indexes"))


def seal_unsealed(engine: Engine, *, log: Log) -> tuple[int, list[str]]:
    """Seal the rows without a seal that are what their entry says; return how many, and the names of all others.

    At the first time the account is begun with every row as the ledger tells it. A row that is left without a seal
    denies every decision that it touches, until it is put right.
    """
    with transaction(engine) as session:
        begin_act(session)
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
        seals, index = RowSeals(log.keyring), read_head(session).changed_index
        first = session.execute(LAST_ACCOUNT).one_or_none() is None
        sealed, account = 0, 0
        refused: list[str] = []
        for table in FACT_TABLES:
            for rows in _unsealed(session, table):
                done, others, weights = _seal(session, log=log, seals=seals, table=table, rows=rows)
                sealed, refused, account = sealed + done, refused + others, account + weights
        if first and index > 0:
            session.execute(
                text("insert into ledger.row_accounts (changed_index, account) values (:index, :account)"),
                {"index": index, "account": seals.shut(account % MODULUS, index=index)},
            )
    return sealed, refused


def _unsealed(session: Session, table: str) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Yield place and content of the rows without a seal, some at a time."""
    places = session.scalars(text(f"select ctid::text from {table} where seal is null")).all()  # noqa: S608 - a table of ours
    for start in range(0, len(places), SLICE):
        query = text(f"select ctid::text, to_jsonb(x) from {table} x where ctid = any(cast(:places as tid[]))")  # noqa: S608 - the same
        yield [(place, row) for place, row in session.execute(query, {"places": list(places[start : start + SLICE])})]


def _seal(session: Session, *, log: Log, seals: RowSeals, table: str, rows: list[tuple[str, dict[str, Any]]]) -> tuple[int, list[str], int]:
    """Seal those of some rows that their entries tell of; return how many, the names of the others, and what all weigh."""
    found = session.execute(_DISCLOSED, {"indexes": sorted({row["changed_index"] for _place, row in rows})})
    recorded = {
        (row_key(table, row), row["changed_index"]): seals.of(table, row)
        for named, row in rows_recorded(log.keyring, [tuple(one) for one in found])
        if named == table
    }
    made, refused, weights = [], [], 0
    for place, row in rows:
        told = recorded.get((row_key(table, row), row["changed_index"]))
        weights += 0 if told is None else told.weight
        if told is not None and told == seals.of(table, row):
            made.append({"place": place, "seal": told.seal})
        else:
            refused.append(f"{table} {row_key(table, row)}")
    if made:
        session.execute(text(f"update {table} set {SEAL_COLUMN} = :seal where ctid = cast(:place as tid)"), made)  # noqa: S608 - the same
    return len(made), refused, weights
