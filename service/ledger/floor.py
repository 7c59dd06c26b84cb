"""The floor: the newest head that this process acknowledged, kept outside the database.

A database that shows less, or another root at that size, was restored or promoted with a loss; it may not be served.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from service.tlog.tree import Frontier

NAME = "floor.json"


class BelowFloorError(RuntimeError):
    """The database shows less than was acknowledged, or something else; the message says which sizes."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A head that was acknowledged: the log's name, its size, its root in hexadecimal."""

    origin: str
    size: int
    root: str


def read_floor(folder: Path) -> Floor | None:
    """Return the floor kept in a folder, or None. Raises BelowFloorError for a file that cannot be read."""
    try:
        return Floor(**json.loads((folder / NAME).read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as broken:
        message = f"{folder / NAME} cannot be read; it guards against a database that lost entries, so look into it before removing it"
        raise BelowFloorError(message) from broken


def keep_floor(folder: Path, floor: Floor) -> None:
    """Keep a floor, unless a higher one of the same log is kept already. One at a time, over all processes of the folder."""
    with (folder / f"{NAME}.lock").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        kept = read_floor(folder)
        if kept is not None and kept.origin == floor.origin and kept.size >= floor.size:
            return
        fresh = folder / f"{NAME}.{os.getpid()}"
        with fresh.open("w") as file:
            json.dump(asdict(floor), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(folder / NAME)


AT_FLOOR = """
select coalesce((select first_index + size from ledger.batches order by first_index desc limit 1), 0),
  b.first_index + b.size, b.frontier
from (select 1) one left join lateral (
  select first_index, size, frontier from ledger.batches where first_index < {size} order by first_index desc limit 1
) b on true
"""
"""How many entries there are, and where the batch ends that holds the last acknowledged one, with its frontier."""


def floor_of(folder: Path, origin: str) -> Floor | None:
    """Return the floor that is kept of a log, None where none is, or another log's. Raises BelowFloorError as `read_floor`."""
    floor = read_floor(folder)
    return floor if floor is not None and floor.origin == origin else None


def require_floor(session: Session, *, folder: Path, origin: str) -> None:
    """Return if the database holds what was acknowledged here. Raises BelowFloorError."""
    floor = floor_of(folder, origin)
    if floor is None:
        return
    require_held(floor, session.execute(text(AT_FLOOR.format(size=":size")), {"size": floor.size}).one())


def require_held(floor: Floor, found: Sequence[Any]) -> None:
    """Return if what `AT_FLOOR` found at a floor's size is what was acknowledged. Raises BelowFloorError."""
    size, ends_at, frontier = found
    if size < floor.size:
        message = f"the database holds {size} entries, but {floor.size} were acknowledged; entries are missing, so nothing is served"
        raise BelowFloorError(message)
    # No batch ends there: other entries were put behind those that an older database still had.
    if ends_at != floor.size or Frontier.from_bytes(bytes(frontier), size=floor.size).root().hex() != floor.root:
        message = f"the first {floor.size} entries of the database are not those that were acknowledged, so nothing is served"
        raise BelowFloorError(message)


def guard(engine: Engine, floors: Callable[[], Iterable[Floor | None]]) -> None:
    """Let an engine open connections only to a database that holds these floors; else they raise BelowFloorError.

    A database is swapped beneath a running process only by ending its connections, so each new one is looked at.
    """

    @event.listens_for(engine, "connect")
    def look(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        try:
            cursor = connection.cursor()
            for floor in floors():
                if floor is not None:
                    cursor.execute(AT_FLOOR.format(size="%(size)s"), {"size": floor.size})
                    require_held(floor, cursor.fetchone() or ())
            cursor.close()
            connection.rollback()  # it only read
        except BaseException:
            # The pool has not taken it yet, and would leave it open.
            connection.close()
            raise
