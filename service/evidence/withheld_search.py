"""Finding entries by what they withhold: reason, citation, purpose; judged on what the asker may see, never on more.

An auditor is not told how anybody's assessment ended (Act 16), so a query cannot find that out either: it is judged on the
answer as it would be shown, in which every lack of a clearance is one reason.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.evidence.predicate import Predicate, parts_of
from service.identity.entitlements import seen
from service.ledger import DestroyedKeyError, DisclosureError, EntryError, Kind, Log, open_disclosure, read_entry, ring_of
from service.tlog.salted import decode, encode

NAMES = frozenset({"answer", "asked", "note", "query"})
"""The disclosures in which reasons, citations and purposes lie."""
SEALED_OFF = frozenset({Kind.IMPROPER_REPORTED.value, Kind.IMPROPER_ANSWERED.value})
"""Entries that are nobody's to open but those they are addressed to; no query finds them by what they withhold."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Part:
    """One act or decision that a query finds by what stands in clear: its entry, which of several it is (from 1), what it says."""

    index: int
    check: int | None
    clear: Mapping[str, Any]


Opened = Mapping[str, Any]
"""What of a part somebody may see, by the names of its disclosures."""


def parts_found(rows: Sequence[tuple[int, bytes]], query: Predicate) -> Iterator[Part]:
    """Yield the acts and decisions among some entries that a query finds by what stands in clear."""
    for index, body in rows:
        try:
            entry = read_entry(body)
        except EntryError:
            continue
        several = "checks" in entry
        for place, one in enumerate(parts_of(entry), 1):
            if query.holds(one):
                yield Part(index, place if several else None, one)


def openable(parts: Sequence[Part]) -> list[Part]:
    """Return the parts that withhold something which may be looked through."""
    return [one for one in parts if one.clear.get("_sd") and one.clear["kind"] not in SEALED_OFF]


def found_by_disclosures(parts: Sequence[Part], query: Predicate, opened: Mapping[tuple[int, int | None], Opened]) -> list[Part]:
    """Return the parts whose opened content a query finds too."""
    return [one for one in parts if query.matches_opened(opened.get((one.index, one.check), {}))]


def open_parts(
    session: Session, *, log: Log, parts: Sequence[Part], roles: Collection[str], purpose: str | None
) -> dict[tuple[int, int | None], Opened]:
    """Return what somebody in these roles may see of each part for a purpose; what was destroyed is not there."""
    found: dict[tuple[int, int | None], dict[str, Any]] = {}
    by_digest: dict[str, list[tuple[int, int | None]]] = {}
    for one in parts:
        for digest in one.clear.get("_sd", ()):
            by_digest.setdefault(digest, []).append((one.index, one.check))
    for digest, name, value in _opened(session, log, list(by_digest)):
        shown = seen(name, value, roles, purpose=purpose)
        for place in by_digest[digest] if shown is not None else ():
            found.setdefault(place, {})[name] = shown
    return dict(found)


def _opened(session: Session, log: Log, digests: Sequence[str]) -> Iterator[tuple[str, str, Any]]:
    query = text("select digest, key_id, sealed from ledger.disclosures where digest = any(:digests)")
    ring_for = _rings(session, log)
    for start in range(0, len(digests), BATCH):
        wanted = [decode(one) for one in digests[start : start + BATCH]]
        for digest, key_id, sealed in session.execute(query, {"digests": wanted}).all():
            name = encode(bytes(digest))
            try:
                said, value = open_disclosure(ring_for(key_id).open(key_id, digest=bytes(digest), sealed=bytes(sealed)), digest=name)
            except (DestroyedKeyError, DisclosureError):
                continue
            if said in NAMES:
                yield name, said, value


def _rings(session: Session, log: Log) -> Callable[[str], Any]:
    """Return what gives the keyring of a key, each unwrapped once; of few people there are many decisions."""
    known: dict[str, Any] = {}

    def ring_for(key_id: str) -> Any:
        if key_id not in known:
            known[key_id] = ring_of(session, log=log, key_id=key_id)
        return known[key_id]

    return ring_for
