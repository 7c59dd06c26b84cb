"""What the entry of an erasure states of each key that it destroyed, held against what is absent under that key (step 7 of `verifying`).

An entry states how many disclosures a key sealed, and the SHA-256 of their digests. A package need not hold all of them. But it
never lacks more than that, and where it lacks as many, it lacks just those.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

from service.evidence.package.disclosed import Disclosed
from service.evidence.package.faults import Fault, Faults
from service.evidence.package.signed import DISCLOSURES
from service.evidence.rendering.known import Opened
from service.tlog.salted import decode

DESTROYED_KEYS = "ledger.destroyed_keys"
SPILL = "spill:"
Stated = tuple[int, str]
"""How many disclosures a key sealed, and the SHA-256 of their digests in the order of the log."""


def check_stated(disclosed: Disclosed, entries: Mapping[int, Mapping[str, Any]], faults: Faults) -> None:
    """Compare what is absent with what is stated, where the facts of the entry that tells of the erasure are opened."""
    for (erased, key), lines in groupby(disclosed.erased_digests(), key=itemgetter(0, 1)):
        entry = entries.get(erased)
        stated = None if entry is None else _stated(entry, key or f"{SPILL}{entry.get('object')}", disclosed)
        if stated is None:
            continue
        found = _found((at, digest) for _erased, _key, at, digest in lines)
        if found[0] > stated[0] or (found[0] == stated[0] and found != stated):
            detail = f"{found[0]} disclosures, not {stated[0]}" if found[0] > stated[0] else "other disclosures"
            faults.add(Fault.ERASURE_DIFFERS, index=erased, file=DISCLOSURES, detail=f"{key}: {detail}" if key else detail)


def _found(lines: Iterable[tuple[int, str]]) -> Stated:
    """Return number and digest of what is absent; within an entry the log's order is that of the bytes and not of their text."""
    count, digests = 0, sha256()
    for _at, made in groupby(lines, key=itemgetter(0)):
        for raw in sorted(decode(digest) for _at, digest in made):
            digests.update(raw)
            count += 1
    return count, digests.hexdigest()


def _stated(entry: Mapping[str, Any], key_id: str, disclosed: Disclosed) -> Stated | None:
    """Return what the opened facts of an entry state of a key, None where they are not opened or state nothing of it."""
    digests = entry.get("_sd")
    for name in digests if isinstance(digests, list) else ():
        one = disclosed.known(name) if isinstance(name, str) else None
        changes = one.value if isinstance(one, Opened) and one.name == "facts" else None
        for change in changes if isinstance(changes, list) else ():
            row = change.get("row") if isinstance(change, dict) and change.get("table") == DESTROYED_KEYS else None
            if isinstance(row, dict) and row.get("id") == key_id:
                count, digest = row.get("disclosures"), row.get("digest")
                return (count, digest) if type(count) is int and isinstance(digest, str) else None
    return None
