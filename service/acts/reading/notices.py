"""What somebody is told: what waits for them, what became of what they asked for, and which dates have come near.

All of it is read off what is recorded, whenever somebody asks: there is no second account of it. Only up to where they
have looked through it is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.acts import deciding
from service.acts.deciders import could_view
from service.acts.reminded import Line, told_to
from service.database import read, transaction
from service.deadlines.model import SeenRow
from service.deadlines.queries import periods_on
from service.identity.desk import Desk
from service.identity.members import Member
from service.need_to_know.model import ListingRequest
from service.proposals.model import Proposal
from service.proposals.queries import proposals, proposals_of, thread, to_be_viewed
from service.proposals.rules import state_at
from service.statute.periods import day_start, legal_day

Kind = Literal["to_decide", "to_view", "sent_back", "approved", "rejected", "expired", "granted", "declined", "deadline"]
KEPT = timedelta(days=30)
"""For how long somebody is told what became of something."""
PRESSING = frozenset({"last", "passed"})
"""Steps of the ladder at which a date waits for whoever is told of it."""
MOST = 500
"""Notices of a kind at most; whoever has more begins with the newest."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that somebody is told: since when, what it is about, and whether it waits for them."""

    kind: Kind
    at: datetime
    waits: bool
    proposal: Proposal | None = None
    request: ListingRequest | None = None
    line: Line | None = None

    def is_new(self, seen_at: datetime | None) -> bool:
        """Say whether it came after somebody last looked."""
        return seen_at is None or self.at > seen_at


def notices_for(desk: Desk, member: Member, *, at: datetime) -> list[Notice]:
    """Return what somebody is told now: what waits first, each the newest first. Nothing of it takes a purpose."""
    return notices_known(desk, member, at=at, wait=True)[0]


def notices_known(desk: Desk, member: Member, *, at: datetime, wait: bool) -> tuple[list[Notice], datetime | None]:
    """Return what somebody is told, and as of when its dates are: None where nobody waits and they are still being found."""
    with read(desk.engine) as session:
        until = legal_day(at) + timedelta(days=periods_on(session, on=legal_day(at))["first_reminder_days"] + 14)
        found = [*_to_decide(session, desk, member, at), *_own(session, member, at), *_listings(session, member, at)]
        session.expunge_all()
    dates = told_to(desk.engine, member=member, at=at, until=until, purpose=None, wait=wait)
    lines = [] if dates is None else dates.found[0]
    found += [_of_date(line) for line in lines if line.stage != "later"]
    found = [one for one in found if one.waits or one.line is not None or one.at >= at - KEPT]
    return sorted(found, key=lambda one: (not one.waits, -one.at.timestamp())), None if dates is None else dates.as_of


def _of_date(line: Line) -> Notice:
    return Notice("deadline", day_start(line.since), line.stage in PRESSING, line=line)


def _to_decide(session: Session, desk: Desk, member: Member, at: datetime) -> Iterator[Notice]:
    """Yield the proposals that wait for somebody's decision, and those that they are to view afterwards."""
    for row in proposals(session, states=("open",), limit=MOST):
        if state_at(row.state, row.expires_at, at) == "open" and deciding.waits_for(session, row, member, at=at, log=desk.log):
            yield Notice("to_decide", row.proposed_at, waits=True, proposal=row)
    for row in to_be_viewed(session):
        if could_view(session, row, member):
            yield Notice("to_view", row.decided_at or row.proposed_at, waits=True, proposal=row)


def _own(session: Session, member: Member, at: datetime) -> Iterator[Notice]:
    """Yield what became of somebody's own proposals: what was sent back waits for them."""
    for row in proposals_of(session, person_id=member.person_id, since=at - KEPT):
        match state_at(row.state, row.expires_at, at):
            case "sent_back":
                steps = [one.at for one in thread(session, proposal_id=row.id)]
                yield Notice("sent_back", max(steps, default=row.proposed_at), waits=True, proposal=row)
            case "approved":
                yield Notice("approved", row.decided_at or row.proposed_at, waits=False, proposal=row)
            case "rejected":
                yield Notice("rejected", row.decided_at or row.proposed_at, waits=False, proposal=row)
            case "expired":
                yield Notice("expired", row.expires_at, waits=False, proposal=row)


def _listings(session: Session, member: Member, at: datetime) -> Iterator[Notice]:
    """Yield the answers to requests to be listed that somebody made, or that were made for them; never why."""
    mine = or_(ListingRequest.person_id == member.person_id, ListingRequest.requested_by == member.account_id)
    asked = select(ListingRequest).where(mine, ListingRequest.state.in_(("granted", "declined")))
    for row in session.scalars(asked.where(ListingRequest.decided_on >= legal_day(at - KEPT)).limit(MOST)):
        if row.decided_on is not None:
            kind: Kind = "granted" if row.state == "granted" else "declined"
            yield Notice(kind, day_start(row.decided_on), waits=False, request=row)


def seen_up_to(session: Session, *, person_id: str) -> datetime | None:
    """Return up to when somebody has looked through their notices, or None."""
    row = session.get(SeenRow, person_id)
    return None if row is None else row.seen_at


def keep_seen(desk: Desk, member: Member, *, at: datetime) -> None:
    """Keep that somebody has looked through their notices up to now."""
    row = insert(SeenRow).values(person_id=member.person_id, seen_at=at)
    with transaction(desk.engine) as session:
        session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_={"seen_at": at}))
