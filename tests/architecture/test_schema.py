"""The tables stand where their rooms stand: a schema for each room, foreign keys downhill, classes equal to migrations."""

import importlib
import tomllib
from pathlib import Path

import psycopg
import pytest
from alembic.util import CommandError
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from service.database import Base
from service.database.migrate import check

ROOT = Path(__file__).resolve().parents[2]


def heights() -> dict[str, int]:
    """How high each room stands, read from the one list of rooms; rooms on one step have the same height."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["name"] == "The staircase")
    return {room.strip(" ()"): -step for step, layer in enumerate(layers) for room in layer.split("|")}


def uphill(metadata: MetaData) -> list[str]:
    """The foreign keys that lead up or sideways into another room."""
    height = heights()
    return [
        f"{table} -> {key.target_fullname}"
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if (target := key.target_fullname.split(".")[0]) != table.schema and height[target] >= height[str(table.schema)]
    ]


@pytest.fixture(autouse=True)
def _models() -> None:
    for path in sorted((ROOT / "service").glob("*/model.py")):
        importlib.import_module(f"service.{path.parent.name}.model")


def test_each_room_has_a_schema_of_its_own_name() -> None:
    assert len(Base.registry.mappers) > 0
    for mapper in Base.registry.mappers:
        room = mapper.class_.__module__.split(".")[1]
        assert {table.schema for table in mapper.tables} == {room}  # type: ignore[attr-defined]  # every one is a Table


def test_foreign_keys_run_downhill() -> None:
    assert uphill(Base.metadata) == []


@pytest.mark.parametrize(
    ("own", "target", "wrong"), [("personnel", "provision", True), ("provision", "clearance", True), ("provision", "designation", False)]
)
def test_a_foreign_key_uphill_or_sideways_is_noticed(own: str, target: str, *, wrong: bool) -> None:
    metadata = MetaData()
    Table("things", metadata, Column("id", Integer, primary_key=True), schema=target)
    Table("rows", metadata, Column("id", Integer, primary_key=True), Column("thing", ForeignKey(f"{target}.things.id")), schema=own)
    assert bool(uphill(metadata)) is wrong


@pytest.mark.parametrize("change", ["alter table {} add column surplus int", "drop table {} cascade"])
def test_a_schema_that_drifts_from_the_classes_is_noticed(database_url: str, change: str) -> None:
    leaf = max(Base.metadata.sorted_tables, key=lambda table: heights()[str(table.schema)])
    with psycopg.connect(database_url) as connection:
        connection.execute(change.format(leaf.fullname).encode())
    with pytest.raises(CommandError):
        check(database_url)
