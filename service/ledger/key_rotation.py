"""A new signing key, with an overlap: 1. it is added by an entry that names it, 2. both keys sign, 3. the old one is retired.

Each is an act of two people, who are the caller's to ask. A key's file comes first (`prepare_signing_key`) and gives no right
by itself: nothing is signed with it before an entry names it.
"""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger.acts import Draft, begin_act, record
from service.ledger.kinds import Kind
from service.ledger.log import Log
from service.ledger.model import SigningKeyRow
from service.ledger.signers import live_keys, signed_by, used_keys
from service.statute.refusals import Conflict
from service.tlog.notes import NoteError, Verifier, verify_note


class SigningKeyError(Conflict):
    """A signing key cannot be added or retired as things are."""

    slug = "signing-key"


def prepare_signing_key(session: Session, *, log: Log, origin: str | None = None) -> str:
    """Return the vkey of a key in the folder of keys that no log has used, made if there is none; `origin` is a successor's."""
    return log.signers.unused(origin or log.origin, used=used_keys(session))


def add_signing_key(session: Session, *, log: Log, actor: Actor, at: datetime, vkey: str) -> int:
    """Let a second key sign the checkpoints from here on, beside the one that does, and return the index of the entry.

    Raises SigningKeyError.
    """
    begin_act(session)
    live = live_keys(session)
    name = _name(vkey)
    if name != log.origin:
        message = f"the key is of {name}, not of {log.origin}"
        raise SigningKeyError(message)
    if vkey in used_keys(session):
        message = f"the key {vkey} was used before"
        raise SigningKeyError(message)
    if len(live) > 1:
        message = "two keys sign already; retire the older one first"
        raise SigningKeyError(message)
    if not log.signers.has(vkey):
        message = f"the private key of {vkey} is not here; make one on the server: sekisho ledger prepare-key"
        raise SigningKeyError(message)
    row = SigningKeyRow(vkey=vkey, step="added", told_at=at)
    return record(session, log=log, draft=Draft(kind=Kind.SIGNING_KEY_ADDED, actor=actor, at=at, object=vkey), rows=[row])


def retire_signing_key(session: Session, *, log: Log, actor: Actor, at: datetime, vkey: str) -> int:
    """Let a key sign no more, once a checkpoint bears both, and return the index of the entry. Raises SigningKeyError."""
    begin_act(session)
    live = live_keys(session)
    if vkey not in live:
        message = f"the key {vkey} does not sign"
        raise SigningKeyError(message)
    others = [one for one in live if one != vkey]
    if not others:
        message = "the only key that signs is not retired; add another first"
        raise SigningKeyError(message)
    if not is_vouched_for(session, others[-1], by=vkey):
        message = "no checkpoint bears both keys yet; let one be signed: sekisho ledger checkpoint"
        raise SigningKeyError(message)
    row = SigningKeyRow(vkey=vkey, step="retired", told_at=at)
    return record(session, log=log, draft=Draft(kind=Kind.SIGNING_KEY_RETIRED, actor=actor, at=at, object=vkey), rows=[row])


def is_vouched_for(session: Session, vkey: str, *, by: str) -> bool:
    """Say whether the newest checkpoint bears both keys, so that whoever trusts one comes to trust the other."""
    newest = session.execute(text("select size, note from ledger.checkpoints order by size desc limit 1")).first()
    if newest is None or not {vkey, by} <= set(signed_by(session, size=newest.size).vkeys):
        return False
    try:
        for one in (vkey, by):
            verify_note(newest.note, vkey=one)
    except NoteError:
        return False
    return True


def _name(vkey: str) -> str:
    try:
        return Verifier.parse(vkey).name
    except NoteError as broken:
        message = f"vkey: {broken}"
        raise SigningKeyError(message) from broken
