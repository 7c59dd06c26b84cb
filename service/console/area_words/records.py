"""Words of these pages: Registers and what fills them: receipts, loans, copies, areas, inspections."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({})
