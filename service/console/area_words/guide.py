"""Words of these pages: The guide: first days, and the law page by page."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({})
