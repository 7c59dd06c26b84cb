"""Rows edited behind the service's back: never obeyed, noticed by the next sweep and by every new process, denied."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from service import clock
from service.api import sweeping
from service.api.gateway import Gateway
from service.api.preparing import Asked, Outcome
from service.api.sweeping import PARTS, Sweep, part_of, part_sql
from service.clearance.model import Office
from service.database import transaction
from service.decision.judge import visible_reason
from service.decision.world import DECIDING_TABLES, FACT_TABLES, row_key
from service.designation.model import Closing, Designation, Document, DocumentInformation, Extension
from service.evidence import rows
from service.evidence.disclosures import keyring_opener
from service.evidence.findings import Wrong
from service.evidence.verification import verify
from service.identity.callers import hash_of
from service.identity.operations import end_application
from service.ledger import Draft, Kind, RecordMismatchError, RowSeals, begin_act, record
from service.need_to_know.model import Exclusion, Listing
from service.personnel.model import Alias, Unit
from service.registers.approval_model import ApprovalRule, DocumentApproval
from service.registers.area_model import AreaFact
from service.statute.periods import legal_day
from tests.doors.api.conftest import ACTOR, World

EDITS = {
    "personnel.organizations": "kind = 'organ'",
    "personnel.units": "name = 'x'",
    "personnel.people": "legal_name = 'x'",
    "personnel.posts": "until_on = null, title = 'x'",
    "personnel.aliases": "target_id = 'permit', value = 'x'",
    "designation.information": "number = 'x'",
    "designation.designations": "until_on = until_on + 1",
    "designation.extensions": "until_on = until_on + 1",
    "designation.closings": "closed_on = closed_on - 1",
    "designation.documents": "title = 'x'",
    "designation.document_information": "information_id = 'd2'",
    "provision.certifications": "certified_on = certified_on - 1",
    "provision.contracts": "until_on = until_on + 1",
    "provision.contract_information": "information_id = 'd2'",
    "provision.provisions": "provided_on = provided_on - 1",
    "clearance.results": "outcome = 'positive', notified_on = notified_on + 1",
    "clearance.doubt_notices": "person_id = 'permit'",
    "clearance.offices": "person_id = 'permit', office = 'head_of_organ'",
    "need_to_know.listings": "person_id = 'permit', until_on = null, actions = '{read,make}'",
    "need_to_know.exclusions": "person_id = 'permit', until_on = null",
    "registers.approval_rules": "kept = false",
    "registers.approvals": "until_on = until_on + 1",
    "registers.area_facts": "from_on = from_on - 1",
    "identity.applications": "trial = true",
    "identity.api_keys": "expires_at = null, ended_at = now()",
    "decision.policy_sets": "text = text || ' '",
}


@pytest.fixture
def full(world: World) -> World:
    """The small world with a row in every table that decisions rest on, and a document to ask about."""
    today = legal_day(clock.now())
    with transaction(world.engine) as session:
        begin_act(session)
        designation = session.scalars(text("select id from designation.designations where information_id = 'd1'")).one()  # type: ignore[call-overload]
        far = session.get_one(Designation, designation).until_on + timedelta(days=30)
        made = [
            Unit(organization_id="denryoku", id="u1", name="一課"),
            Alias(id="al1", namespace="employee", value="7", target_kind="person", target_id="permit"),
            Extension(id="e1", designation_id=designation, extended_on=today, until_on=far),
            Closing(id="cl1", information_id="d1", organization_id="kinzoku", closed_on=today),
            Document(id="doc1", kind="document"),
            DocumentInformation(id="di1", document_id="doc1", information_id="d1"),
            Exclusion(id="x1", person_id="not-listed", organization_id="denryoku", from_on=today, until_on=today),
            ApprovalRule(id="ar1", organization_id="denryoku", kept=True, from_on=today, set_at=clock.now()),
            DocumentApproval(
                id="ap1",
                document_id="doc1",
                organization_id="denryoku",
                actions=["make"],
                from_on=today,
                until_on=today,
                approved_by="a_test",
            ),
            AreaFact(id="room", kind="area", organization_id="denryoku", from_on=today),
            AreaFact(id="st1", kind="storage", organization_id="denryoku", area_id="room", document_id="doc1", from_on=today),
            Office(id="o1", person_id="permit", office="minister_of_state", recorded_at=clock.now(), from_on=today),
        ]
        record(session, log=world.log, draft=Draft(kind=Kind.HISTORY_RECORDED, actor=ACTOR, at=clock.now()), rows=made)
    return world


def edit(world: World, statement: str, *values: object) -> None:
    """Write behind the service's back: as superuser, past triggers and foreign keys."""
    with psycopg.connect(world.url) as connection:
        connection.execute("set session_replication_role = replica")
        assert connection.execute(statement.encode(), values).rowcount > 0, statement


def asked(world: World, person: str = "permit", *, kind: str = "information", resource: str = "d1") -> Asked:
    return Asked(hash_of(world.key.encode()), "person", person, kind, resource, "read", "denryoku")


def running(world: World, body: Callable[[Gateway, Sweep], Awaitable[None]]) -> None:
    async def run() -> None:
        gateway = Gateway(url=world.url, log=world.log, clock=clock.now)
        await gateway.start()
        try:
            await body(gateway, Sweep(url=world.url, snapshot=gateway.snapshot, seconds=60))
        finally:
            await gateway.stop()

    asyncio.run(run())


async def reason(gateway: Gateway, question: Asked) -> str:
    outcome: Outcome | None = await gateway.check(question)
    assert outcome is not None
    if outcome.answer.reason == "record_mismatch":
        assert (outcome.answer.api, outcome.code, visible_reason(outcome.answer)) == (False, "not_authorized", "not_authorized")
    return "permit" if outcome.answer.api else outcome.answer.reason


def at_a_fresh_start(world: World, question: Asked) -> str:
    found: list[str] = []

    async def body(gateway: Gateway, _sweep: Sweep) -> None:
        found.append(await reason(gateway, question))

    running(world, body)
    return found[0]


def found_by_verify(world: World) -> list[tuple[Wrong, str]]:
    with rows.snapshot(world.url) as connection:
        report = verify(connection=connection, vkey=world.log.vkey, opener=lambda opened: keyring_opener(opened, world.log.keyring))
    return [(finding.wrong, finding.place) for finding in report.findings.in_order()]


def test_a_row_that_an_act_names_twice_counts_once_in_the_account(world: World) -> None:
    unit = Unit(organization_id="denryoku", id="twice", name="二度")
    with transaction(world.engine) as session:
        begin_act(session)
        draft = Draft(Kind.UNIT_REGISTERED, ACTOR, clock.now(), object="twice", organization="denryoku")
        record(session, log=world.log, draft=draft, rows=[unit, unit])
    assert at_a_fresh_start(world, asked(world)) == "permit"


def test_every_kind_of_row_has_its_edit() -> None:
    assert tuple(EDITS) == DECIDING_TABLES


@pytest.mark.parametrize("table", DECIDING_TABLES)
def test_an_edited_row_of_any_kind_denies_after_one_sweep(full: World, table: str, caplog: pytest.LogCaptureFixture) -> None:
    document = asked(full, kind="document", resource="doc1")

    async def body(gateway: Gateway, sweep: Sweep) -> None:
        assert await reason(gateway, document) == "permit"
        await sweep.once()
        assert await reason(gateway, document) == "permit"
        before = stored(full, table)
        where = " where application_id = 'dms'" if table == "identity.api_keys" else ""
        edit(full, f"update {table} set {EDITS[table]}{where}")
        # Until it is noticed the edit is not obeyed: memory answers.
        assert await reason(gateway, document) == "permit"
        with caplog.at_level(logging.ERROR):
            await sweep.once()
        assert f"record mismatch: {table}" in caplog.text
        assert await reason(gateway, document) == "record_mismatch"
        put_back(full, table, before)
        await sweep.once()
        assert await reason(gateway, document) == "permit"

    running(full, body)
    # What was denied for a row that is whole again leaves a log in which nothing is wrong.
    assert found_by_verify(full) == []


def stored(world: World, table: str) -> list[str]:
    with psycopg.connect(world.url) as connection:
        return [row[0] for row in connection.execute(f"select to_jsonb(x)::text from {table} x".encode())]


def put_back(world: World, table: str, before: list[str]) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(f"delete from {table}".encode())
        for row in before:
            connection.execute(f"insert into {table} select * from jsonb_populate_record(null::{table}, %s::jsonb)".encode(), (row,))


def test_edits_at_rest_are_noticed_by_a_new_process_and_named_by_verify(world: World) -> None:
    edit(world, "update clearance.results set outcome = 'positive' where id = 'a-negative'")
    edit(world, "update clearance.doubt_notices set person_id = 'not-listed' where person_id = 'doubt'")
    assert at_a_fresh_start(world, asked(world, "negative")) == "record_mismatch"
    # The ledger says whom the row was about before, so the edit frees nobody.
    assert at_a_fresh_start(world, asked(world, "doubt")) == "record_mismatch"
    assert at_a_fresh_start(world, asked(world, "permit")) == "permit"
    assert (Wrong.ROW_DIFFERS, "clearance.results a-negative") in found_by_verify(world)


def forge(world: World, *, index: int) -> None:
    edit(
        world,
        "insert into need_to_know.listings select (jsonb_populate_record(x, jsonb_build_object("
        "'id', 'forged', 'person_id', 'not-listed', 'changed_index', %s::bigint))).* from need_to_know.listings x where person_id = 'permit'",
        index,
    )


@pytest.mark.parametrize("index", [1, 1000])
def test_a_forged_listing_with_the_seal_of_another_lists_nobody(world: World, index: int) -> None:
    async def body(gateway: Gateway, sweep: Sweep) -> None:
        assert await reason(gateway, asked(world, "not-listed")) == "not_a_handler"
        forge(world, index=index)
        assert await reason(gateway, asked(world, "not-listed")) == "not_a_handler"
        await sweep.once()
        assert await reason(gateway, asked(world, "not-listed")) == "record_mismatch"
        # Another act makes this process look for what is new, the forged row among it.
        with transaction(world.engine) as session:
            end_application(session, log=world.log, actor=ACTOR, at=clock.now(), application="trial")
        assert await reason(gateway, asked(world, "not-listed")) == "record_mismatch"

    running(world, body)
    assert at_a_fresh_start(world, asked(world, "not-listed")) == "record_mismatch"
    assert (Wrong.ROW_UNRECORDED, "need_to_know.listings forged") in found_by_verify(world)


def remove(world: World, person: str) -> None:
    """End a listing as the room does."""
    with transaction(world.engine) as session:
        begin_act(session)
        listing = session.query(Listing).filter_by(person_id=person).one()
        listing.until_on = legal_day(clock.now())
        record(session, log=world.log, draft=Draft(kind=Kind.HANDLER_REMOVED, actor=ACTOR, at=clock.now(), person=person), rows=[listing])


def test_a_row_put_back_to_an_older_state_with_its_older_seal_is_noticed(world: World) -> None:
    """Its own seal holds: a running process knows the newer state, a new one has the account, which names no row."""
    older = stored(world, "need_to_know.listings")

    async def body(gateway: Gateway, sweep: Sweep) -> None:
        assert await reason(gateway, asked(world)) == "permit"
        remove(world, "permit")
        assert await reason(gateway, asked(world)) == "not_a_handler"
        await sweep.once()
        put_back(world, "need_to_know.listings", older)
        assert await reason(gateway, asked(world)) == "not_a_handler"
        await sweep.once()
        assert await reason(gateway, asked(world)) == "record_mismatch"

    running(world, body)
    assert at_a_fresh_start(world, asked(world)) == "record_mismatch"
    assert at_a_fresh_start(world, asked(world, "negative")) == "record_mismatch"
    assert any(wrong is Wrong.ROW_DIFFERS and place.startswith("need_to_know.listings") for wrong, place in found_by_verify(world))


def test_the_account_cannot_be_put_back_with_the_row(world: World) -> None:
    older = stored(world, "need_to_know.listings")
    remove(world, "permit")
    put_back(world, "need_to_know.listings", older)
    edit(world, "delete from ledger.row_accounts where changed_index = (select max(changed_index) from ledger.row_accounts)")
    assert at_a_fresh_start(world, asked(world)) == "record_mismatch"
    edit(
        world,
        "insert into ledger.row_accounts select b.changed_index, a.account from ledger.row_accounts a,"
        " (select changed_index from ledger.batches order by first_index desc limit 1) b order by a.changed_index desc limit 1",
    )
    assert at_a_fresh_start(world, asked(world)) == "record_mismatch"
    edit(world, "delete from ledger.row_accounts")
    assert at_a_fresh_start(world, asked(world)) == "record_mismatch"


def test_a_deleted_row_is_noticed_by_a_running_process_and_by_a_new_one(world: World) -> None:
    async def body(gateway: Gateway, sweep: Sweep) -> None:
        edit(world, "delete from clearance.doubt_notices")
        await sweep.once()
        assert await reason(gateway, asked(world, "doubt")) == "record_mismatch"
        assert await reason(gateway, asked(world, "permit")) == "permit"

    running(world, body)
    assert at_a_fresh_start(world, asked(world, "doubt")) == "record_mismatch"


def test_an_act_does_not_seal_what_somebody_else_wrote(world: World) -> None:
    edit(world, "update need_to_know.listings set actions = '{read,make}' where person_id = 'permit'")
    with pytest.raises(RecordMismatchError, match="not as the service wrote it"):
        remove(world, "permit")
    edit(world, "update need_to_know.listings set seal = null where person_id = 'permit'")
    with pytest.raises(RecordMismatchError):
        remove(world, "permit")


def test_lawful_acts_between_sweeps_deny_nothing(world: World) -> None:
    async def body(gateway: Gateway, sweep: Sweep) -> None:
        await sweep.once()
        remove(world, "negative")
        # This process has not looked yet, and must not take the newer row for a forged one, nor for one to go on with.
        await sweep.once()
        assert not gateway.snapshot.world.suspects
        assert not gateway.snapshot.world.unaccounted
        assert await reason(gateway, asked(world)) == "permit"
        await sweep.once()
        assert not gateway.snapshot.world.suspects
        assert not gateway.snapshot.world.unaccounted

    running(world, body)


def test_what_this_process_learns_during_a_sweep_is_no_older_state(world: World) -> None:
    with psycopg.connect(world.url) as connection:
        (row,) = connection.execute("select to_jsonb(x) from need_to_know.listings x where person_id = 'permit'").fetchone() or ({},)

    async def body(gateway: Gateway, sweep: Sweep) -> None:
        known = gateway.snapshot.since
        remove(world, "permit")
        assert await reason(gateway, asked(world)) == "not_a_handler"
        held = gateway.snapshot.world.rows["need_to_know.listings"][row["id"]]
        assert sweep._state("need_to_know.listings", row, held, known) == "whole"
        assert sweep._state("need_to_know.listings", row, held, gateway.snapshot.since) == "doubtful"

    running(world, body)


def test_the_sweep_passes_over_tables_that_did_not_change(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    sizes: list[int] = []
    compare = Sweep._compare

    async def counted(self: Sweep, connection: object, table: str, parts: set[int], known: int) -> set[int]:
        compared.append(table)
        sizes.append(len(parts))
        return await compare(self, connection, table, parts, known)  # type: ignore[arg-type]

    monkeypatch.setattr(Sweep, "_compare", counted)

    async def body(_gateway: Gateway, sweep: Sweep) -> None:
        await sweep.once()
        assert tuple(compared) == FACT_TABLES
        compared.clear()
        await sweep.once()
        assert compared == []
        edit(world, "update personnel.people set kana = 'x' where id = 'doubt'")
        await sweep.once()
        assert compared == ["personnel.people"]
        # Of that table only the part into which the row falls.
        assert sizes[-1] == 1

    running(world, body)


def test_database_and_process_put_a_row_into_the_same_part(full: World) -> None:
    found = set()
    with psycopg.connect(full.url) as connection:
        for table in FACT_TABLES:
            for row, part in connection.execute(f"select to_jsonb(x), {part_sql(table)} from {table} x".encode()):
                assert part_of(row_key(table, row)) == part, table
                found.add(table)
    assert found >= set(DECIDING_TABLES)
    assert part_of("p-架空") == part_of("p-架空") < PARTS


def test_every_row_of_a_part_may_be_deleted_and_is_missed(world: World) -> None:
    """A part without rows has no number; what was there is looked for all the same, at every sweep until it is back."""

    async def body(gateway: Gateway, sweep: Sweep) -> None:
        await sweep.once()
        before = stored(world, "need_to_know.listings")
        edit(world, "delete from need_to_know.listings")
        for _ in range(3):
            await sweep.once()
            assert await reason(gateway, asked(world)) == "record_mismatch"
        put_back(world, "need_to_know.listings", before)
        await sweep.once()
        assert await reason(gateway, asked(world)) == "permit"

    running(world, body)


def test_a_sweep_of_many_rows_lets_others_in_between(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks meanwhile waits for a slice, and no longer."""
    monkeypatch.setattr(sweeping, "SLICE", 2)
    slices: list[float] = []
    pause = sweeping.Rest.pause

    async def noted(self: sweeping.Rest) -> None:
        slices.append(asyncio.get_running_loop().time())
        await pause(self)

    monkeypatch.setattr(sweeping.Rest, "pause", noted)

    async def body(_gateway: Gateway, sweep: Sweep) -> None:
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(others())
        await sweep.once()
        other.cancel()
        rows = sum(len(stored(world, table)) for table in FACT_TABLES)
        assert len(slices) > rows / 2
        assert turns > len(slices)

    running(world, body)


def test_a_sweep_that_is_cut_off_leaves_nothing_open(world: World) -> None:
    async def body(_gateway: Gateway, sweep: Sweep) -> None:
        for milliseconds in range(0, 60, 2):
            sweeping_once = asyncio.create_task(sweep.once())
            await asyncio.sleep(milliseconds / 1_000)
            sweeping_once.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeping_once
            sweep._whole.clear()
            # What is left open says so when it is collected, which fails the test.
            gc.collect()

    running(world, body)


def test_a_seal_binds_table_key_content_and_index_in_either_way_of_writing(world: World) -> None:
    seals = RowSeals(world.log.keyring)
    row = {"id": "a", "name": "電", "ended_at": "2026-11-24T01:02:03.120000Z", "note": None, "changed_index": 7}
    sealed = seals.of("identity.applications", row).seal
    assert seals.of("identity.applications", {**row, "ended_at": "2026-11-24T01:02:03.12+00:00"}).seal == sealed
    assert seals.of("identity.applications", {name: value for name, value in row.items() if value is not None}).seal == sealed
    others = [{**row, "id": "b"}, {**row, "name": "力"}, {**row, "changed_index": 8}, {**row, "ended_at": "2026-11-24T01:02:03Z"}]
    assert sealed not in {seals.of("identity.applications", other).seal for other in others}
    assert seals.of("identity.api_keys", row).seal != sealed
    assert not seals.holds("identity.applications", row, None)


def test_instants_of_sealed_rows_are_named_so(world: World) -> None:
    """The two ways of writing an instant are told by the column's name."""
    with psycopg.connect(world.url) as connection:
        found = connection.execute(
            "select table_schema || '.' || table_name, column_name, data_type from information_schema.columns"
            " where table_schema || '.' || table_name = any(%s)",
            (list(FACT_TABLES),),
        ).fetchall()
    assert {table for table, name, _kind in found if name == "seal"} == set(FACT_TABLES)
    assert {name.endswith("_at") for _table, name, kind in found if kind == "timestamp with time zone"} == {True}
    assert [name for _table, name, kind in found if name.endswith("_at") and kind != "timestamp with time zone"] == []
