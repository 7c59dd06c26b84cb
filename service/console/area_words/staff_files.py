"""Words of these pages: files that HR brings in, what would become of each row, and what became of it."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "staff_import": ("従業者名簿の取込み", "Import a roster"),
    }
)
