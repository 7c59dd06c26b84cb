"""Rows held in little room: a large site has half a million of them, and they say the same things again and again."""

from typing import Any


class Room:
    """Makes rows of a table share the names of their columns, and all rows the strings that are equal."""

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._tables: dict[str, type] = {}
        self._known: dict[str, str] = {}

    def of(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row that says the same.

        It is the dictionary of an object of its table's own class: those of one class hold their names once for all of them, so that
        each has values alone, and is a dictionary like any other all the same.
        """
        kind = self._tables.get(table)
        if kind is None:
            kind = self._tables[table] = type("Row", (), {})
        held: dict[str, Any] = vars(kind())
        known = self._known
        for name, value in row.items():
            # An id stands mostly for itself alone; those who name it share what they name.
            held[name] = known.setdefault(value, value) if type(value) is str and name != "id" else value
        return held
