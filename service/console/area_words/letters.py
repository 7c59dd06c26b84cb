"""Words of these pages: Official letters and lists, to be looked at and printed."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({})
