"""Words of these pages: Administration: accounts, roles, applications, settings, health."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({})
