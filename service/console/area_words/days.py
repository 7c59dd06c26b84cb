"""Words of these pages: Deadlines as list, month and fiscal year, notices and the daily sheet."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({})
