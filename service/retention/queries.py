"""Questions about what keeps a record; nothing here writes."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.assessment.model import Case, Complaint
from service.clearance.model import Result
from service.clearance.queries import clearance_last_day
from service.deadlines.queries import periods_on
from service.deadlines.rules import PERIODS
from service.deadlines.sources.erasures import FOREVER, kept_until, last_days
from service.identity.account_model import Account, Grant
from service.need_to_know.model import Listing
from service.personnel.queries import posts_of
from service.proposals.model import Proposal
from service.registers.model import Line
from service.retention.rules import InTheWay
from service.statute.periods import legal_day

OPEN_STATES = ("open", "sent_back")


def in_the_way(session: Session, *, person_id: str, at: datetime, but: Collection[str] = ()) -> InTheWay:
    """Return what stands in the way of somebody's erasure at an instant; `but` names proposals that are no hindrance: its own."""
    on = legal_day(at)
    codes = set(_standing(session, person_id=person_id, at=at, on=on, but=but))
    last = dict(last_days(session, person_id=person_id))
    days = dict(last.get(person_id, {}))
    assessed = _assessment_ended(session, person_id=person_id)
    if assessed is not None:
        days["keep_assessment_years"] = assessed
    kept = kept_until(days, periods_on(session, on=on))
    if kept is None or kept[1] == FOREVER or kept[1] < on:
        # What has not ended is named by its own code.
        return InTheWay(frozenset(codes))
    codes.add("retention_runs")
    return InTheWay(frozenset(codes), period=kept[0], until=kept[1].isoformat(), basis=PERIODS[kept[0]].modelled_on)


def _standing(session: Session, *, person_id: str, at: datetime, on: date, but: Collection[str]) -> Iterator[str]:
    """Yield the codes of what somebody still is or has."""
    if any(row.until_on is None or row.until_on > on for row in posts_of(session, person_id=person_id, at=at)):
        yield "still_employed"
    listed = select(Listing.id).where(
        Listing.person_id == person_id,
        or_(Listing.until_on.is_(None), Listing.until_on > on),
        or_(Listing.until_at.is_(None), Listing.until_at > at),
        Listing.known(at),
    )
    if session.scalars(listed.limit(1)).first() is not None:
        yield "still_listed"
    heads = session.scalars(select(Result.head_id).where(Result.person_id == person_id).distinct()).all()
    if any(clearance_last_day(session, person_id=person_id, head_id=head, on=on, at=at) is not None for head in heads):
        yield "still_cleared"
    held = select(Line.id).where(
        or_(Line.person_id == person_id, Line.keeper_id == person_id),
        Line.kind.in_(("loan", "storage", "area", "entry", "device")),
        Line.ended_on.is_(None),
        Line.struck_on.is_(None),
        # A permit ends with its last day by itself; a loan does not.
        or_(Line.kind.not_in(("entry", "device")), Line.due_on.is_(None), Line.due_on >= on),
    )
    if session.scalars(held.limit(1)).first() is not None:
        yield "holds_documents"
    if _assessing(session, person_id=person_id):
        yield "assessment_open"
    granted = select(Grant.id).where(
        Grant.person_id == person_id, Grant.ended_at.is_(None), or_(Grant.until_on.is_(None), Grant.until_on > on)
    )
    if session.scalars(granted.limit(1)).first() is not None:
        yield "role_held"
    if session.scalars(select(Account.id).where(Account.person_id == person_id, Account.ended_at.is_(None)).limit(1)).first() is not None:
        yield "account_open"
    if any(row.state in OPEN_STATES and row.id not in but and row.expires_at > at for row in proposals_about(session, person_id=person_id)):
        yield "proposal_open"


def _assessing(session: Session, *, person_id: str) -> bool:
    case = select(Case.id).where(Case.person_id == person_id, Case.closed_on.is_(None))
    complaint = select(Complaint.id).where(Complaint.person_id == person_id, Complaint.answered_on.is_(None))
    return session.scalars(case.limit(1)).first() is not None or session.scalars(complaint.limit(1)).first() is not None


def _assessment_ended(session: Session, *, person_id: str) -> date | None:
    """Return the day on which somebody's last assessment or complaint ended; one that is open is named by its own code."""
    closed = session.scalars(select(Case.closed_on).where(Case.person_id == person_id, Case.closed_on.is_not(None))).all()
    answered = session.scalars(
        select(Complaint.answered_on).where(Complaint.person_id == person_id, Complaint.answered_on.is_not(None))
    ).all()
    return max((one for one in (*closed, *answered) if one is not None), default=None)


def proposals_about(session: Session, *, person_id: str) -> Sequence[Proposal]:
    """Return the proposals whose acts concern somebody, the oldest first."""
    found = select(Proposal).where(Proposal.people.contains([person_id]))
    return session.scalars(found.order_by(Proposal.proposed_at, Proposal.id)).all()
