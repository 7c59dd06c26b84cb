"""Proofs that were seen (RFC 9449 section 11.1), in a table that all processes share and that writes no log of its own.

The table is unlogged: after a crash of the database, and on a standby that takes over, it is empty. So it holds one row that
says since when it knows everything; a proof that could have been used before that is refused.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.identity.dpop import AHEAD, Proof

SINCE = b""
MARGIN = timedelta(minutes=5)
"""How far the clocks of two processes may be apart before one forgets what the other still accepts."""
_KNOW_SINCE = text(
    "insert into identity.dpop_replays (proof, jkt, expires_at) values (:since, '', clock_timestamp()) on conflict do nothing",
)
_REMEMBER = text(
    "insert into identity.dpop_replays (proof, jkt, expires_at)"
    " select given.proof, given.jkt, given.expires_at"
    " from unnest(cast(:proofs as bytea[]), cast(:jkts as text[]), cast(:mades as timestamptz[]), cast(:ends as timestamptz[]))"
    " as given (proof, jkt, made_at, expires_at)"
    " where given.made_at - cast(:ahead as interval) > (select expires_at from identity.dpop_replays where proof = :since)"
    " order by given.proof on conflict do nothing returning proof",
)
_SWEEP = text("delete from identity.dpop_replays where expires_at < :at and proof <> :since returning 1")


def proof_id(proof: Proof) -> bytes:
    """Return the name under which a proof is remembered: its key and its `jti` together."""
    return sha256(f"{proof.thumbprint} {proof.jti}".encode()).digest()


def remember(session: Session, *, proofs: Sequence[Proof]) -> list[bool]:
    """Remember proofs and say of each whether it is here for the first time; of two equal ones that is the first alone."""
    ids = [proof_id(one) for one in proofs]
    first = dict(reversed(list(zip(ids, proofs, strict=True))))
    session.execute(_KNOW_SINCE, {"since": SINCE})
    found = session.execute(
        _REMEMBER,
        {
            "proofs": list(first),
            "jkts": [one.thumbprint for one in first.values()],
            "mades": [one.made_at for one in first.values()],
            "ends": [one.expires_at for one in first.values()],
            "ahead": AHEAD,
            "since": SINCE,
        },
    )
    fresh = {bytes(name) for name in found.scalars()}
    answers = []
    for name in ids:
        answers.append(name in fresh)
        fresh.discard(name)
    return answers


def sweep(session: Session, *, at: datetime) -> int:
    """Forget the proofs that are too old to be accepted again, and return how many there were."""
    return len(session.execute(_SWEEP, {"at": at - MARGIN, "since": SINCE}).all())
