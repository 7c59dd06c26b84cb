"""Destroying a key, so that nothing it sealed can be read again: not here, not in the WAL, not in any backup.

1. The act: an entry that names the key and what is lost with it, and the row that says so; the row takes the wrapped
   key away with it (a trigger: who serves may remove no key in any other way).
2. Once that is durable: the key's secret, outside the database, is overwritten.
Between the two a crash leaves the secret; the next start overwrites it. The other order could lose what no entry tells.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger.acts import Draft, begin_act, record
from service.ledger.entries import EntryError, read
from service.ledger.keyring import read_wrapped
from service.ledger.kinds import Kind
from service.ledger.locks import WRITER_LOCK
from service.ledger.log import Log
from service.ledger.model import DestroyedKeyRow, EntryRow, KeyRow
from service.ledger.subject_keys import LOG_SUBJECT, subject_of
from service.statute.refusals import Conflict

WINDOW = 4096
SPILL, PROPOSAL = "spill:", "prop_"
"""How the ids of the keys of spills and of proposals begin."""
_DIGESTS = text("select digest from ledger.disclosures where key_id = :id order by index, digest")


class KeyNotDestroyableError(Conflict):
    """There is no such key, it was destroyed already, or it cannot be destroyed as it is."""

    slug = "key-not-destroyable"


def destroy_key(session: Session, *, log: Log, actor: Actor, at: datetime, key_id: str, reason: str) -> int:
    """Destroy a key with all that it sealed and return the index of the entry. Raises KeyNotDestroyableError.

    It needs two people, who are the caller's to ask. The secret is overwritten when the session's work has become durable.
    """
    begin_act(session)
    rows = condemn(session, log=log, at=at, key_ids=[key_id])
    draft = Draft(kind=Kind.KEY_DESTROYED, actor=actor, at=at, object=key_id, note={"reason": reason})
    return record(session, log=log, draft=draft, rows=rows)


def condemn(session: Session, *, log: Log, at: datetime, key_ids: Sequence[str]) -> list[DestroyedKeyRow]:
    """Return the rows that tell of keys to be destroyed, for an entry of a kind in DESTROYING that the caller records next.

    Call it inside an act, after `begin_act`; it holds the writer's lock from then on. The secrets are overwritten when the
    session's work has become durable. Raises KeyNotDestroyableError.
    """
    # Disclosures are counted under the writer's lock: none comes after the count.
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
    rows, places = [], []
    for key_id in key_ids:
        place = _place(session, key_id)
        count, digest = _sealed_by(session, key_id)
        subject = subject_of(key_id)[0]
        rows.append(DestroyedKeyRow(id=key_id, subject=subject, place=place, disclosures=count, digest=digest.hex(), destroyed_at=at))
        places.append((place, key_id))
    _overwrite_when_durable(session, log=log, places=places)
    return rows


def unfinished(session: Session, *, log: Log) -> list[tuple[int, str]]:
    """Return place and id of the keys whose destruction is on record and whose secret still stands."""
    rows = session.scalars(select(DestroyedKeyRow).order_by(DestroyedKeyRow.changed_index)).all()
    return [(row.place, row.id) for row in rows if log.keyring.secrets.stands(row.place, row.id) and _is_on_record(session, row)]


def finish_destructions(session: Session, *, log: Log) -> list[str]:
    """Overwrite the secrets that a crash left standing and return the ids of their keys. For the start of a service."""
    pending = unfinished(session, log=log)
    for place, key_id in pending:
        log.keyring.secrets.destroy(place, key_id)
    return [key_id for _place, key_id in pending]


def _place(session: Session, key_id: str) -> int:
    """Return where the secret of a key lies. Raises KeyNotDestroyableError."""
    if subject_of(key_id)[0] == LOG_SUBJECT:
        message = "the key of the log itself is never destroyed: it seals what tells of destructions"
        raise KeyNotDestroyableError(message)
    if session.get(DestroyedKeyRow, key_id) is not None:
        message = f"the key {key_id!r} was destroyed already"
        raise KeyNotDestroyableError(message)
    row = session.get(KeyRow, key_id)
    if row is None:
        message = f"there is no key {key_id!r}"
        raise KeyNotDestroyableError(message)
    place = read_wrapped(bytes(row.wrapped)).place
    session.expunge(row)
    if place is None:
        message = f"the key {key_id!r} has no secret outside the database yet; run `sekisho master rotate` first"
        raise KeyNotDestroyableError(message)
    return place


def _sealed_by(session: Session, key_id: str) -> tuple[int, bytes]:
    """Return how many disclosures a key sealed, and the SHA-256 of their digests in order: by it none is slipped in later."""
    count, digests = 0, sha256()
    for (digest,) in session.execute(_DIGESTS, {"id": key_id}, execution_options={"yield_per": WINDOW}):
        count += 1
        digests.update(bytes(digest))
    return count, digests.digest()


def _is_on_record(session: Session, row: DestroyedKeyRow) -> bool:
    """Say whether an entry tells of a destruction: a row alone destroys nothing."""
    entry = session.get(EntryRow, row.changed_index)
    try:
        told = {} if entry is None else read(bytes(entry.body))
    except EntryError:
        return False
    return told.get("out") == "accepted" and tells_of(told.get("kind"), told.get("object"), told.get("person"), key_id=row.id)


def tells_of(kind: str | None, an_object: str | None, person: str | None, *, key_id: str) -> bool:
    """Say whether the clear part of an entry can tell of a key's destruction; its facts name the key and what is lost.

    An erasure names the person; besides their own key it destroys those of proposals about them, and of what was sealed away.
    """
    match kind:
        case Kind.KEY_DESTROYED:
            return an_object == key_id
        case Kind.SPILL_DESTROYED:
            return key_id == f"{SPILL}{an_object}"
        case Kind.PERSON_ERASED:
            return subject_of(key_id)[0] == person or key_id.startswith((PROPOSAL, SPILL))
        case _:
            return False


def _overwrite_when_durable(session: Session, *, log: Log, places: Sequence[tuple[int, str]]) -> None:
    pending = list(places)

    def undone(_session: Session, _transaction: object) -> None:
        pending.clear()

    def durable(ended: Session) -> None:
        # The end of a savepoint is no end: what is around it may yet be undone.
        if not ended.in_nested_transaction():
            while pending:
                log.keyring.forget(pending[-1][1])
                log.keyring.secrets.destroy(*pending[-1])
                pending.pop()

    event.listen(session, "after_soft_rollback", undone)
    event.listen(session, "after_commit", durable)
