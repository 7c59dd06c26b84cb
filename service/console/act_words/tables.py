"""Tables and their columns as people read them, where what an act would write is shown."""

TABLES: dict[str, tuple[str, str]] = {}
COLUMNS: dict[str, tuple[str, str]] = {}
