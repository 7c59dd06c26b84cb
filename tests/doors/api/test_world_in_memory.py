"""How rows are held: as the newest says, whatever came before; in little room; and a first refresh that breaks off leaves nothing."""

import asyncio
import sys
from typing import Any

import hypothesis
import msgspec
import psycopg
from hypothesis import strategies as st
from psycopg.types.json import set_json_loads

from service.api.connecting import connect
from service.api.refreshing import refresh
from service.decision.room import Room
from service.decision.snapshot import BEGIN, REFRESH, Snapshot
from service.decision.world import World
from service.ledger import RowSeals
from tests.doors.api.conftest import World as Place

KEYS, PEOPLE = st.sampled_from(["a", "b", "c"]), st.sampled_from(["p", "q", None])
CHANGES = st.lists(st.tuples(KEYS, PEOPLE), max_size=12)


@hypothesis.given(CHANGES)
def test_an_index_holds_the_rows_that_name_an_id_now_however_many_and_whatever_they_named_before(changes: list[tuple[str, Any]]) -> None:
    world, newest = World(), dict[str, dict[str, Any]]()
    for number, (key, person) in enumerate(changes):
        newest[key] = {"id": key, "person_id": person, "changed_index": number}
        world.apply("clearance.results", newest[key])
    for person in ("p", "q"):
        held = {row["id"]: row for row in world.of("results by person", person)}
        assert held == {key: row for key, row in newest.items() if row["person_id"] == person}
    assert world.rows["clearance.results"] == newest


@hypothesis.given(
    st.dictionaries(st.text(min_size=1, max_size=5), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text())), max_size=40)
)
def test_a_row_in_little_room_says_the_same(row: dict[str, Any]) -> None:
    room = Room()
    assert [room.of("t", row), room.of("t", {}), room.of("u", row)] == [row, {}, row]


def test_rows_of_one_table_share_their_names_and_their_strings() -> None:
    room, rows = Room(), [{f"column_{number}": f"value {number}" for number in range(16)} | {"id": f"{one}"} for one in range(5)]
    first, *_others, last = (room.of("t", {name: str(value.encode(), "ascii") for name, value in row.items()}) for row in rows)
    assert first["column_3"] is last["column_3"]
    assert sys.getsizeof(last) < 0.7 * sys.getsizeof(dict(rows[0]))


def as_held(snapshot: Snapshot) -> tuple[Any, ...]:
    world = snapshot.world
    by = {
        name: {value: sorted(repr(sorted(row.items())) for row in world.of(name, value)) for value in index}
        for name, index in world.by.items()
    }
    return world.rows, by, world.unaccounted, world.suspects, snapshot.head and snapshot.head.size, snapshot.decider.policies.digest


def test_what_comes_while_it_is_taken_in_is_what_comes_at_once(world: Place) -> None:
    streamed, at_once = Snapshot(RowSeals(world.log.keyring)), Snapshot(RowSeals(world.log.keyring))

    async def run() -> None:
        connection = await connect(world.url, ())
        # What an earlier one brought that broke off is gone, though nobody has it any more.
        beginning = streamed.begin()
        chunks = await (await connection.execute(BEGIN)).fetchall()
        for table, rows in chunks[: len(chunks) // 2]:
            beginning.take(table, rows)
        ghost = {**next(rows for table, rows in chunks if table == "clearance.results")[0], "id": "ghost"}
        ghost["seal"] = f"\\x{streamed.seals.of('clearance.results', ghost).seal.hex()}"
        beginning.take("clearance.results", [ghost])
        assert "ghost" in streamed.world.rows["clearance.results"]
        await refresh(connection, streamed, world.log.keyring)
        await connection.close()

    asyncio.run(run())
    with psycopg.connect(world.url) as connection:
        set_json_loads(msgspec.json.decode, connection)
        connection.execute("set time zone 'UTC'")
        at_once.take(connection.execute(REFRESH, {"since": -1}).fetchall())
    assert as_held(streamed) == as_held(at_once)
    assert not streamed.world.unaccounted


def test_a_row_that_was_edited_is_not_obeyed_by_a_process_that_begins(world: Place) -> None:
    with psycopg.connect(world.url) as connection:
        connection.execute("update clearance.results set outcome = 'positive' where person_id = 'negative'")

    async def run() -> Snapshot:
        snapshot = Snapshot(RowSeals(world.log.keyring))
        connection = await connect(world.url, ())
        await refresh(connection, snapshot, world.log.keyring)
        await connection.close()
        return snapshot

    snapshot = asyncio.run(run())
    assert [row["outcome"] for row in snapshot.world.of("results by person", "negative")] == ["negative"]
    assert snapshot.world.doubts(["negative"])
    assert not snapshot.world.doubts(["permit"])
