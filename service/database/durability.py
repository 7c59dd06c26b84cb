"""Which settings of a server could lose an entry that was already acknowledged."""

from typing import Protocol

SAFE = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_apply")}


class Fetched(Protocol):
    """What an executed query gives: rows of (name, value)."""

    def fetchall(self) -> list[tuple[str, str]]:
        """Return all rows."""
        ...


class Connection(Protocol):
    """The part of a psycopg connection that is used here."""

    def execute(self, query: str) -> Fetched:
        """Run a query."""
        ...


class UnsafeDatabaseError(Exception):
    """The server is set so that a crash may lose acknowledged entries; the message names each setting."""


def require_durable(connection: Connection, *, tolerate_fsync_off: bool = False) -> None:
    """Return if the server keeps what it acknowledged; raise UnsafeDatabaseError naming the settings otherwise.

    `tolerate_fsync_off` is for test servers alone, which nobody switches off at the mains.
    """
    query = "select name, reset_val from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name"
    unsafe = [f"{name} = {value}" for name, value in connection.execute(query).fetchall() if value not in SAFE[name]]
    if tolerate_fsync_off:
        unsafe = [setting for setting in unsafe if setting.startswith("synchronous_commit")]
    if unsafe:
        mend = ", ".join(f"{setting.split(' ')[0]} = on" for setting in unsafe)
        message = f"this PostgreSQL can lose acknowledged entries: {', '.join(unsafe)}; set {mend}"
        raise UnsafeDatabaseError(message)
