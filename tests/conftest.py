"""A real PostgreSQL for every test: one server, a template built by the migrations, a fresh database each time."""

import contextlib
import fcntl
import gc
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from ssl import SSLContext
from typing import Any, cast

import httpcore2
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from sqlalchemy import Engine, QueuePool

from service import clock, database
from service.api import gateway
from service.database import make_engine
from service.database.addresses import ensure_database, with_database
from service.database.embedded import EmbeddedPostgres
from service.database.migrate import upgrade
from service.decision.compiled import admission
from tests.builders.days import wait_for_next_day
from tests.builders.places import memory, server_folder
from tests.builders.worlds import World, Worlds, chosen, copy_database, drop_database

# How long a busy machine takes to make an example says nothing of the rule that it is made for.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

LET_GO_SECONDS = 2.0
IN_TIME, UNHURRIED = (gateway.DEADLINE_SECONDS, gateway.PATIENCE_SECONDS), (10.0, 50.0)

_trusted = httpcore2.default_ssl_context


@cache
def _trusting(trust_env: bool, _file: str | None, _folder: str | None) -> SSLContext:
    return _trusted(_trust_env=trust_env)


def _trusting_once(*, _trust_env: bool = True) -> SSLContext:
    """Every client of a test would read the machine's hundreds of certificates anew, mostly to speak plain HTTP."""
    return _trusting(_trust_env, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


httpcore2.default_ssl_context = _trusting_once


_create_engine = database.create_engine
_first: list[Engine] = []


def _create_engine_alike(*words: Any, **more: Any) -> Engine:
    """Every engine of a worker is for the same server, so what the first made of statements serves the others too."""
    engine = _create_engine(*words, **more)
    first = next(iter(_first), engine)
    if first is engine:
        _first.append(engine)
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


database.create_engine = _create_engine_alike


admission.QUESTIONS = 300
"""A process that answers for a second needs no more; those that are started in earnest make all of their own."""


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody needs to look through it for what can be freed."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test begins on one legal day and ends on the next: what it said of today would be said of yesterday.

    Nor does a busy machine pass for a database that is gone: checks in this process have ten seconds, except where the second
    within which they are answered is what is tested.
    """
    time.sleep(wait_for_next_day(clock.now()))
    gateway.DEADLINE_SECONDS, gateway.PATIENCE_SECONDS = IN_TIME if item.get_closest_marker("in_time") else UNHURRIED


@pytest.fixture(scope="session")
def shared_dir(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    return tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent


@pytest.fixture(scope="session")
def server_url(shared_dir: Path) -> Iterator[str]:
    """The maintenance database of the test server; the last worker to let go stops an embedded one."""
    given = os.environ.get("SEKISHO_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with server_folder(shared_dir) as folder, EmbeddedPostgres(folder, durable=False) as server:
        yield server.url


@pytest.fixture(scope="session")
def template(server_url: str, shared_dir: Path) -> Iterator[str]:
    """The name of a database that the migrations built, made once for all workers and dropped by the last of them."""
    name = f"template_{uuid.uuid5(uuid.NAMESPACE_URL, str(shared_dir)).hex}"
    with (shared_dir / "template.users").open("ab+") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        with (shared_dir / "template.lock").open("ab+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with psycopg.connect(server_url) as connection:
                found = connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
            if found is None:
                _build(server_url, name)
        yield name
        fcntl.flock(users, fcntl.LOCK_UN)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            drop_database(server_url, name)


@pytest.fixture
def empty_database_url(server_url: str) -> Iterator[str]:
    """A fresh database without any schema."""
    name = f"test_{uuid.uuid4().hex}"
    yield ensure_database(server_url, name)
    drop_database(server_url, name)


@pytest.fixture(scope="session")
def worlds(server_url: str, template: str, shared_dir: Path) -> Iterator[Worlds]:
    """The worlds that this run has laid; the last worker to let go removes them."""
    folder = shared_dir / "worlds"
    folder.mkdir(exist_ok=True)
    worlds = Worlds(server_url, template, folder)
    with (shared_dir / "worlds.users").open("ab+") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield worlds
        fcntl.flock(users, fcntl.LOCK_UN)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            worlds.leave()


@pytest.fixture
def world_laid(request: pytest.FixtureRequest) -> World | None:
    """What the fresh database holds already: the world that the test's module lays under one of the fixtures it asks for."""
    return chosen(request.fixturenames, getattr(request.module, "WORLDS", {}))


@pytest.fixture
def database_url(server_url: str, template: str, worlds: Worlds, world_laid: World | None, tmp_path: Path) -> Iterator[str]:
    """A fresh database as the migrations leave it, or as a world was laid on it; that world's files are in `tmp_path`."""
    name = f"test_{uuid.uuid4().hex}"
    if world_laid is None:
        copy_database(server_url, template, name)
    else:
        worlds.move_in(world_laid, database=name, folder=tmp_path)
    yield with_database(server_url, name)
    drop_database(server_url, name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the fresh database; what works in the background is let go of its connections before they are closed."""
    engine = make_engine(database_url)
    yield engine
    until = time.monotonic() + LET_GO_SECONDS
    while cast("QueuePool", engine.pool).checkedout() and time.monotonic() < until:
        time.sleep(0.01)
    engine.dispose()


@pytest.fixture
def short_dir() -> Iterator[Path]:
    """A folder with a short path, for sockets and data directories."""
    folder = Path(tempfile.mkdtemp(prefix="sk-", dir=memory()))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _build(server_url: str, name: str) -> None:
    building = f"{name}_building"
    drop_database(server_url, building)
    upgrade(ensure_database(server_url, building))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(building), sql.Identifier(name)))
