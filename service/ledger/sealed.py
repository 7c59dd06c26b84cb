"""Sensitive columns outside the ledger, sealed under the keys of those whom they concern and bound to their place.

What is stored: which of the subject's keys it is, a salt, a nonce, and the sealed text. Destroying the key destroys
the text with every copy and backup of it.
"""

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from service.ledger.log import Log
from service.ledger.subject_keys import key_id_of, keys_of
from service.ledger.subject_secrets import DestroyedKeyError
from service.tlog.salted import DisclosureError

FORM = b"\x01"
GENERATION_BYTES = 4
_HEADER = len(FORM) + GENERATION_BYTES
_WRAPPED = sql("select (select wrapped from ledger.keys where id = :id), exists (select from ledger.destroyed_keys where id = :id)")


def seal_text(session: Session, *, log: Log, key_id: str, place: str, text: str) -> bytes:
    """Return a text sealed under the key in use of `key_id` (a person's, an information's), for one place alone.

    `place` names table, column and row (`complaints.complaints/text/c_17`). Call it inside an act, after `begin_act`
    and shortly before `record`: for a subject without a key it makes one, and holds the writer's lock from then on.
    """
    name, ring = keys_of(session, log=log, subjects=[key_id])[key_id]
    generation = int(name.rpartition("#")[2]) if name != key_id else 1
    return FORM + generation.to_bytes(GENERATION_BYTES) + ring.seal_text(name, place=place, text=text)


def open_text(session: Session, *, log: Log, key_id: str, place: str, sealed: bytes) -> str:
    """Return a sealed text.

    Raises DestroyedKeyError where its key was destroyed, DisclosureError where it was sealed for another or elsewhere.
    """
    if not sealed.startswith(FORM) or len(sealed) <= _HEADER:
        message = f"a text of {key_id} is not of the form"
        raise DisclosureError(message)
    name = key_id_of(key_id, int.from_bytes(sealed[len(FORM) : _HEADER]))
    wrapped, destroyed = session.execute(_WRAPPED, {"id": name}).one()
    if wrapped is None:
        message = f"the key {name} was destroyed" if destroyed else f"there is no key {name}"
        raise (DestroyedKeyError if destroyed else DisclosureError)(message)
    ring = log.keyring.scratch()
    ring.unwrap(name, bytes(wrapped))
    return ring.open_text(name, place=place, sealed=sealed[_HEADER:])
