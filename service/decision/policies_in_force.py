"""Bringing a policy set into force: an act of its own, whose entry names the digest."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.decision.model import PolicySetRow
from service.decision.obligations import obliging
from service.decision.policyset import PolicySet
from service.ledger import Draft, Kind, Log, begin_act, record
from service.statute.policies import PolicyTexts, read_policies


def activate(session: Session, *, log: Log, actor: Actor, at: datetime, texts: PolicyTexts) -> str:
    """Bring a set into force and return its digest. Raises PolicyError for a set that cannot be loaded."""
    begin_act(session)
    policies = PolicySet.load(texts)
    obliging(policies)
    row = session.get(PolicySetRow, policies.digest)
    if row is None:
        row = PolicySetRow(digest=policies.digest, text=texts.bundle(), activated_at=at)
    else:
        row.activated_at = at
    draft = Draft(kind=Kind.POLICY_ACTIVATED, actor=actor, at=at, object=policies.digest)
    record(session, log=log, draft=draft, rows=[row])
    return policies.digest


def activate_policies(session: Session, *, log: Log, actor: Actor, at: datetime) -> str:
    """Bring the set that this version ships into force and return its digest. Raises PolicyError."""
    return activate(session, log=log, actor=actor, at=at, texts=read_policies())
