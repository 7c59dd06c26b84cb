"""The steps of a proposal: made, sent back, made again, withdrawn, rejected, approved, viewed later.

Each leaves one entry; but the entries of an approval are those of the acts themselves, which name the proposal and the
second person.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record
from service.proposals.model import Proposal, Remark
from service.proposals.queries import standing_of
from service.proposals.rules import (
    MOST_ACTS,
    OPEN_FOR,
    ProposalStateError,
    require_other_person,
    require_proposer,
    require_state,
)

LONGEST_REMARK = 2_000


@dataclass(frozen=True, slots=True)
class Content:
    """What is proposed: the acts as typed, what they would do, whom they concern, for which organization."""

    acts: Sequence[Mapping[str, Any]]
    foreseen: Sequence[Mapping[str, Any]]
    people: Collection[str]
    organization: str | None


def propose(session: Session, *, log: Log, actor: Actor, at: datetime, person: str, content: Content, words: str = "") -> str:
    """Put acts before a second person and return the proposal's id. `person` is who the actor is. Raises ValueError."""
    begin_act(session)
    _require_content(content)
    row = Proposal(
        id=f"prop_{uuid4().hex}",
        acts=[dict(act) for act in content.acts],
        foreseen=[dict(one) for one in content.foreseen],
        organization_id=content.organization,
        people=sorted(content.people),
        proposed_by=actor.id,
        proposed_person=person,
        proposed_name=actor.name or actor.id,
        proposed_at=at,
        expires_at=at + OPEN_FOR,
        state="open",
        view_later=False,
    )
    remark = _remark(session, row, actor, at, "made", words)
    draft = Draft(kind=Kind.PROPOSAL_MADE, actor=actor, at=at, object=row.id, organization=content.organization, subject=row.id)
    record(session, log=log, draft=draft, rows=[row, remark])
    return row.id


def propose_again(
    session: Session, *, log: Log, actor: Actor, at: datetime, person: str, proposal_id: str, content: Content, words: str = ""
) -> None:
    """Put a proposal that was sent back before a second person again, changed or not. Raises as the rules do."""
    row = _locked(session, proposal_id)
    standing = standing_of(row)
    require_state(standing, "sent_back", at=at)
    require_proposer(standing, person=person)
    _require_content(content)
    row.acts, row.foreseen = [dict(act) for act in content.acts], [dict(one) for one in content.foreseen]
    row.people, row.organization_id = sorted(content.people), content.organization
    row.state, row.proposed_at, row.expires_at = "open", at, at + OPEN_FOR
    _step(session, log, actor, at, row, "made again", words, Kind.PROPOSAL_MADE)


def send_back(session: Session, *, log: Log, actor: Actor, at: datetime, person: str, proposal_id: str, words: str) -> None:
    """Send a proposal back to its proposer with what is to be put right (差戻し). Raises as the rules do, ValueError without words."""
    row = _locked(session, proposal_id)
    standing = standing_of(row)
    require_state(standing, "open", at=at)
    require_other_person(standing, person=person)
    _require_words(words)
    row.state = "sent_back"
    _step(session, log, actor, at, row, "sent back", words, Kind.PROPOSAL_DECIDED)


def withdraw(session: Session, *, log: Log, actor: Actor, at: datetime, person: str, proposal_id: str, words: str = "") -> None:
    """Take one's own proposal back. Raises as the rules do."""
    row = _locked(session, proposal_id)
    standing = standing_of(row)
    require_state(standing, "open", "sent_back", at=at)
    require_proposer(standing, person=person)
    row.state = "withdrawn"
    _step(session, log, actor, at, row, "withdrawn", words, Kind.PROPOSAL_DECIDED)


def reject(session: Session, *, log: Log, actor: Actor, at: datetime, person: str, proposal_id: str, words: str) -> None:
    """Decide against a proposal, with the reason. Raises as the rules do, ValueError without words."""
    row = _locked(session, proposal_id)
    standing = standing_of(row)
    require_state(standing, "open", at=at)
    require_other_person(standing, person=person)
    _require_words(words)
    row.state, row.decided_by, row.decided_name, row.decided_at = "rejected", actor.id, actor.name, at
    _step(session, log, actor, at, row, "rejected", words, Kind.PROPOSAL_DECIDED)


def end_waiting(session: Session, *, log: Log, actor: Actor, at: datetime, words: str) -> int:
    """End every proposal that waits, whoever made it, and return how many: after a loss nobody knows which were decided."""
    begin_act(session)
    waiting = session.scalars(select(Proposal).where(Proposal.state.in_(("open", "sent_back"))).order_by(Proposal.id)).all()
    for row in waiting:
        row.state = "withdrawn"
        _step(session, log, actor, at, row, "withdrawn", words, Kind.PROPOSAL_DECIDED)
    return len(waiting)


def view(session: Session, *, log: Log, actor: Actor, at: datetime, proposal_id: str) -> None:
    """View what was approved in one's absence (後閲). Raises ProposalStateError where nothing waits to be viewed."""
    row = _locked(session, proposal_id)
    if not row.view_later:
        message = "nothing here waits to be viewed"
        raise ProposalStateError(message)
    row.view_later = False
    _step(session, log, actor, at, row, "viewed", "", Kind.PROPOSAL_DECIDED)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved: name, footing, in whose name; the acts' own entries follow."""

    person: str
    name: str
    account: str
    footing: str
    in_name_of: str | None = None
    words: str = ""


def approve(session: Session, *, at: datetime, proposal_id: str, approval: Approval, first_index: int) -> Proposal:
    """Mark a proposal approved, in the transaction in which its acts happen, and return it. Raises as the rules do."""
    row = _locked(session, proposal_id)
    standing = standing_of(row)
    require_state(standing, "open", at=at)
    require_other_person(standing, person=approval.person)
    row.state, row.decided_by, row.decided_name, row.decided_at = "approved", approval.account, approval.name, at
    row.footing, row.in_name_of, row.view_later = approval.footing, approval.in_name_of, approval.footing == "absence"
    row.first_index = row.changed_index = first_index
    remark = _remark(session, row, Actor(approval.account, "person", approval.name), at, "approved", approval.words)
    remark.changed_index = first_index
    session.add(remark)
    return row


def _locked(session: Session, proposal_id: str) -> Proposal:
    begin_act(session)
    row = session.get(Proposal, proposal_id)
    if row is None:
        message = "there is no such proposal"
        raise ProposalStateError(message)
    return row


def _step(session: Session, log: Log, actor: Actor, at: datetime, row: Proposal, step: str, words: str, kind: Kind) -> None:
    remark = _remark(session, row, actor, at, step, words)
    draft = Draft(kind=kind, actor=actor, at=at, object=row.id, organization=row.organization_id, subject=row.id)
    record(session, log=log, draft=draft, rows=[row, remark])


def _remark(session: Session, row: Proposal, actor: Actor, at: datetime, step: str, words: str) -> Remark:
    if len(words) > LONGEST_REMARK:
        message = f"a remark has at most {LONGEST_REMARK} characters"
        raise ValueError(message)
    with session.no_autoflush:
        last = session.scalar(select(func.max(Remark.number)).where(Remark.proposal_id == row.id)) or 0
    return Remark(proposal_id=row.id, number=last + 1, step=step, by=actor.id, name=actor.name or actor.id, at=at, words=words)


def _require_content(content: Content) -> None:
    if not 1 <= len(content.acts) <= MOST_ACTS:
        message = f"a proposal holds 1 to {MOST_ACTS} acts, not {len(content.acts)}"
        raise ValueError(message)


def _require_words(words: str) -> None:
    if not words.strip():
        message = "words: say why"
        raise ValueError(message)
