"""Proposals as somebody finds them: what waits for them to decide, what they proposed, and the others that they may see."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from service.acts import deciders
from service.acts.asking import UnfitError
from service.acts.reading.paging import CHUNK, MOST_SCANNED, closed, opened
from service.database import read
from service.identity.account_model import Account, Grant
from service.identity.desk import Seated
from service.identity.entitlements import access
from service.identity.members import Member, member_of
from service.personnel.model import Post
from service.proposals.model import Proposal
from service.proposals.queries import decided_about, proposals, to_be_viewed

Pile = Literal["decide", "own", "others"]
MOST_BEFORE = 10
"""Earlier decisions that are shown beside a proposal."""
MOST_NAMED = 8
"""People who may decide a proposal that are told by name."""
MOST_ABOUT = 20
"""People and informations of a proposal beyond which it is a file, and no earlier decisions are looked for."""


def proposals_seen(
    seated: Seated, *, states: Sequence[str] = (), limit: int, cursor: str | None = None, live: bool = False
) -> tuple[list[Proposal], str | None]:
    """Return a page of the proposals that somebody made or might decide or audit, the newest first, and the cursor behind it.

    With `live` the states are as they are now: what has expired is no longer open.
    """
    with read(seated.desk.engine) as session:
        rows = _rows(session, seated, states=states, after=_behind(cursor), live=live)
        return _page(rows, lambda row: deciders.visible(session, row, seated.member), limit=limit)


def pile_of(
    seated: Seated, *, pile: Pile, states: Sequence[str] = (), limit: int, cursor: str | None = None
) -> tuple[list[Proposal], str | None]:
    """Return a page of one pile of the inbox and the cursor behind it: what waits for somebody the oldest first, else the newest."""
    member = seated.member
    with read(seated.desk.engine) as session:
        if pile == "decide":
            rows = _rows(session, seated, states=["open"], after=_behind(cursor), live=True, oldest_first=True)
            return _page(rows, lambda row: deciders.could_decide(session, row, member), limit=limit)
        by = member.person_id if pile == "own" else None
        rows = _rows(session, seated, states=states, after=_behind(cursor), live=True, by=by)
        return _page(rows, lambda row: pile == "own" or _is_another_s(session, row, member), limit=limit)


def _is_another_s(session: Session, row: Proposal, member: Member) -> bool:
    """Say whether a proposal is one that somebody may see, and neither theirs nor theirs to decide."""
    if row.proposed_person == member.person_id or not deciders.visible(session, row, member):
        return False
    return row.state != "open" or not deciders.could_decide(session, row, member)


def waiting_to_be_viewed(seated: Seated) -> list[Proposal]:
    """Return what was approved while somebody was absent and waits for them to view it (後閲), the oldest first."""
    with read(seated.desk.engine) as session:
        rows = to_be_viewed(session, limit=CHUNK)
        return [row for row in rows if deciders.could_view(session, row, seated.member)]


def decided_before(seated: Seated, row: Proposal) -> list[Proposal]:
    """Return what was decided before about the people and informations of a proposal, as far as somebody may see it."""
    named = {act["words"].get("information_id") for act in row.acts}
    informations = sorted(one for one in named if isinstance(one, str))
    if max(len(informations), len(row.people)) > MOST_ABOUT:
        return []
    with read(seated.desk.engine) as session:
        found = decided_about(session, people=row.people, informations=informations, limit=CHUNK)
        seen = (one for one in found if one.id != row.id and deciders.visible(session, one, seated.member))
        return [one for one, _ in zip(seen, range(MOST_BEFORE), strict=False)]


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may approve a proposal: the roles, and the people by name where somebody may see who holds which role (else None)."""

    roles: tuple[str, ...]
    names: tuple[str, ...] | None


def deciders_of(seated: Seated, row: Proposal) -> Deciders:
    """Return the roles, and as far as they are to be seen the people, that may approve a proposal now."""
    with read(seated.desk.engine) as session:
        roles = deciders.seconds_of_all(session, row)
        if access(seated.member.role_names, "identity") != "yes":
            return Deciders(roles, None)
        names = []
        for account_id in session.scalars(_accounts_with(roles).limit(MOST_SCANNED)):
            member = member_of(session, account_id=account_id, at=seated.at)
            if member is not None and deciders.could_decide(session, row, member) and member.name not in names:
                names.append(member.name)
            if len(names) == MOST_NAMED:
                break
        return Deciders(roles, tuple(names))


def _accounts_with(roles: Sequence[str]) -> Select[str]:
    """Return the query for the live accounts of people who hold one of some roles, by name or by a post."""
    grants = select(Grant).where(Grant.role.in_(roles), Grant.ended_at.is_(None)).subquery()
    by_post = select(Post.person_id).join(grants, and_(grants.c.post == Post.post, grants.c.organization_id == Post.organization_id))
    holders = or_(Account.person_id.in_(select(grants.c.person_id)), Account.person_id.in_(by_post))
    return select(Account.id).where(Account.ended_at.is_(None), holders).order_by(Account.opened_at, Account.id)


def _rows(
    session: Session,
    seated: Seated,
    *,
    states: Sequence[str],
    after: tuple[datetime, str] | None,
    live: bool,
    by: str | None = None,
    oldest_first: bool = False,
) -> Iterator[Proposal]:
    """Yield proposals behind one, chunk by chunk."""
    at = seated.at if live else None
    while True:
        rows = proposals(session, states=states, after=after, limit=CHUNK, at=at, by=by, oldest_first=oldest_first)
        yield from rows
        if len(rows) < CHUNK:
            return
        after = (rows[-1].proposed_at, rows[-1].id)


def _page(rows: Iterator[Proposal], is_seen: Callable[[Proposal], bool], *, limit: int) -> tuple[list[Proposal], str | None]:
    """Return as many rows as fit on a page, and the cursor behind the last that was looked at, where there may be more."""
    found: list[Proposal] = []
    last: Proposal | None = None
    for scanned, row in enumerate(rows):
        if len(found) == limit or scanned == MOST_SCANNED:
            return found, None if last is None else closed(f"{last.proposed_at.isoformat()} {last.id}")
        last = row
        if is_seen(row):
            found.append(row)
    return found, None


def _behind(cursor: str | None) -> tuple[datetime, str] | None:
    key = opened(cursor)
    if key is None:
        return None
    at, _, proposal_id = key.partition(" ")
    try:
        return datetime.fromisoformat(at), proposal_id
    except ValueError:
        message = "cursor: none that came from here"
        raise UnfitError(message) from None
