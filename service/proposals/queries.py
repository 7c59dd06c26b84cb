"""Questions about proposals; nothing here writes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from service.proposals.model import Proposal, Remark
from service.proposals.rules import Standing


def proposal(session: Session, *, proposal_id: str) -> Proposal | None:
    """Return a proposal, or None."""
    return session.get(Proposal, proposal_id)


def proposals(
    session: Session, *, states: Sequence[str] = (), after: tuple[datetime, str] | None = None, limit: int = 1000
) -> Sequence[Proposal]:
    """Return proposals, the newest first; of the given states where some are given, and older than one where that is given."""
    found = select(Proposal)
    if after is not None:
        at, proposal_id = after
        found = found.where(or_(Proposal.proposed_at < at, and_(Proposal.proposed_at == at, Proposal.id > proposal_id)))
    if states:
        found = found.where(Proposal.state.in_(states))
    return session.scalars(found.order_by(Proposal.proposed_at.desc(), Proposal.id).limit(limit)).all()


def proposals_of(session: Session, *, person_id: str, since: datetime, limit: int = 200) -> Sequence[Proposal]:
    """Return what somebody proposed and what became of it since an instant, the newest first; all that is still sent back."""
    ended = or_(Proposal.decided_at >= since, Proposal.expires_at >= since, Proposal.state == "sent_back")
    found = select(Proposal).where(Proposal.proposed_person == person_id, ended)
    return session.scalars(found.order_by(Proposal.proposed_at.desc(), Proposal.id).limit(limit)).all()


def to_be_viewed(session: Session, *, limit: int = 200) -> Sequence[Proposal]:
    """Return what was approved in somebody's absence and is still to be viewed, the newest first."""
    return session.scalars(
        select(Proposal).where(Proposal.view_later).order_by(Proposal.proposed_at.desc(), Proposal.id).limit(limit)
    ).all()


def thread(session: Session, *, proposal_id: str) -> Sequence[Remark]:
    """Return what was said about a proposal, in order."""
    return session.scalars(select(Remark).where(Remark.proposal_id == proposal_id).order_by(Remark.number)).all()


def standing_of(row: Proposal) -> Standing:
    """Return what the rules need of a proposal."""
    return Standing(row.state, row.expires_at, row.proposed_person, row.proposed_at, tuple(row.people))
