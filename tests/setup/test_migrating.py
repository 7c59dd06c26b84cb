"""The schema comes up from nothing, also when several replicas start at once, and goes down again while it is empty."""

import subprocess
import sys

import psycopg

from service.database.migrate import check, downgrade, upgrade

UPGRADE = "import sys; from service.database.migrate import upgrade; upgrade(sys.argv[1])"


def schemas(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("select nspname from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema'")
        return {name for (name,) in rows}


def test_replicas_that_start_together_migrate_one_after_the_other(empty_database_url: str) -> None:
    replicas = [subprocess.Popen([sys.executable, "-c", UPGRADE, empty_database_url], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    complaints = [replica.communicate(timeout=120)[1] for replica in replicas]
    assert [replica.returncode for replica in replicas] == [0, 0, 0], complaints
    check(empty_database_url)


def test_up_from_nothing_and_down_again(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    assert "ledger" in schemas(empty_database_url)
    upgrade(empty_database_url)
    downgrade(empty_database_url, "base")
    assert schemas(empty_database_url) == {"public"}
