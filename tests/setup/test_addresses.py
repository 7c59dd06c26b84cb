"""Addresses: another database on the same server, whatever form the server's address has."""

import threading

import psycopg
import pytest

from service.database.addresses import ensure_database, with_database


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql:///postgres?host=/run/sekisho&user=sekisho", "postgresql:///new?host=/run/sekisho&user=sekisho"),
        ("postgresql://u:p@db.example.jp:5432/postgres", "postgresql://u:p@db.example.jp:5432/new"),
        (
            "postgresql://u@db.example.jp/postgres?sslmode=verify-full&host=/a/b",
            "postgresql://u@db.example.jp/new?sslmode=verify-full&host=/a/b",
        ),
        ("postgresql://db.example.jp", "postgresql://db.example.jp/new"),
    ],
)
def test_only_the_name_of_the_database_changes(url: str, expected: str) -> None:
    assert with_database(url, "new") == expected


def test_what_is_no_address_is_refused_in_one_line() -> None:
    with pytest.raises(ValueError, match="postgresql://USER@HOST/NAME"):
        with_database("host=localhost dbname=postgres", "new")


def test_several_processes_may_want_the_same_database_at_once(server_url: str) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(ensure_database(server_url, "wanted_by_all"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [with_database(server_url, "wanted_by_all")] * 6
    with psycopg.connect(found[0]) as connection:
        assert connection.execute("select current_database()").fetchone() == ("wanted_by_all",)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("drop database wanted_by_all")
