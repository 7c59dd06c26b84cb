"""The floor: the newest head that this process acknowledged, kept outside the database.

A database that shows less, or another root at that size, was restored or promoted with a loss; it may not be served.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.ledger.tree import Frontier

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


def require_floor(session: Session, *, folder: Path, origin: str) -> None:
    """Return if the database holds what was acknowledged here. Raises BelowFloorError."""
    floor = read_floor(folder)
    if floor is None or floor.origin != origin:
        return
    found = session.execute(
        text("select first_index + size, frontier from ledger.batches where first_index + size = :size"),
        {"size": floor.size},
    ).first()
    if found is None:
        size = session.execute(text("select coalesce(max(first_index + size), 0) from ledger.batches")).scalar_one()
        message = f"the database holds {size} entries, but {floor.size} were acknowledged; entries are missing, so nothing is served"
        raise BelowFloorError(message)
    if Frontier.from_bytes(bytes(found[1]), size=floor.size).root().hex() != floor.root:
        message = f"the first {floor.size} entries of the database are not those that were acknowledged, so nothing is served"
        raise BelowFloorError(message)
