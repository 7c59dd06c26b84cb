"""Rows that an older version wrote get their seals once, each only where the ledger says the same of it."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from service import clock
from service.actor import SYSTEM
from service.database import make_engine, transaction
from service.database.migrate import downgrade, upgrade
from service.decision.world import FACT_TABLES
from service.jobs.sealing import seal_unsealed
from service.ledger import Draft, Kind, Log, RecordMismatchError, begin_act, open_log, record
from service.personnel.model import Organization

BEFORE = "decision_2026_11_24"
Write = Callable[[str], None]


def register(engine: Engine, log: Log, name: str) -> None:
    with transaction(engine) as session:
        begin_act(session)
        draft = Draft(kind=Kind.ORGANIZATION_REGISTERED, actor=SYSTEM, at=clock.now(), organization=name)
        record(session, log=log, draft=draft, rows=[Organization(id=name, kind="operator", name=name)])


def seals_of(url: str) -> dict[str, bool]:
    with psycopg.connect(url) as connection:
        return {name: seal is not None for name, seal in connection.execute("select id, seal from personnel.organizations")}


@pytest.fixture
def older(database_url: str, tmp_path: Path) -> tuple[str, Log]:
    """A deployment of the version before there were seals."""
    engine = make_engine(database_url)
    with transaction(engine) as session:
        log = open_log(session, origin="test.example/older", seat="operator", at=clock.now(), keys=tmp_path / "keys")
    for name in ("a", "b", "c"):
        register(engine, log, name)
    engine.dispose()
    downgrade(database_url, BEFORE)
    return database_url, log


def test_an_older_deployment_is_sealed_once_and_goes_on(older: tuple[str, Log]) -> None:
    url, log = older
    upgrade(url)
    engine = make_engine(url)
    with pytest.raises(RecordMismatchError, match="sekisho migrate"):
        register(engine, log, "d")
    assert seal_unsealed(engine, log=log) == (3, [])
    assert seals_of(url) == {"a": True, "b": True, "c": True}
    register(engine, log, "d")
    assert seal_unsealed(engine, log=log) == (0, [])
    engine.dispose()


def test_a_row_that_differs_from_its_entry_is_not_sealed(older: tuple[str, Log]) -> None:
    url, log = older
    with psycopg.connect(url) as connection:
        connection.execute("update personnel.organizations set kind = 'organ' where id = 'b'")
        connection.execute("insert into personnel.organizations (id, kind, name, changed_index) values ('forged', 'organ', 'x', 1)")
    upgrade(url)
    engine = make_engine(url)
    assert seal_unsealed(engine, log=log) == (2, ["personnel.organizations b", "personnel.organizations forged"])
    assert seals_of(url) == {"a": True, "b": False, "c": True, "forged": False}
    register(engine, log, "d")
    engine.dispose()


def test_a_seal_taken_away_does_not_make_an_edit_lawful_at_the_next_migrate(older: tuple[str, Log]) -> None:
    url, log = older
    upgrade(url)
    engine = make_engine(url)
    seal_unsealed(engine, log=log)
    with psycopg.connect(url) as connection:
        connection.execute("update personnel.organizations set seal = null, kind = 'organ' where id = 'b'")
    assert seal_unsealed(engine, log=log) == (0, ["personnel.organizations b"])
    engine.dispose()


def test_the_migration_names_every_table_of_facts(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    with psycopg.connect(empty_database_url) as connection:
        found = connection.execute("select table_schema || '.' || table_name from information_schema.columns where column_name = 'seal'")
        assert {row[0] for row in found} == set(FACT_TABLES)
