"""Packages that are made beside the service: a folder for each, what is under way and what waits to be taken away.

What a package is made of is an order; the folder alone says how it stands, so that any process of this machine goes on with it.
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import psycopg

from service.evidence.package.finishing import whole_of
from service.evidence.package.order import Order
from service.evidence.package.writing import GIVEN_UP, ORDER, OvertakenError, Packed, Writer, begin, require_not_overtaken, write

FOLDER = "packages"
BEGUN = ".begun-"
"""How the name of a folder begins in which an order is not kept wholly yet."""
OWNER, DONE, FAILED, WHOLE, WORK, LOCK = "owner.json", "done.json", "failed", "package.zip", "work", "lock"
KEPT = timedelta(days=7)
"""How long a package waits to be taken away."""
KEEPING = timedelta(hours=1)
"""How long after its beginning a folder of no whole order was left by a process that is gone."""
Standing = Literal["under_way", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who asked for a package, and when; nobody else takes it away."""

    account_id: str
    person_id: str
    asked_at: str


@dataclass(frozen=True, slots=True)
class Shelved:
    """A package of somebody: its order, how it stands, and once it is ready what it is."""

    place: Path
    order: Order
    owner: Owner
    standing: Standing
    packed: Packed | None = None
    why: str | None = None

    @property
    def file(self) -> Path:
        """The ZIP, once it is ready."""
        return self.place / WHOLE


def shelve(shelf: Path, order: Order, owner: Owner) -> Path:
    """Keep an order and whose it is, all at once, and return its folder."""
    begun, place = shelf / f"{BEGUN}{order.id}", shelf / order.id
    begun.mkdir(mode=0o700, parents=True)
    (begun / OWNER).write_text(json.dumps(asdict(owner)), encoding="utf-8")
    begin(begun / WORK, order)
    (begun / ORDER).write_text(order.text(), encoding="utf-8")
    return begun.rename(place)


def shelved(shelf: Path, id_: str) -> Shelved | None:
    """Return a package by its id, or None."""
    place = shelf / id_
    try:
        order, owner = Order.read(place / ORDER), Owner(**json.loads((place / OWNER).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if (place / FAILED).exists():
        return Shelved(place, order, owner, "failed", why=(place / FAILED).read_text(encoding="utf-8"))
    if (place / WHOLE).exists() and (place / DONE).exists():
        return Shelved(place, order, owner, "ready", Packed(**json.loads((place / DONE).read_text(encoding="utf-8"))))
    return Shelved(place, order, owner, "under_way")


def all_of(shelf: Path, person_id: str) -> list[Shelved]:
    """Return somebody's packages, the newest first."""
    found = [one for one in _all(shelf) if one.owner.person_id == person_id]
    return sorted(found, key=lambda one: one.order.made, reverse=True)


def unfinished(shelf: Path) -> list[Shelved]:
    """Return everybody's packages that are under way, the oldest first, whether or not a process makes them now."""
    return sorted((one for one in _all(shelf) if one.standing == "under_way"), key=lambda one: one.order.made)


def _all(shelf: Path) -> list[Shelved]:
    return [one for place in _places(shelf) if (one := shelved(shelf, place.name)) is not None]


def _places(shelf: Path) -> list[Path]:
    return sorted(shelf.iterdir()) if shelf.is_dir() else []


def make(one: Shelved, writer: Writer, tell: Callable[[Packed | None], None]) -> None:
    """Write a package, or go on with it, if no other process does; `tell` records what became of it before it can be taken away."""
    with _alone(one.place) as alone:
        if not alone or (one.place / WHOLE).exists() or (one.place / FAILED).exists():
            return
        if not (one.place / WORK / ORDER).exists():
            # Whoever gave it up ended before saying so; it is given up again, for the same reason.
            shutil.rmtree(one.place / WORK, ignore_errors=True)
            begin(one.place / WORK, one.order)
        try:
            packed = write(one.place / WORK, writer)
        except GIVEN_UP as given_up:
            tell(None)
            _told(one.place / FAILED, type(given_up).__name__)
            return
        whole = whole_of(one.place / WORK, zipped=True)
        if not (one.place / DONE).exists():
            tell(packed)
            _told(one.place / DONE, json.dumps(asdict(packed)))
        whole.rename(one.place / WHOLE)
        shutil.rmtree(one.place / WORK)


def sweep(shelf: Path, connection: psycopg.Connection, *, at: datetime) -> int:
    """Remove packages that waited long enough, and all in which something could be read that was destroyed or sealed away since."""
    removed = 0
    for place in _places(shelf):
        if place.name.startswith(BEGUN) and at - datetime.fromtimestamp(place.stat().st_mtime, UTC) < KEEPING:
            continue
        one = shelved(shelf, place.name)
        if one is None or (one.standing != "under_way" and _is_over(one, connection, at)):
            shutil.rmtree(place, ignore_errors=True)
            removed += 1
    return removed


def _is_over(one: Shelved, connection: psycopg.Connection, at: datetime) -> bool:
    if at - datetime.fromisoformat(one.order.made).replace(tzinfo=UTC) > KEPT:
        return True
    try:
        require_not_overtaken(connection, one.order)
    except OvertakenError:
        return one.standing == "ready"
    return False


def _told(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.new")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


@contextmanager
def _alone(place: Path) -> Iterator[bool]:
    """Yield whether nobody else makes this package."""
    with (place / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def open_shelf(data_dir: Path) -> Path:
    """Return the folder of all packages."""
    return data_dir / FOLDER
