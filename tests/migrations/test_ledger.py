"""The ledger's schema: up from nothing, down only while nothing is recorded, and appended to alone."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from service import clock
from service.database import make_engine, transaction
from service.database.migrate import downgrade, upgrade
from service.ledger import open_log


def schemas(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {
            row[0] for row in connection.execute("select nspname from pg_namespace where nspname !~ '^(pg_|information_schema|public)'")
        }


def opened(url: str, folder: Path) -> None:
    engine = make_engine(url)
    with transaction(engine) as session:
        open_log(session, origin="test.example/log", seat="organ", at=clock.now(), keys=folder)
    engine.dispose()


def test_up_from_nothing_and_down_again_while_the_ledger_is_empty(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    assert {"ledger", "personnel", "designation", "provision", "clearance", "need_to_know", "identity", "decision"} <= schemas(
        empty_database_url
    )
    downgrade(empty_database_url, "base")
    assert schemas(empty_database_url) == set()
    upgrade(empty_database_url)


def test_a_ledger_with_entries_refuses_to_go_down(database_url: str, tmp_path: Path) -> None:
    opened(database_url, tmp_path / "keys")
    with pytest.raises(DBAPIError, match="never dropped"):
        downgrade(database_url, "base")
    assert "ledger" in schemas(database_url)


@pytest.mark.parametrize(
    "attack",
    [
        "update ledger.entries set body = 'x'",
        "delete from ledger.entries",
        "truncate ledger.entries cascade",
        "update ledger.batches set size = 2",
        "delete from ledger.batches",
        "update ledger.log set origin = 'x'",
    ],
)
def test_nobody_changes_what_is_recorded_not_even_the_owner(database_url: str, tmp_path: Path, attack: str) -> None:
    opened(database_url, tmp_path / "keys")
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.Error, match="append-only"):
        connection.execute(attack)


def test_the_serving_role_may_read_and_append_and_nothing_else(database_url: str) -> None:
    query = "select privilege_type from information_schema.role_table_grants where grantee = 'sekisho_service' and table_schema = 'ledger'"
    with psycopg.connect(database_url) as connection:
        assert {row[0] for row in connection.execute(query)} == {"SELECT", "INSERT"}
