"""Who witnesses the log: a policy of witnesses and their quorum, set by an entry as every other setting that evidence rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger.acts import Draft, begin_act, record
from service.ledger.kinds import Kind
from service.ledger.log import Log
from service.ledger.model import LogRow, WitnessPolicyRow
from service.tlog.cosignatures import Cosigner
from service.tlog.notes import Verifier
from service.tlog.trust import PolicyError, Trust, WitnessLine, parse_trust

Publication = Literal["waits", "goes_on"]
PUBLICATIONS: tuple[Publication, ...] = ("waits", "goes_on")
LARGEST_POLICY, MOST_WITNESSES = 65_536, 32


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Who witnesses the log, and what is published where the quorum has not cosigned: nothing newer, or it, visibly unwitnessed."""

    trust: Trust
    publication: Publication

    @property
    def is_expected(self) -> bool:
        """Whether a checkpoint wants cosignatures at all."""
        return not self.trust.is_met(())

    def cosigner(self, witness: WitnessLine) -> Cosigner:
        """Return the key of one of its witnesses."""
        return Cosigner.parse(witness.vkey)


NOBODY = Witnessing(Trust(), "goes_on")


def set_witnesses(session: Session, *, log: Log, actor: Actor, at: datetime, policy: str, publication: str = "waits") -> int:
    """Say who witnesses the log, in place of who did, and return the index of the entry. Raises PolicyError, ValueError.

    `policy` is the text of a C2SP tlog-policy without the log itself; `quorum none` takes all witnesses away. It needs two
    people, who are the caller's to ask: whoever chose the witnesses alone could choose their own.
    """
    begin_act(session)
    if publication not in PUBLICATIONS:
        message = f"publication: {publication!r} is none of {', '.join(PUBLICATIONS)}"
        raise ValueError(message)
    trust = _require_witnesses(session, policy)
    row = WitnessPolicyRow(policy=trust.text(), publication=publication, set_at=at)
    draft = Draft(kind=Kind.WITNESSES_SET, actor=actor, at=at, object=sha256(trust.text().encode()).hexdigest())
    return record(session, log=log, draft=draft, rows=[row])


def witnessing(session: Session) -> Witnessing:
    """Return who witnesses the log now."""
    return next(history(session))[1]


def history(session: Session) -> Iterator[tuple[int, Witnessing]]:
    """Yield who was to witness checkpoints of more than so many entries, the newest first; at last that nobody was."""
    for row in session.scalars(select(WitnessPolicyRow).order_by(WitnessPolicyRow.changed_index.desc())):
        yield row.changed_index, Witnessing(parse_trust(row.policy), "waits" if row.publication == "waits" else "goes_on")
    yield 0, NOBODY


def _require_witnesses(session: Session, policy: str) -> Trust:
    if len(policy) > LARGEST_POLICY:
        message = f"policy: more than {LARGEST_POLICY} characters"
        raise PolicyError(message)
    trust = parse_trust(policy)
    own = {Verifier.parse(vkey).public for vkey in session.scalars(select(LogRow.vkey))}
    if trust.logs or len(trust.witnesses) > MOST_WITNESSES:
        message = f"policy: it names witnesses, {MOST_WITNESSES} at most, and no log; the log is this one"
        raise PolicyError(message)
    for witness in trust.witnesses:
        if Cosigner.parse(witness.vkey).public in own:
            message = f"policy: {witness.name} has the key of the log itself; a log does not witness itself"
            raise PolicyError(message)
        if witness.url is not None and urlsplit(witness.url).scheme not in {"https", "http"}:
            message = f"policy: {witness.url} is no address of a witness"
            raise PolicyError(message)
    return trust
