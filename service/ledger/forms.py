"""Rows as entries carry them: JSON values by the names of columns."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect

from service.database import Base
from service.ledger.entries import instant
from service.ledger.seals import SEAL_COLUMN

BESIDE = "beside"
"""In a column's `info`: it stands in the table alone. An entry says who somebody is by their id, and the name can be erased."""


def row_form(row: Base, *, instead: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a row as entries and refreshes carry it: its table and all its columns but the seal, as JSON values.

    `instead` has values that stand in for the row's own, by attribute.
    """
    mapper = inspect(row).mapper
    table, other = mapper.local_table, instead or {}
    columns = {}
    for column in table.columns:
        if column.name != SEAL_COLUMN and BESIDE not in column.info:
            key = mapper.get_property_by_column(column).key
            columns[column.name] = plain(other[key] if key in other else getattr(row, key))
    return {"table": f"{table.schema}.{table.name}", "row": columns}  # type: ignore[attr-defined]  # a mapped table has a schema


def name_of(row: Base) -> str:
    """Return how a row is named: its primary key."""
    return "/".join(str(value) for value in inspect(row).mapper.primary_key_from_instance(row))


def plain(value: Any) -> Any:
    """Return a column's value as a JSON value: days `YYYY-MM-DD`, instants in UTC with microseconds, bytes in hexadecimal."""
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
