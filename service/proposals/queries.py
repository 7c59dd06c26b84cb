"""Questions about proposals; nothing here writes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, defer

from service.proposals.model import Proposal, Remark
from service.proposals.rules import Standing


def proposal(session: Session, *, proposal_id: str) -> Proposal | None:
    """Return a proposal, or None."""
    return session.get(Proposal, proposal_id)


def proposals(
    session: Session,
    *,
    states: Sequence[str] = (),
    after: tuple[datetime, str] | None = None,
    limit: int = 1000,
    at: datetime | None = None,
    by: str | None = None,
    oldest_first: bool = False,
) -> Sequence[Proposal]:
    """Return proposals without what they would do, the newest first or the oldest, behind one where that is given.

    Of the given states where some are given; with `at` as they are at that instant, `expired` being one. `by` is who proposed.
    """
    found = select(Proposal).options(defer(Proposal.foreseen))
    if after is not None:
        when, proposal_id = after
        older = Proposal.proposed_at > when if oldest_first else Proposal.proposed_at < when
        found = found.where(or_(older, and_(Proposal.proposed_at == when, Proposal.id > proposal_id)))
    if states:
        found = found.where(or_(*(_in_state(one, at) for one in states)))
    if by is not None:
        found = found.where(Proposal.proposed_person == by)
    order = Proposal.proposed_at.asc() if oldest_first else Proposal.proposed_at.desc()
    return session.scalars(found.order_by(order, Proposal.id).limit(limit)).all()


def _in_state(state: str, at: datetime | None) -> ColumnElement[bool]:
    """Return the condition of a state; without an instant what has expired is in the state that it had."""
    waiting = ("open", "sent_back")
    if at is None or state not in (*waiting, "expired"):
        return Proposal.state == state
    if state == "expired":
        return and_(Proposal.state.in_(waiting), Proposal.expires_at <= at)
    return and_(Proposal.state == state, Proposal.expires_at > at)


def to_be_viewed(session: Session, *, limit: int = 200) -> Sequence[Proposal]:
    """Return what was approved in absence and has yet to be viewed (後閲), the oldest first."""
    found = select(Proposal).options(defer(Proposal.foreseen)).where(Proposal.view_later)
    return session.scalars(found.order_by(Proposal.decided_at, Proposal.id).limit(limit)).all()


def decided_about(session: Session, *, people: Sequence[str], informations: Sequence[str], limit: int) -> Sequence[Proposal]:
    """Return what was decided about some people or informations, the newest first."""
    about = [Proposal.people.overlap(list(people))] if people else []
    about += [Proposal.acts.contains([{"words": {"information_id": one}}]) for one in informations]
    found = select(Proposal).options(defer(Proposal.foreseen)).where(Proposal.state.in_(("approved", "rejected")), or_(false(), *about))
    return session.scalars(found.order_by(Proposal.decided_at.desc(), Proposal.id).limit(limit)).all()


def proposals_of(session: Session, *, person_id: str, since: datetime, limit: int = 200) -> Sequence[Proposal]:
    """Return what somebody proposed and what became of it since an instant, the newest first; all that is still sent back."""
    ended = or_(Proposal.decided_at >= since, Proposal.expires_at >= since, Proposal.state == "sent_back")
    found = select(Proposal).where(Proposal.proposed_person == person_id, ended)
    return session.scalars(found.order_by(Proposal.proposed_at.desc(), Proposal.id).limit(limit)).all()


def thread(session: Session, *, proposal_id: str) -> Sequence[Remark]:
    """Return what was said about a proposal, in order."""
    return session.scalars(select(Remark).where(Remark.proposal_id == proposal_id).order_by(Remark.number)).all()


def standing_of(row: Proposal) -> Standing:
    """Return what the rules need of a proposal."""
    return Standing(row.state, row.expires_at, row.proposed_person, row.proposed_at, tuple(row.people))
