"""Whose key seals what: each subject has one key in use, named by the subject's id, and a next one once that is destroyed.

The first key of `p_1` is called `p_1`, the next ones `p_1#2`, `p_1#3`. A destroyed key is never made again.
"""

import re
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.ledger.keyring import Keyring
from service.ledger.locks import WRITER_LOCK
from service.ledger.log import Log
from service.ledger.subject_secrets import DestroyedKeyError

LOG_SUBJECT = "log"
"""Whose key seals what concerns nobody in particular; it is never destroyed."""
_NUMBERED = re.compile(r"(?s)(.+)#([0-9]+)", re.ASCII)
_GENERATIONS = text(
    "select s.id, count(d.id) + 1 as generation from unnest(cast(:subjects as text[])) as s (id)"
    " left join ledger.destroyed_keys d on d.subject = s.id group by s.id"
)
_WRAPPED = text("select id, wrapped from ledger.keys where id = any(:ids)")
_INSERT = text("insert into ledger.keys (id, wrapped) select * from unnest(cast(:ids as text[]), cast(:wrapped as bytea[]))")


def key_id_of(subject: str, generation: int) -> str:
    """Return the name of a subject's key; no two subjects or generations share one."""
    if generation == 1 and not _NUMBERED.fullmatch(subject):
        return subject
    return f"{subject}#{generation}"


def subject_of(key_id: str) -> tuple[str, int]:
    """Return the subject of a key and which of its keys it is."""
    found = _NUMBERED.fullmatch(key_id)
    return (found[1], int(found[2])) if found else (key_id, 1)


def key_ids_of(session: Session, subject: str) -> list[str]:
    """Return the names of all keys that a subject ever had, the one in use the last."""
    generation = session.execute(_GENERATIONS, {"subjects": [subject]}).one().generation
    return [key_id_of(subject, one) for one in range(1, generation + 1)]


def keys_of(session: Session, *, log: Log, subjects: Sequence[str]) -> dict[str, tuple[str, Keyring]]:
    """Return for each subject the name of its key in use and a keyring that knows it, making rows where there are none yet.

    Where a row is made, the writer's lock is taken: from here on nobody else appends until the transaction ends.
    """
    rows = session.execute(_GENERATIONS, {"subjects": list(subjects)})
    names = {row.id: key_id_of(row.id, row.generation) for row in rows}
    found = _found(session, list(names.values()))
    if len(found) < len(names):
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
        found |= _found(session, [key_id for key_id in names.values() if key_id not in found])
    # A chunk may have more subjects than a keyring remembers, so each has its own.
    rings = {key_id: log.keyring.make_known(key_id) for key_id in names.values() if key_id not in found}
    if rings:
        wrapped = log.keyring.wrap_known(rings)
        session.execute(_INSERT, {"ids": list(wrapped), "wrapped": list(wrapped.values())})
    for key_id, one in found.items():
        rings[key_id] = log.keyring.scratch()
        rings[key_id].unwrap(key_id, one)
    return {subject: (key_id, rings[key_id]) for subject, key_id in names.items()}


def ring_of(session: Session, *, log: Log, key_id: str) -> Keyring:
    """Return a keyring that knows one key by its name. Raises DestroyedKeyError where the key is gone."""
    wrapped = _found(session, [key_id]).get(key_id)
    if wrapped is None:
        message = f"the key {key_id} was destroyed, or never was"
        raise DestroyedKeyError(message)
    ring = log.keyring.scratch()
    ring.unwrap(key_id, wrapped)
    return ring


def _found(session: Session, ids: Sequence[str]) -> dict[str, bytes]:
    return {row.id: bytes(row.wrapped) for row in session.execute(_WRAPPED, {"ids": list(ids)})}
