"""Words of these pages: Job two: informations and documents, scopes and lists, provisions, contracts and certifications."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({})
