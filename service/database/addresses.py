"""Addresses of databases in libpq's form, and databases made at them."""

import contextlib

import psycopg
from psycopg import errors, sql


def with_database(url: str, name: str) -> str:
    """Return the address of another database on the server of `url`."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        message = "the address of a database has the form postgresql://USER@HOST/NAME"
        raise ValueError(message)
    place, question, options = rest.partition("?")
    return f"{scheme}://{place.partition('/')[0]}/{name}{question}{options}"


def ensure_database(url: str, name: str) -> str:
    """Create database `name` on the server of `url` unless it exists, and return its address."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
        if found is None:
            # Another process may be as quick; both want the same.
            with contextlib.suppress(errors.DuplicateDatabase, errors.UniqueViolation):
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return with_database(url, name)
