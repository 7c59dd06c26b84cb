"""Whether a proposal is still what the ledger says was proposed: nobody approves words that were changed beside the service."""

from typing import Any

from sqlalchemy.orm import Session

from service.ledger import DISCLOSED, Log, RecordMismatchError, canonical, plain, rows_recorded
from service.proposals.model import Proposal

TABLE = "proposals.proposals"
SETTLED = ("acts", "foreseen", "proposed_by", "proposed_person", "people")
"""Columns that nothing but a proposal's own step changes."""


def require_as_proposed(session: Session, *, log: Log, row: Proposal) -> None:
    """Refuse a proposal that is not, byte for byte, what the entry of its last step says. Raises RecordMismatchError."""
    driver: Any = session.connection().connection.driver_connection
    found = driver.execute(DISCLOSED, {"indexes": [row.changed_index]}).fetchall()
    recorded = [told for table, told in rows_recorded(log.keyring, found) if table == TABLE and told["id"] == row.id]
    now = {name: plain(getattr(row, name)) for name in SETTLED}
    if not any(canonical({name: told[name] for name in SETTLED}) == canonical(now) for told in recorded):
        message = f"{TABLE} is not as the service wrote it; run: sekisho verify"
        raise RecordMismatchError(message)
