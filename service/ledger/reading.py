"""Reading the log in order, with constant memory, and finding an index range by time."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

WINDOW = 2048


def opened_at(session: Session) -> datetime:
    """Return when the log was opened: what is recorded as older was brought here afterwards."""
    found: datetime = session.execute(text("select last_at from ledger.batches order by first_index limit 1")).scalar_one()
    return found


def log_size(session: Session) -> int:
    """Return how many entries the log has."""
    found = session.execute(text("select first_index + size from ledger.batches order by first_index desc limit 1")).scalar()
    return int(found or 0)


def entries(session: Session, *, start: int, end: int, window: int = WINDOW) -> Iterator[tuple[int, bytes]]:
    """Yield (index, body) of the entries from `start` up to, not including, `end`."""
    query = text("select index, body from ledger.entries where index >= :start and index < :end order by index")
    while start < end:
        upto = min(start + window, end)
        for index, body in session.execute(query, {"start": start, "end": upto}):
            yield index, bytes(body)
        start = upto


def index_range(session: Session, *, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """Return the range [a, b) of indexes whose entries lie at or after `since` and before `until`.

    Times never run backwards along the log; within a batch all entries have one time.
    """
    size = log_size(session)
    first = text("select coalesce(min(first_index), :size) from ledger.batches where last_at >= :at")
    a = 0 if since is None else int(session.execute(first, {"at": since, "size": size}).scalar_one())
    b = size if until is None else int(session.execute(first, {"at": until, "size": size}).scalar_one())
    return a, max(a, b)


def leaves(session: Session, *, size: int) -> list[bytes]:
    """Return the leaf hashes of the first `size` entries."""
    packed = session.execute(text("select leaves from ledger.batches where first_index < :size order by first_index"), {"size": size})
    joined = b"".join(bytes(row[0]) for row in packed)
    return [joined[at : at + 32] for at in range(0, 32 * size, 32)]
