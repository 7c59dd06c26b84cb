"""Runs legal cases: the facts in an empty database, the checks through the function that every check goes through."""

import contextlib
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads
from sqlalchemy import Engine

from service.actor import SYSTEM
from service.database import make_engine, transaction
from service.database.embedded import EmbeddedPostgres, ensure_database
from service.database.migrate import upgrade
from service.decision.decide import Decider, Decision
from service.decision.policies_in_force import activate
from service.decision.policyset import PolicySet
from service.decision.snapshot import REFRESH, Snapshot
from service.decision.world import World
from service.jobs.case_acts import perform
from service.jobs.case_format import CaseFormatError, read_case
from service.jobs.history import given_rows, load_history
from service.ledger import Log, RowSeals, open_log
from service.statute.periods import instant_ms
from service.statute.policies import PolicyTexts, read_policies

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ORIGIN = "cases.invalid/sekisho"


@dataclass(frozen=True, slots=True)
class Line:
    """How one act or check came out."""

    place: str
    ok: bool
    expected: str = ""
    actual: str = ""

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"ok      {self.place}" if self.ok else f"FAILED  {self.place}: expected {self.expected}, actual {self.actual}"


def case_files(paths: Sequence[Path]) -> list[Path]:
    """Return the case files that paths name: files as they are, folders with all their `.yaml`. Raises CaseFormatError."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.yaml"))
            if not inside:
                raise CaseFormatError(path, 1, "the folder holds no .yaml file")
            found += inside
        else:
            found.append(path)
    return found


@contextlib.contextmanager
def scratch_server(url: str | None) -> Iterator["Scratch"]:
    """Yield where cases get their empty databases: on a given server, or on an embedded one that vanishes."""
    if url is not None:
        yield from _scratch(url)
        return
    with tempfile.TemporaryDirectory(prefix="sekisho-cases-") as folder, EmbeddedPostgres(Path(folder), durable=False) as server:
        yield from _scratch(server.url)


@dataclass(frozen=True, slots=True)
class Scratch:
    """A server with a migrated template, from which each case has a database of its own."""

    server_url: str
    template: str

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """Yield the address of an empty migrated database that is dropped afterwards."""
        name = f"case_{uuid.uuid4().hex}"
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(self.template)))
        try:
            yield address_of(self.server_url, name)
        finally:
            drop_database(self.server_url, name)


def _scratch(server_url: str) -> Iterator[Scratch]:
    template = f"cases_{uuid.uuid4().hex}"
    ensure_database(server_url, template)
    try:
        upgrade(address_of(server_url, template))
        yield Scratch(server_url, template)
    finally:
        drop_database(server_url, template)


def address_of(server_url: str, name: str) -> str:
    """Return the libpq address of another database on the server of an address."""
    return psycopg.conninfo.make_conninfo(server_url, dbname=name) if "://" not in server_url else _with_path(server_url, name)


def _with_path(url: str, name: str) -> str:
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    _, mark, query = path.partition("?")
    return f"{scheme}://{authority}/{name}{mark}{query}"


def drop_database(server_url: str, name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def run_case(path: Path, *, url: str, texts: PolicyTexts | None = None) -> list[Line]:
    """Return how each act and check of a file came out, its facts loaded into the empty database at `url`.

    Raises CaseFormatError for a file that does not fit the format.
    """
    case = read_case(path)
    given = case.get("given") or {}
    engine = make_engine(url)
    try:
        with tempfile.TemporaryDirectory(prefix="sekisho-keys-") as keys:
            log = _load(path, given, engine=engine, keys=Path(keys), texts=texts or read_policies())
            lines = [_act(path, place, act, engine=engine, log=log, given=given) for place, act in enumerate(case.get("acts") or [], 1)]
    finally:
        engine.dispose()
    snapshot = _snapshot(log, url=url)
    return lines + [_check(path, place, check, snapshot.decider) for place, check in enumerate(case.get("checks") or [], 1)]


def _load(path: Path, given: Mapping[str, Any], *, engine: Engine, keys: Path, texts: PolicyTexts) -> Log:
    try:
        with transaction(engine) as session:
            log = open_log(session, origin=ORIGIN, seat="organ", at=BEGINNING, keys=keys, clock="told")
        with transaction(engine) as session:
            load_history(session, log=log, at=BEGINNING, actor=SYSTEM, given=given)
        with transaction(engine) as session:
            activate(session, log=log, actor=SYSTEM, at=BEGINNING, texts=texts)
    except ValueError as wrong:
        raise CaseFormatError(path, 1, f"given: {wrong}") from wrong
    return log


def _snapshot(log: Log, *, url: str) -> Snapshot:
    snapshot = Snapshot(RowSeals(log.keyring))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set time zone 'UTC'")
        set_json_loads(msgspec.json.decode, connection)
        snapshot.take(connection.execute(REFRESH, {"since": -1}).fetchall())
    return snapshot


def _act(path: Path, place: int, act: Mapping[str, Any], *, engine: Engine, log: Log, given: Mapping[str, Any]) -> Line:
    outcome = perform(engine, log=log, words=act, given=given)
    basis = act.get("basis", [])
    ok = outcome.result == act["result"] and set(basis) <= outcome.basis
    # A refusal names its reason; a case may leave open which.
    ok = ok and ("reason" not in act or act["reason"] == outcome.reason)
    expected = f"{act['result']}{' ' + act['reason'] if 'reason' in act else ''}" + (f" [{', '.join(basis)}]" if basis else "")
    return Line(f"{path.name} act {place}: {act['act']} {act['on']}", ok, expected, str(outcome))


def run_all(paths: Sequence[Path], texts: PolicyTexts) -> Iterator[Line | CaseFormatError]:
    """Yield how each act and check of case files comes out under a set; what is wrong with a file that is out of form.

    Only files with acts need a database, a private one that vanishes.
    """
    policies = PolicySet.load(texts)
    with contextlib.ExitStack() as stack:
        scratch: Scratch | None = None
        for path in paths:
            try:
                case = read_case(path)
                if not case.get("acts"):
                    yield from _checks(path, case, policies)
                    continue
                scratch = scratch or stack.enter_context(scratch_server(None))
                with scratch.database() as url:
                    yield from run_case(path, url=url, texts=texts)
            except CaseFormatError as wrong:
                yield wrong


def _checks(path: Path, case: Mapping[str, Any], policies: PolicySet) -> list[Line]:
    """Return how each check of a case without acts comes out: on the facts as they are given, and nothing else."""
    world = World()
    try:
        for table, row in given_rows(case.get("given") or {}):
            world.apply(table, row)
    except ValueError as wrong:
        raise CaseFormatError(path, 1, f"given: {wrong}") from wrong
    decider = Decider(world, policies)
    return [_check(path, place, check, decider) for place, check in enumerate(case.get("checks") or [], 1)]


def _check(path: Path, place: int, check: Mapping[str, Any], decider: Decider) -> Line:
    answer = decided(decider, check).answer
    basis = check.get("basis", [])
    ok = (answer.decision, answer.reason) == (check["decision"], check["reason"]) and set(basis) <= set(answer.basis)
    ok = ok and ("api" not in check or check["api"] == answer.api)
    expected = f"{check['decision']} {check['reason']} [{', '.join(basis)}]" + (f" api {check['api']}".lower() if "api" in check else "")
    actual = f"{answer.decision} {answer.reason} [{', '.join(answer.basis)}]" + (f" api {answer.api}".lower() if "api" in check else "")
    return Line(
        f"{path.name} check {place}: {check['person']} {next(check[kind] for kind in _TABLES if kind in check)} {check['at'].isoformat()}",
        ok,
        expected,
        actual,
    )


def decided(decider: Decider, check: Mapping[str, Any]) -> Decision:
    """Return the decision on a check of a case, about an information, a document or an area."""
    kind = next(kind for kind in _TABLES if kind in check)
    rows = decider.world.rows
    return decider.decide(
        person=check["person"] if check["person"] in rows["personnel.people"] else None,
        kind=kind,
        resource=check[kind] if check[kind] in rows[_TABLES[kind]] else None,
        action=check.get("action", "handle"),
        organization=check.get("on_behalf_of"),
        now_ms=instant_ms(check["at"]),
    )


_TABLES = {"information": "designation.information", "document": "designation.documents", "area": "registers.area_facts"}
