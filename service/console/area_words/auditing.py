"""Words of these pages: Job four: the ledger, its verification, and questions to it."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({})
