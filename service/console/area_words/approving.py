"""Words of these pages: Job three: what waits for a second person, and deciding it."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({})
