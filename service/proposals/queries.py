"""Questions about proposals; nothing here writes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.proposals.model import Proposal, Remark
from service.proposals.rules import Standing


def proposal(session: Session, *, proposal_id: str) -> Proposal | None:
    """Return a proposal, or None."""
    return session.get(Proposal, proposal_id)


def proposals(session: Session, *, states: Sequence[str] = (), limit: int = 1000) -> Sequence[Proposal]:
    """Return proposals, the newest first; of the given states where some are given."""
    found = select(Proposal)
    if states:
        found = found.where(Proposal.state.in_(states))
    return session.scalars(found.order_by(Proposal.proposed_at.desc(), Proposal.id).limit(limit)).all()


def thread(session: Session, *, proposal_id: str) -> Sequence[Remark]:
    """Return what was said about a proposal, in order."""
    return session.scalars(select(Remark).where(Remark.proposal_id == proposal_id).order_by(Remark.number)).all()


def standing_of(row: Proposal) -> Standing:
    """Return what the rules need of a proposal."""
    return Standing(row.state, row.expires_at, row.proposed_person, row.proposed_at, tuple(row.people))
