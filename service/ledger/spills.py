"""Sealing the disclosures of an entry away: what slipped into them (秘の混入) is read through no door from then on.

1. One person: each disclosure made with the entry is sealed anew, under a key of the entry's own and in a form that `open`
   does not read. What stood in its row is overwritten (by a function of the database: who serves may change no disclosure in
   any other way, and this one only behind a row that tells of it).
2. Two people: either the entry's key is destroyed as any other is, or the disclosures go back under the key they were under.
No hash changes: an entry names the digest of a disclosure, wherever and under whichever key its text lies.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.ledger.destruction import SPILL
from service.ledger.disclosures import Disclosure
from service.ledger.log import Log
from service.ledger.model import DisclosureRow, SpillRow
from service.ledger.subject_keys import keys_of, ring_of, subject_of
from service.ledger.subject_secrets import DestroyedKeyError
from service.statute.refusals import Conflict
from service.tlog.salted import encode, open_disclosure

_RESEAL = text("select ledger.reseal(:index, :digest, :key, :sealed)")


class SpillStateError(Conflict):
    """The disclosures of this entry are sealed away already, or are not, or are gone."""

    slug = "spill-state"


@dataclass(frozen=True, slots=True)
class Held:
    """A disclosure in plain words: its digest, name, value, and the text that the digest is of."""

    digest: bytes
    name: str
    value: object
    text: str


def spill_key(index: int) -> str:
    """Return the name of the key under which the disclosures of an entry are sealed away."""
    return f"{SPILL}{index}"


def spill_place(index: int, digest: bytes) -> str:
    """Return to which place a disclosure that was sealed away is bound."""
    return f"ledger.disclosures/{index}/{digest.hex()}"


def spill_of(session: Session, *, index: int) -> SpillRow | None:
    """Return what was done last about the disclosures of an entry, or None."""
    newest = select(SpillRow).where(SpillRow.entry_index == index).order_by(SpillRow.changed_index.desc())
    return session.scalars(newest.limit(1)).first()


def sealed_of(session: Session, subjects: Sequence[str]) -> list[str]:
    """Return the names of the keys under which disclosures of some subjects are sealed away."""
    newest: dict[int, SpillRow] = {}
    for row in session.scalars(select(SpillRow).where(SpillRow.subject.in_(subjects)).order_by(SpillRow.changed_index)):
        newest[row.entry_index] = row
    return [spill_key(index) for index, row in sorted(newest.items()) if row.state == "sealed"]


def disclosures_at(session: Session, *, log: Log, index: int) -> tuple[str, list[Held]]:
    """Return under whose key the disclosures lie that were made with an entry, and what they say.

    Raises SpillStateError where there are none or they are sealed away, DestroyedKeyError, DisclosureError.
    """
    rows = session.scalars(select(DisclosureRow).where(DisclosureRow.index == index).order_by(DisclosureRow.digest)).all()
    state = spill_of(session, index=index)
    if not rows or (state is not None and state.state != "unsealed"):
        message = f"entry {index} has no disclosures that could be read" if state is None else f"entry {index} is {state.state}"
        raise SpillStateError(message, facts={"entry": index})
    found = []
    for row in rows:
        digest = bytes(row.digest)
        said = ring_of(session, log=log, key_id=row.key_id).open(row.key_id, digest=digest, sealed=bytes(row.sealed))
        found.append(Held(digest, *open_disclosure(said, digest=encode(digest)), said))
        # What is sealed anew beside the session is not to be read from it again.
        session.expunge(row)
    return subject_of(rows[0].key_id)[0], found


def sealed_away(session: Session, *, log: Log, index: int) -> tuple[SpillRow, list[Held]]:
    """Return the disclosures of an entry that are sealed away, in plain words. Raises SpillStateError, DestroyedKeyError."""
    state = spill_of(session, index=index)
    if state is None or state.state != "sealed":
        message = f"the disclosures of entry {index} are not sealed away"
        raise SpillStateError(message, facts={"entry": index})
    key_id, found = spill_key(index), []
    try:
        ring = ring_of(session, log=log, key_id=key_id)
    except DestroyedKeyError as gone:
        message = f"what was sealed away of entry {index} went with the person whom it was about"
        raise SpillStateError(message, facts={"entry": index}) from gone
    for row in session.scalars(select(DisclosureRow).where(DisclosureRow.index == index).order_by(DisclosureRow.digest)).all():
        digest = bytes(row.digest)
        said = ring.open_text(key_id, place=spill_place(index, digest), sealed=bytes(row.sealed))
        found.append(Held(digest, *open_disclosure(said, digest=encode(digest)), said))
        session.expunge(row)
    return state, found


def spill_row(*, index: int, state: str, subject: str, held: Iterable[Held]) -> SpillRow:
    """Return the row that tells what is done about the disclosures of an entry: how many, and the SHA-256 of their digests."""
    digests = sorted(one.digest for one in held)
    digest = sha256(b"".join(digests)).hexdigest()
    return SpillRow(entry_index=index, state=state, subject=subject, disclosures=len(digests), digest=digest)


def seal_before(session: Session, *, log: Log, index: int, before: Sequence[Mapping[str, Any]]) -> bytes | None:
    """Return what stood in the tables before words were taken out of them, sealed under the key of an entry's own; None for nothing."""
    if not before:
        return None
    key_id = spill_key(index)
    _name, ring = keys_of(session, log=log, subjects=[key_id])[key_id]
    return ring.seal_text(key_id, place=f"ledger.spills/{index}", text=json.dumps(before, ensure_ascii=False))


def open_before(session: Session, *, log: Log, state: SpillRow) -> list[dict[str, Any]]:
    """Return what stood in the tables before words were taken out of them. Raises DestroyedKeyError."""
    if state.before is None:
        return []
    key_id = spill_key(state.entry_index)
    said = ring_of(session, log=log, key_id=key_id).open_text(
        key_id, place=f"ledger.spills/{state.entry_index}", sealed=bytes(state.before)
    )
    found: list[dict[str, Any]] = json.loads(said)
    return found


def seal_away(session: Session, *, log: Log, index: int, held: Iterable[Held]) -> None:
    """Overwrite the disclosures of an entry by what its own key alone opens; call it behind the row that tells of it."""
    key_id = spill_key(index)
    _name, ring = keys_of(session, log=log, subjects=[key_id])[key_id]
    for one in held:
        sealed = ring.seal_text(key_id, place=spill_place(index, one.digest), text=one.text)
        session.execute(_RESEAL, {"index": index, "digest": one.digest, "key": key_id, "sealed": sealed})


def put_back(session: Session, *, log: Log, index: int, subject: str, held: Iterable[Held]) -> None:
    """Seal the disclosures of an entry under the key in use of whom they concern again; call it behind the row that tells of it."""
    key_id, ring = keys_of(session, log=log, subjects=[subject])[subject]
    for one in held:
        sealed = ring.seal(key_id, Disclosure(one.digest, one.text))
        session.execute(_RESEAL, {"index": index, "digest": one.digest, "key": key_id, "sealed": sealed})
