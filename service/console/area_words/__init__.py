"""What the pages say, part by part, in Japanese and English; no word of one part stands in another."""

from collections.abc import Mapping
from types import MappingProxyType

from service.console.area_words import (
    acting,
    approving,
    audit_queries,
    auditing,
    days,
    guide,
    holdings,
    home,
    keeping,
    letters,
    oneself,
    policies,
    records,
    staff,
)

PARTS = (home, staff, holdings, records, days, approving, auditing, audit_queries, oneself, letters, keeping, guide, acting, policies)
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({key: both for part in PARTS for key, both in part.WORDS.items()})
"""Each word with its Japanese and English form."""
