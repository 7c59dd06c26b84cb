"""The one way to PostgreSQL: the declarative base, engines, and the one unit of work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NewType

from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from service.database.durability import UnsafeDatabaseError, require_durable

__all__ = ["Base", "ReadSession", "UnsafeDatabaseError", "make_engine", "read", "require_durable", "transaction", "trial"]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every mapped class; each room names its own PostgreSQL schema."""

    metadata = MetaData(naming_convention=NAMES)


ReadSession = NewType("ReadSession", Session)


def make_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Return an engine for a libpq address. Its connections wait for the disk at every end of a transaction."""
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(
        address,
        pool_size=pool_size,
        max_overflow=pool_size,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        hide_parameters=True,  # what is written into rows has no place in the words of an error
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        # A stronger standing choice (remote_apply, for standbys) stays; a weaker one is overruled.
        cursor.execute("select current_setting('synchronous_commit') in ('on', 'remote_apply')")
        if not cursor.fetchone()[0]:  # type: ignore[index]  # one row always comes back
            cursor.execute("set synchronous_commit to on")
        cursor.execute("set time zone 'UTC'")
        cursor.close()
        connection.commit()

    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Yield a session whose work is kept whole when the block ends and undone whole when it raises.

    READ COMMITTED, never stricter: an older snapshot cannot follow a head that moves a thousand times a second.
    """
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()


@contextmanager
def trial(engine: Engine) -> Iterator[Session]:
    """Yield a session whose work is undone whole when the block ends, whether or not it raises."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def read(engine: Engine) -> Iterator[ReadSession]:
    """Yield a session that can only read."""
    with engine.connect().execution_options(postgresql_readonly=True) as connection, Session(connection) as session:
        yield ReadSession(session)
