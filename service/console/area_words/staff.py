"""Words of these pages: Job one: people, their clearances, and what HR records of them."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({})
