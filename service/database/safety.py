"""Whether the service may work through an address: not as a role that could rewrite what it keeps, not on a known secret."""

import os
import stat
from pathlib import Path
from typing import Protocol

from psycopg.conninfo import conninfo_to_dict

from service.database.roles import SCHEMAS

DEFAULT_SECRETS = frozenset(
    ("postgres", "password", "passw0rd", "sekisho", "changeme", "change-me", "secret", "admin", "root", "test", "example", "default")
)
ADVICE = "see: sekisho database roles"
_SCHEMAS = ", ".join(f"'{schema}'" for schema in SCHEMAS)
SUPERUSER = "is a superuser"
_POWERS = f"""
with me as (select r.* from pg_roles r where r.rolname in (current_user, session_user)),
held as (
  select c.oid, c.relowner, n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ({_SCHEMAS}) and c.relkind in ('r', 'p')
)
select '{SUPERUSER}' from me where rolsuper
union all select 'may make roles' from me where rolcreaterole
union all select 'may replicate the server' from me where rolreplication
union all select 'passes row security' from me where rolbypassrls
union all (select 'owns the table ' || held.nspname || '.' || held.relname from held, me
  where pg_has_role(me.rolname, held.relowner, 'MEMBER') order by 1 limit 1)
union all (select 'may ' || verb || ' ' || held.nspname || '.' || held.relname from held, me,
  unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) verb
  where held.nspname = 'ledger' and has_table_privilege(me.rolname, held.oid, verb) order by 1 limit 1)
union all (select 'is a member of ' || p.rolname from pg_roles p, me
  where p.rolname in ('pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files', 'pg_write_all_data')
  and pg_has_role(me.rolname, p.oid, 'MEMBER') order by 1 limit 1)
"""  # noqa: S608 - constants of our own


class Fetched(Protocol):
    """What an executed query gives: rows of one text."""

    def fetchall(self) -> list[tuple[str]]:
        """Return all rows."""
        ...


class Connection(Protocol):
    """The part of a psycopg connection that is used here."""

    def execute(self, query: str) -> Fetched:
        """Run a query."""
        ...


class UnsafeAddressError(Exception):
    """The service must not work through this address; the message is one line with the reason and what to do."""


def require_modest(connection: Connection) -> None:
    """Return if the connection's role can rewrite nothing that it keeps. Raises UnsafeAddressError with all reasons."""
    powers = [power for (power,) in connection.execute(_POWERS).fetchall()]
    if powers:
        # All else follows for a superuser.
        told = ", ".join(powers[:1] if powers[0] == SUPERUSER else dict.fromkeys(powers))
        message = f"the service does not work through a role that {told}; {ADVICE}"
        raise UnsafeAddressError(message)


def require_secret(url: str) -> None:
    """Return if the password of an address is none that everybody knows. Raises UnsafeAddressError, which does not tell it."""
    parts = conninfo_to_dict(url)
    password = parts.get("password") or os.environ.get("PGPASSWORD")
    if not password:
        return
    known = {str(parts.get(name)).casefold() for name in ("user", "dbname", "host") if parts.get(name)} | DEFAULT_SECRETS
    if str(password).casefold() in known:
        message = f"the password of the database's address is one that everybody knows or can guess; choose another, {ADVICE}"
        raise UnsafeAddressError(message)


def is_our_socket(url: str) -> bool:
    """Say whether an address is a socket in a folder that only our own account can enter, as the embedded database's is.

    Whoever can reach it has this account, and with it the keys: a lesser role would keep nobody out.
    """
    parts = conninfo_to_dict(url)
    host = str(parts.get("host") or "")
    if not host.startswith("/") or "," in host:
        return False
    try:
        found = Path(host).lstat()
    except OSError:
        return False
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    return private and (found.st_uid == os.geteuid() or os.geteuid() == 0)
