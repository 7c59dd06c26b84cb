"""PostgreSQL's roles on a real server: every table, every verb, and every way around that one might try."""

import fcntl
import re
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from service import cli
from service.cli import site
from service.database import Base, make_engine, roles
from service.database.migrate import check, upgrade
from service.database.safety import UnsafeAddressError, is_our_socket, require_modest, require_secret
from service.decision.world import FACT_TABLES

LEDGER = (
    *("batches", "checkpoints", "closings", "cosignatures", "destroyed_keys", "disclosures", "entries", "keys", "log", "losses", "masters"),
    *("row_accounts", "services", "signing_keys", "spills", "subtrees", "witness_policies"),
)
AUDITED = (
    "batches",
    "checkpoints",
    "closings",
    "cosignatures",
    "entries",
    "log",
    "losses",
    "services",
    "signing_keys",
    "subtrees",
    "witness_policies",
)
APPENDED, ENDED, READ, NOTHING = "SELECT INSERT", "SELECT INSERT UPDATE", "SELECT", ""
UNDER_WAY = ("identity.attempts", "identity.pending_sign_ins", "identity.dpop_replays", "identity.answered_requests", "identity.drafts")
ROOM_TABLES = sorted(
    {
        *(table for table in FACT_TABLES if not table.startswith("ledger.")),
        "personnel.imports",
        "deadlines.holidays",
        "deadlines.mail_wishes",
        "deadlines.mailed",
        *(
            f"evidence.{table}"
            for table in (
                *(
                    "budgets",
                    "disclosed_counts",
                    "disclosure_requests",
                    "queries",
                    "query_exports",
                    "query_runs",
                    "remark_steps",
                    "remarks",
                ),
            )
        ),
        "deadlines.periods",
        "deadlines.seen",
        "deadlines.told",
        "personnel.column_mappings",
        *(
            f"designation.{table}"
            for table in (
                *(
                    "cabinet_refusals",
                    "closing_formalities",
                    "doubts",
                    "findings",
                    "grounds",
                    "hand_overs",
                    "improper_answers",
                    "improper_reports",
                ),
                *("marking_switches", "partial_liftings", "reviews", "sources"),
            )
        ),
        "clearance.passed_results",
        *(f"registers.{table}" for table in ("attendances", "event_rules", "person_reports", "pledges", "trainings")),
        "identity.credentials",
        "identity.enrolments",
        "identity.look_counts",
        "identity.verifications",
        "identity.sessions",
        "need_to_know.confirmations",
        "need_to_know.numbers",
        "need_to_know.purposes",
        "need_to_know.requests",
        "proposals.proposals",
        "proposals.remarks",
        *(
            f"provision.{table}"
            for table in (
                *(
                    "certification_refusals",
                    "changes",
                    "conditions",
                    "contract_items",
                    "demands",
                    "messages",
                    "readiness",
                    "report_terms",
                    "returns",
                ),
            )
        ),
        "registers.lines",
        "registers.periods",
        "registers.uses",
        *(f"assessment.{table}" for table in ("attempts", "candidates", "cases", "complaints", "participants", "steps")),
    }
)
GOLDEN = {
    **{f"ledger.{table}": {roles.SERVICE: APPENDED, roles.AUDITOR: READ if table in AUDITED else NOTHING} for table in LEDGER},
    **{table: {roles.SERVICE: ENDED, roles.AUDITOR: NOTHING} for table in ROOM_TABLES},
    **{table: {roles.SERVICE: f"{ENDED} DELETE", roles.AUDITOR: NOTHING} for table in UNDER_WAY},
}
"""What each role may do with each table. A new table without a line fails the tests, as does a line more than is granted."""

TRIES = {
    "SELECT": "select 1 from {} limit 1",
    "INSERT": "insert into {} select * from {} where false",
    "UPDATE": "update {} set {} = {} where false",
    "DELETE": "delete from {} where false",
    "TRUNCATE": "truncate {}",
}
WAYS_AROUND = [
    "alter table ledger.entries disable trigger all",
    "alter table ledger.batches disable trigger append_only",
    "drop trigger append_only on ledger.entries",
    "set session_replication_role = replica",
    "alter table ledger.entries owner to current_user",
    "drop table ledger.entries",
    "create rule around as on insert to ledger.entries do instead nothing",
    "create or replace function ledger.refuse_change() returns trigger language plpgsql as 'begin return new; end'",
    "copy (select 1) to program 'true'",
    "copy (select 1) to '/tmp/out'",
    "copy personnel.imports from '/etc/passwd'",
    "create schema mine",
    "create table public.mine (id int)",
    "create role mine",
    "alter role current_user superuser",
    "set role sekisho_owner",
    "set role sekisho_migrator",
    "set session authorization sekisho_owner",
    "alter system set fsync = off",
    "select pg_read_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "alter default privileges for role sekisho_owner in schema ledger grant delete on tables to sekisho_service",
    "grant delete on ledger.entries to sekisho_service",
    "create extension dblink",
    "truncate ledger.entries_0000",
    "delete from ledger.entries_0000",
]


@pytest.fixture
def ruled(database_url: str, shared_dir: Path) -> str:
    """A migrated database with the roles; roles belong to the whole server, so workers make them one at a time."""
    with (shared_dir / "roles.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        engine = make_engine(database_url)
        for _again in range(2):
            roles.apply(engine)
        engine.dispose()
    return database_url


def as_role(url: str, role: str) -> str:
    return make_conninfo(url, user=role)


def allowed(connection: psycopg.Connection, statement: str) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
    except errors.InsufficientPrivilege as refused:
        # A trigger refuses in the same class; the privilege alone must be enough.
        return "append-only" in str(refused)
    return True


@pytest.mark.parametrize("role", [roles.SERVICE, roles.AUDITOR])
def test_the_matrix_of_roles_tables_and_verbs(ruled: str, role: str) -> None:
    with psycopg.connect(ruled) as connection:
        found = connection.execute(
            "select n.nspname || '.' || c.relname, (select attname from pg_attribute where attrelid = c.oid and attnum = 1)"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition"
            " and n.nspname = any(%s)",
            (list(roles.SCHEMAS),),
        ).fetchall()
    with psycopg.connect(as_role(ruled, role)) as connection:
        matrix = {
            table: " ".join(verb for verb, statement in TRIES.items() if allowed(connection, _filled(statement, table, column)))
            for table, column in found
        }
    assert matrix == {table: of_role[role] for table, of_role in GOLDEN.items()}


def _filled(statement: str, table: str, column: str) -> str:
    return statement.replace("set {} = {}", f'set "{column}" = "{column}"').replace("{}", table)


def test_partitions_have_no_back_door(ruled: str) -> None:
    with psycopg.connect(ruled) as connection:
        parts = [row[0] for row in connection.execute("select oid::regclass::text from pg_class where relispartition and relkind = 'r'")]
    assert len(parts) > 30
    with psycopg.connect(as_role(ruled, roles.SERVICE)) as connection:
        for part in parts:
            for statement in (TRIES["DELETE"], TRIES["TRUNCATE"]):
                assert not allowed(connection, _filled(statement, part, ""))
    with psycopg.connect(as_role(ruled, roles.AUDITOR)) as connection:
        assert not any(allowed(connection, _filled(TRIES["SELECT"], part, "")) for part in parts)


@pytest.mark.parametrize("role", [roles.SERVICE, roles.AUDITOR])
@pytest.mark.parametrize("way", WAYS_AROUND)
def test_no_way_around(ruled: str, role: str, way: str) -> None:
    # A parameter is dropped, not a way: some ways name the role itself.
    with psycopg.connect(as_role(ruled, role), autocommit=True) as connection, pytest.raises(psycopg.Error):
        connection.execute(way.encode())
        if way.startswith(("alter default", "grant")):
            raise errors.InsufficientPrivilege


def test_every_room_stands_in_the_table() -> None:
    assert {table.schema for table in Base.metadata.tables.values()} <= set(roles.SCHEMAS)
    assert set(roles.SCHEMAS) == {place.split(".")[0] for place in GOLDEN}


def test_the_sql_holds_no_password() -> None:
    assert "password" not in roles.statements().replace("sets no password", "")
    assert cli.run(["database", "roles"]) == 0


def test_nobody_signs_in_as_the_owner(ruled: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(as_role(ruled, roles.OWNER))


def test_a_migrator_builds_what_the_owner_owns_and_the_service_may_use(empty_database_url: str, shared_dir: Path) -> None:
    def rule() -> None:
        with (shared_dir / "roles.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            engine = make_engine(empty_database_url)
            roles.apply(engine)
            engine.dispose()

    rule()
    upgrade(migrating := _address(empty_database_url, roles.MIGRATOR))
    rule()
    check(migrating)
    with psycopg.connect(empty_database_url) as connection:
        owners = connection.execute(
            "select distinct relowner::regrole::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(%s)",
            (list(roles.SCHEMAS),),
        ).fetchall()
        assert owners == [(roles.OWNER,)]
    with psycopg.connect(as_role(empty_database_url, roles.MIGRATOR)) as connection:
        connection.execute("create table decision.later (id int)")
    with psycopg.connect(as_role(empty_database_url, roles.SERVICE)) as connection:
        assert [
            verb for verb, statement in TRIES.items() if allowed(connection, _filled(statement, "decision.later", "id"))
        ] == ENDED.split()


def _address(url: str, role: str) -> str:
    """The same address in the form that engines take, for another role."""
    address = re.sub(r"user=[^&]*", f"user={role}", url) if "user=" in url else re.sub(r"://([^/@]*@)?", f"://{role}@", url)
    with psycopg.connect(address) as connection:
        assert connection.execute("select session_user::text").fetchone() == (role,)
    return address


@pytest.mark.parametrize("role", [roles.MIGRATOR, roles.SERVICE, roles.AUDITOR])
def test_the_service_works_as_the_service_alone_and_not_as_one_who_owns(ruled: str, role: str) -> None:
    with psycopg.connect(as_role(ruled, role)) as connection:
        if role == roles.MIGRATOR:
            with pytest.raises(UnsafeAddressError, match="owns the table"):
                require_modest(connection)
        else:
            require_modest(connection)


def test_a_superuser_is_refused_in_one_line(ruled: str) -> None:
    with psycopg.connect(ruled) as connection, pytest.raises(UnsafeAddressError) as refused:
        require_modest(connection)
    assert str(refused.value) == "the service does not work through a role that is a superuser; see: sekisho database roles"


@pytest.mark.parametrize(
    ("power", "told"),
    [
        ("grant update on ledger.entries to {}", "may UPDATE ledger.entries"),
        ("grant delete on ledger.row_accounts to {}", "may DELETE ledger.row_accounts"),
        ("grant truncate on ledger.disclosures_0003 to {}", "may TRUNCATE ledger.disclosures_0003"),
        ("alter role {} createrole", "may make roles"),
        ("alter role {} replication", "may replicate the server"),
        ("alter role {} bypassrls", "passes row security"),
        ("grant pg_execute_server_program to {}", "is a member of pg_execute_server_program"),
        ("grant pg_write_all_data to {}", "may DELETE ledger"),
        ("grant sekisho_owner to {}", "owns the table"),
    ],
)
def test_each_power_too_many_is_refused_by_name(ruled: str, power: str, told: str) -> None:
    role = f"role_{uuid.uuid4().hex}"
    with psycopg.connect(ruled, autocommit=True) as connection:
        connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
        try:
            with psycopg.connect(as_role(ruled, roles.SERVICE)) as modest:
                require_modest(modest)
            connection.execute(power.format(role).encode())
            connection.execute(
                sql.SQL("grant connect on database {} to {}").format(sql.Identifier(connection.info.dbname), sql.Identifier(role))
            )
            with psycopg.connect(as_role(ruled, role)) as strong, pytest.raises(UnsafeAddressError, match=told):
                require_modest(strong)
        finally:
            connection.execute(sql.SQL("drop owned by {}").format(sql.Identifier(role)))
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:app@db/site",
        "postgresql://app:site@db/site",
        "postgresql://app:postgres@db/site",
        "postgresql://app:Password@db/site",
        "postgresql://app:sekisho@db/site",
        "postgresql://app:changeme@db/site",
        "postgresql://app:%63hangeme@db/site",
        "postgresql://app@db/site?password=secret",
        "host=db user=app password=admin",
    ],
)
def test_a_password_that_everybody_knows_is_refused_and_not_told(url: str) -> None:
    with pytest.raises(UnsafeAddressError) as refused:
        require_secret(url)
    assert "changeme" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_known_password_is_refused_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    require_secret("postgresql://app@db/site")
    require_secret("postgresql://app:vX4jq9wZ@db/site")
    monkeypatch.setenv("PGPASSWORD", "postgres")
    with pytest.raises(UnsafeAddressError):
        require_secret("postgresql://app@db/site")


def test_only_a_socket_that_nobody_else_can_reach_is_our_own(short_dir: Path) -> None:
    short_dir.chmod(0o700)
    assert is_our_socket(f"postgresql://postgres@/x?host={short_dir}")
    short_dir.chmod(0o755)
    assert not is_our_socket(f"postgresql://postgres@/x?host={short_dir}")
    assert not is_our_socket("postgresql://postgres@127.0.0.1/x")
    assert not is_our_socket("postgresql://postgres@/x?host=/nowhere")
    assert not is_our_socket(f"postgresql://postgres@/x?host={short_dir},127.0.0.1")


@pytest.mark.parametrize("command", [("serve",), ("check", "a", "b"), ("verify",), ("application", "list")])
def test_commands_refuse_a_superuser_s_address_and_a_demo_may_have_one(
    ruled: str, short_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SEKISHO_DATABASE_URL", ruled)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)
    # The test server's socket is our own; the service must see one that others reach too.
    monkeypatch.setattr(site, "is_our_socket", lambda _url: False)
    assert cli.run(["migrate", "--seat", "operator", "--origin", "test.sekisho.invalid/roles"]) == 0
    capsys.readouterr()
    assert cli.run(command) == 2
    assert "role that is a superuser" in capsys.readouterr().err


def test_the_service_s_role_is_enough_for_its_work(
    ruled: str, short_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)
    monkeypatch.setattr(site, "is_our_socket", lambda _url: False)
    monkeypatch.setenv("SEKISHO_DATABASE_URL", _address(ruled, roles.MIGRATOR))
    assert cli.run(["migrate", "--seat", "operator", "--origin", "test.sekisho.invalid/roles"]) == 0
    monkeypatch.setenv("SEKISHO_DATABASE_URL", _address(ruled, roles.SERVICE))
    assert cli.run(["application", "grant", "dms", "--id", "dms"]) == 0
    assert cli.run(["check", "nobody", "nothing"]) == 1
    assert cli.run(["verify"]) == 0, capsys.readouterr().err
    monkeypatch.setenv("SEKISHO_DATABASE_URL", ruled)
    assert cli.run(["application", "grant", "dms2", "--id", "dms2"]) == 2


def test_the_demo_may_have_any_address(ruled: str, short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_DATABASE_URL", ruled)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)
    monkeypatch.setattr(site, "is_our_socket", lambda _url: False)
    assert cli.run(["migrate", "--seat", "operator", "--origin", "demo.sekisho.invalid/operator"]) == 0
    assert cli.run(["application", "list"]) == 0
