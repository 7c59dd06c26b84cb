"""The decisions of an entry: one in an entry of version 1, several of one request in an entry of version 2."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.ledger.kinds import Kind

CHECKS = "checks"


def decisions_in(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the decisions of an entry, as `read_entry` returns it, in the order in which they were asked; none for an act.

    Whatever the version, each is flat and has the names of version 1: `out`, `person`, `object`, `for`, `action`, `ref`, `_sd`
    of its own, and `actor`, `at`, `policy`, `seen`, `req` of the entry. What is absent in clear is absent.
    """
    if entry["kind"] != Kind.ACCESS_DECIDED:
        return
    if CHECKS not in entry:
        yield entry
        return
    common = {name: value for name, value in entry.items() if name != CHECKS}
    for check in entry[CHECKS]:
        yield {**common, **check}


def digests_in(entry: Mapping[str, Any]) -> list[str]:
    """Return the digests of the disclosures that an entry names, in its order, each once."""
    own = entry.get("_sd", ())
    return list(dict.fromkeys([*own, *(digest for check in entry.get(CHECKS, ()) for digest in check["_sd"])]))
