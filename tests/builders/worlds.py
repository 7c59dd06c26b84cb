"""Worlds that many tests begin with: laid once a run through the operations themselves, then copied for each test."""

import fcntl
import pickle
import shutil
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from service.database import make_engine
from service.database.addresses import with_database


@dataclass(frozen=True)
class World:
    """How a world is laid on an empty database, its keys and all its files in a folder; what `lay` returns is told to each test."""

    name: str
    lay: Callable[[Engine, str, Path], Any]


@dataclass(frozen=True)
class Laid:
    """A world that was laid."""

    database: str
    folder: Path
    told: Any


@dataclass
class Worlds:
    """The worlds of a run, each laid by the worker whose test first asks for it; `folder` is shared by all of them."""

    server_url: str
    template: str
    folder: Path
    known: dict[str, Laid] = field(default_factory=dict)

    def of(self, world: World) -> Laid:
        """Return a world, laid now where no test of the run asked for it before."""
        if world.name not in self.known:
            name = sha256(world.name.encode()).hexdigest()[:20]
            note = self.folder / f"{name}.laid"
            with (self.folder / f"{name}.lock").open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not note.exists():
                    fresh = note.with_suffix(".new")
                    fresh.write_bytes(pickle.dumps(self._lay(world)))
                    fresh.rename(note)
            self.known[world.name] = pickle.loads(note.read_bytes())
        return self.known[world.name]

    def _lay(self, world: World) -> Laid:
        database = f"world_{uuid.uuid4().hex}"
        copy_database(self.server_url, self.template, database)
        url, folder = with_database(self.server_url, database), self.folder / database
        folder.mkdir()
        engine = make_engine(url)
        told = world.lay(engine, url, folder)
        engine.dispose()
        return Laid(database, folder, told)

    def move_in(self, world: World, *, database: str, folder: Path) -> None:
        """Make a database and files in a folder, both as the world has them."""
        laid = self.of(world)
        copy_database(self.server_url, laid.database, database)
        shutil.copytree(laid.folder, folder, dirs_exist_ok=True)

    def leave(self) -> None:
        """Remove what the run laid; for the last worker to do."""
        for note in self.folder.glob("*.laid"):
            drop_database(self.server_url, pickle.loads(note.read_bytes()).database)
        shutil.rmtree(self.folder, ignore_errors=True)


def copy_database(server_url: str, source: str, name: str) -> None:
    """Make a database as another one is now; nobody may be connected to that one."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(sql.Identifier(name), sql.Identifier(source))
        )


def drop_database(server_url: str, name: str) -> None:
    """Remove a database, whoever is connected to it."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def chosen(names: Collection[str], worlds: Mapping[str, World]) -> World | None:
    """Return the world of the first fixture that a test asks for and that begins with one."""
    return next((world for name, world in worlds.items() if name in names), None)
