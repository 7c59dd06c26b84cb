"""Rows as entries carry them: JSON values by the names of columns."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper

from service.database import Base
from service.ledger.entries import instant
from service.ledger.seals import SEAL_COLUMN

AS_IT_IS = frozenset((str, int, bool, type(None)))
BESIDE = "beside"
"""In a column's `info`: it stands in the table alone. An entry says who somebody is by their id, and the name can be erased."""


def row_form(row: Base, *, instead: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a row as entries and refreshes carry it: its table and all its columns but the seal, as JSON values.

    `instead` has values that stand in for the row's own, by attribute.
    """
    table, columns = _columns_of(row.__mapper__)
    # What is loaded lies in the row itself; an attribute's own way to it costs ten times as much.
    values = row.__dict__ if instead is None else {**row.__dict__, **instead}
    return {"table": table, "row": {name: plain(values[key] if key in values else getattr(row, key)) for name, key in columns}}


@cache
def _columns_of(mapper: Mapper[Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a table's name with its schema's, and of each column that entries carry its name and its attribute's."""
    table = mapper.local_table
    carried = [column for column in table.columns if column.name != SEAL_COLUMN and BESIDE not in column.info]
    name = f"{table.schema}.{table.name}"  # type: ignore[attr-defined]  # a mapped table has a schema
    return name, tuple((column.name, mapper.get_property_by_column(column).key) for column in carried)


def name_of(row: Base) -> str:
    """Return how a row is named: its primary key."""
    return "/".join(str(value) for value in inspect(row).mapper.primary_key_from_instance(row))


def plain(value: Any) -> Any:
    """Return a column's value as a JSON value: days `YYYY-MM-DD`, instants in UTC with microseconds, bytes in hexadecimal."""
    if value.__class__ in AS_IT_IS:
        return value
    form: Any
    match value:
        case None | bool() | int() | str():
            form = value
        case datetime():
            form = instant(value)
        case date():
            form = value.isoformat()
        case list() | tuple():
            form = [plain(item) for item in value]
        case Mapping():
            form = {str(key): plain(item) for key, item in value.items()}
        case bytes():
            form = "\\x" + value.hex()
        case _:
            message = f"a {type(value).__name__} has no form in an entry"
            raise TypeError(message)
    return form
