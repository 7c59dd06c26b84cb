"""Who calls, from the rows as the database has them now: for doors that append no decision, and so would not see a miss.

Only what the service sealed counts, as for checks.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.identity.callers import Caller, Named, caller_named
from service.ledger import RecordMismatchError, RowSeals
from service.ledger.seals import SEAL_COLUMN

APPLICATIONS, KEYS = "identity.applications", "identity.api_keys"
_BY_HASH = text(
    "select to_jsonb(k), to_jsonb(a) from identity.api_keys k join identity.applications a on a.id = k.application_id"
    " where k.hash = any(cast(:hashes as bytea[]))"
)
_BY_CLIENT = text("select to_jsonb(a) from identity.applications a where a.client_id = any(:clients) and a.ended_at is null")
Row = Mapping[str, Any]


@dataclass
class _Held:
    """The rows that callers of one moment need."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {APPLICATIONS: {}, KEYS: {}})
    by: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def of(self, name: str, key: str) -> Iterable[Row]:
        """Return the rows of an index under a key."""
        return self.by.get((name, key), ())


def callers_on_record(session: Session, *, seals: RowSeals, named: Collection[Named], at: datetime) -> dict[Named, Caller]:
    """Return the live application of each name that is somebody's. Raises RecordMismatchError for rows that were edited."""
    held = _Held()
    hashes = [bytes.fromhex(one.key_hash.removeprefix("\\x")) for one in named if one.key_hash is not None]
    if hashes:
        for key, application in session.execute(_BY_HASH, {"hashes": hashes}):
            _require_sealed(seals, KEYS, key)
            _require_sealed(seals, APPLICATIONS, application)
            held.by["keys by hash", key["hash"]].append(key)
            held.rows[APPLICATIONS][application["id"]] = application
    clients = [one.client.client_id for one in named if one.client is not None]
    if clients:
        for (application,) in session.execute(_BY_CLIENT, {"clients": clients}):
            _require_sealed(seals, APPLICATIONS, application)
            held.by["applications by client", application["client_id"]].append(application)
    found = {one: caller_named(held, named=one, at=at) for one in named}
    return {one: caller for one, caller in found.items() if caller is not None}


def _require_sealed(seals: RowSeals, table: str, row: dict[str, Any]) -> None:
    stored = row.pop(SEAL_COLUMN, None)
    if stored is None or not seals.holds(table, row, bytes.fromhex(stored.removeprefix("\\x"))):
        message = f"a row of {table} is not as the service wrote it"
        raise RecordMismatchError(message)
