"""PostgreSQL's roles and what each may do, in one table; and the SQL that makes a database so, as often as it is run.

No role has a password here: the operator sets each with psql's own command, so that none stands in a file or a log.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from service.database import transaction

OWNER, MIGRATOR, SERVICE, AUDITOR = "sekisho_owner", "sekisho_migrator", "sekisho_service", "sekisho_auditor"
ROOMS = (
    "personnel",
    "designation",
    "provision",
    "clearance",
    "need_to_know",
    "assessment",
    "registers",
    "deadlines",
    "identity",
    "decision",
    "proposals",
    "evidence",
)
SCHEMAS = ("ledger", *ROOMS)
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


@dataclass(frozen=True, slots=True)
class Role:
    """A role, whether it can sign in, and what it is for."""

    name: str
    login: bool
    purpose: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do with one table, or with all tables of a schema, those to come among them (`schema.*`)."""

    role: str
    place: str
    verbs: tuple[str, ...]


ROLES = (
    Role(OWNER, login=False, purpose="Owns schemas and tables; nobody signs in as it."),
    Role(MIGRATOR, login=True, purpose="Acts as the owner; for sekisho migrate alone."),
    Role(
        SERVICE,
        login=True,
        purpose="Serves: reads, appends to the ledger, writes rows and ends them; deletes only what is under way.",
    ),
    Role(AUDITOR, login=True, purpose="Reads the log's entries, batches and checkpoints; no disclosure, no key, no row."),
)
UNDER_WAY = ("attempts", "pending_sign_ins", "dpop_replays", "answered_requests", "drafts")
"""Tables whose rows are under way, and no evidence."""
READ_BY_AUDITORS = (
    *("entries", "batches", "checkpoints", "log", "subtrees", "signing_keys", "closings"),
    *("cosignatures", "witness_policies", "losses", "services"),
)
"""What the log itself is made of; no disclosure, no key that unwraps one, no row."""
GRANTS = (
    Grant(SERVICE, "ledger.*", ("SELECT", "INSERT")),
    *(Grant(SERVICE, f"{room}.*", ("SELECT", "INSERT", "UPDATE")) for room in ROOMS),
    *(
        Grant(SERVICE, f"identity.{table}", ("DELETE",))
        for table in ("attempts", "pending_sign_ins", "dpop_replays", "answered_requests", "drafts")
    ),
    *(Grant(AUDITOR, f"ledger.{table}", ("SELECT",)) for table in READ_BY_AUDITORS),
)


def statements() -> str:
    """Return the SQL; run it on the database itself, as a superuser or as whoever may make roles and owns the tables."""
    parts = [
        "-- Sekisho: roles and what each may do. May be run again at any time; it sets no password.",
        *(_role(role) for role in ROLES),
        _membership(),
        _database(),
        *(_schema(schema) for schema in SCHEMAS),
    ]
    return "\n\n".join(parts) + "\n"


def apply(engine: Engine) -> None:
    """Make the database of an engine so, whole or not at all."""
    with transaction(engine) as session:
        # Past SQLAlchemy, which would take the percent signs for parameters.
        connection: Any = session.connection().connection.driver_connection
        connection.execute(statements())


def _role(role: Role) -> str:
    login = "login" if role.login else "nologin"
    modest = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
    return f"""-- {role.name}: {role.purpose}
do $$ begin
  if not exists (select from pg_roles where rolname = '{role.name}') then
    create role {role.name};
  end if;
  if exists (select from pg_roles where rolname = '{role.name}' and (rolcanlogin is distinct from {str(role.login).lower()}
      or rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)) then
    alter role {role.name} {login} {modest};
  end if;
end $$;"""  # noqa: S608 - names of ours


def _membership() -> str:
    """Let the migrator be the owner from its first statement on, so that all that it makes is the owner's."""
    others = ", ".join(f"'{name}'" for name in (SERVICE, AUDITOR))
    setting = f"setrole = '{MIGRATOR}'::regrole and setdatabase = 0 and 'role={OWNER}' = any(setconfig)"
    return f"""do $$
declare given record;
begin
  if not exists (select from pg_auth_members where roleid = '{OWNER}'::regrole and member = '{MIGRATOR}'::regrole) then
    grant {OWNER} to {MIGRATOR};
  end if;
  if not exists (select from pg_db_role_setting where {setting}) then
    alter role {MIGRATOR} set role = '{OWNER}';
  end if;
  -- The service and the auditor are members of nothing.
  for given in select roleid::regrole as whole, member::regrole as part from pg_auth_members
    where member in (select oid from pg_roles where rolname in ({others})) loop
    execute format('revoke %s from %s', given.whole, given.part);
  end loop;
end $$;"""  # noqa: S608 - names of ours


def _database() -> str:
    names = ", ".join(role.name for role in ROLES)
    return f"""do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('revoke all on database %I from {names}', current_database());
  execute format('grant connect on database %I to {names}', current_database());
  execute format('grant create on database %I to {OWNER}', current_database());
end $$;
revoke all on schema public from public, {SERVICE}, {AUDITOR};
grant usage, create on schema public to {OWNER};
do $$ begin
  if to_regclass('public.alembic_version') is not null then
    alter table public.alembic_version owner to {OWNER};
    revoke all on public.alembic_version from public, {SERVICE}, {AUDITOR};
  end if;
end $$;"""


def _schema(schema: str) -> str:
    """Give a schema and all in it to the owner, and to everybody else what the table says and nothing more."""
    others = f"public, {SERVICE}, {AUDITOR}"
    grants = "\n".join(f"  {line}" for grant in GRANTS if grant.place.startswith(f"{schema}.") for line in _grant(grant))
    return f"""-- {schema}: nothing happens before sekisho migrate has made it
do $$
declare found record;
begin
  if to_regnamespace('{schema}') is null then return; end if;
  alter schema {schema} owner to {OWNER};
  for found in select c.oid::regclass as name from pg_class c
    where c.relnamespace = '{schema}'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and c.relowner <> '{OWNER}'::regrole loop
    execute format('alter table %s owner to {OWNER}', found.name);
  end loop;
  for found in select p.oid::regprocedure as name from pg_proc p where p.pronamespace = '{schema}'::regnamespace loop
    execute format('alter function %s owner to {OWNER}', found.name);
    execute format('revoke all on function %s from public', found.name);
  end loop;
  revoke all on schema {schema} from {others};
  revoke all on all tables in schema {schema} from {others};
  alter default privileges for role {OWNER} in schema {schema} revoke all on tables from {others};
{grants}
end $$;"""  # noqa: S608 - names of ours


def _grant(grant: Grant) -> list[str]:
    schema, table = grant.place.split(".")
    verbs, usage = ", ".join(verb.lower() for verb in grant.verbs), f"grant usage on schema {schema} to {grant.role};"
    if table != "*":
        return [usage, f"grant {verbs} on {grant.place} to {grant.role};"]
    return [
        usage,
        f"grant {verbs} on all tables in schema {schema} to {grant.role};",
        f"alter default privileges for role {OWNER} in schema {schema} grant {verbs} on tables to {grant.role};",
    ]
