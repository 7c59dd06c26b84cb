"""Who lets whom in: accounts with their roles, reach and last sign-in, and what does not fit together among them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.acts.reading.paging import page_by_id
from service.identity.account_model import Account, Grant, SessionRow
from service.identity.members import profile_of
from service.identity.roles import Profile, separated
from service.personnel.model import Post
from service.statute.periods import legal_day


@dataclass(frozen=True, slots=True)
class User:
    """An account, the grants that its holder has now, when somebody signed in by it last, and which of its roles are kept apart."""

    account: Account
    grants: Sequence[Grant]
    last_at: datetime | None
    apart: Sequence[tuple[str, str]]


@dataclass(slots=True)
class Unfitting:
    """What does not fit: roles kept apart in one hand, roles of people whose accounts have all ended, roles of people without account.

    Each is a person with their grants. `unheld` are grants by a post that nobody holds.
    """

    apart: list[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    ended: list[tuple[str, list[Grant]]] = field(default_factory=list)
    without: list[tuple[str, list[Grant]]] = field(default_factory=list)
    unheld: list[Grant] = field(default_factory=list)


def users_page(session: Session, *, at: datetime, limit: int, cursor: str | None) -> tuple[list[User], str | None]:
    """Return a page of accounts, the ended ones too, and the cursor of the page behind it."""
    rows, behind = page_by_id(session, Account, limit=limit, cursor=cursor)
    held, _unheld = grants_by_person(session, at=at)
    profile = profile_of(session)
    signed_in = select(SessionRow.account_id, func.max(SessionRow.begun_at)).where(SessionRow.account_id.in_([row.id for row in rows]))
    last = {row[0]: row[1] for row in session.execute(signed_in.group_by(SessionRow.account_id))}
    return [User(row, held.get(row.person_id, []), last.get(row.id), _apart(held.get(row.person_id, []), profile)) for row in rows], behind


def unfitting(session: Session, *, at: datetime) -> Unfitting:
    """Return what does not fit among all accounts and roles now."""
    held, unheld = grants_by_person(session, at=at)
    profile, accounts = profile_of(session), _accounts(session)
    found = Unfitting(unheld=unheld)
    for person, grants in sorted(held.items()):
        apart = _apart(grants, profile)
        if apart:
            found.apart.append((person, tuple(apart)))
        if person not in accounts:
            found.without.append((person, grants))
        elif not accounts[person]:
            found.ended.append((person, grants))
    return found


def grants_by_person(session: Session, *, at: datetime) -> tuple[dict[str, list[Grant]], list[Grant]]:
    """Return the grants in force now by whoever holds them, by name or by a post, and those of posts that nobody holds."""
    on = legal_day(at)
    live = select(Grant).where(Grant.ended_at.is_(None), Grant.from_on <= on, or_(Grant.until_on.is_(None), Grant.until_on > on))
    held: dict[str, list[Grant]] = {}
    by_post: dict[tuple[str, str], list[Grant]] = {}
    for row in session.scalars(live.order_by(Grant.role, Grant.id)):
        if row.person_id is not None:
            held.setdefault(row.person_id, []).append(row)
        elif row.post is not None:
            by_post.setdefault((row.organization_id, row.post), []).append(row)
    taken: set[tuple[str, str]] = set()
    for person, place in _holders(session, {post for _organization, post in by_post}, on, at):
        if place in by_post:
            taken.add(place)
            held.setdefault(person, []).extend(one for one in by_post[place] if one not in held.get(person, []))
    return held, [one for place, some in by_post.items() if place not in taken for one in some]


def _holders(session: Session, posts: set[str], on: date, at: datetime) -> list[tuple[str, tuple[str, str]]]:
    """Return who holds which of some posts on a day: person, and organization with post."""
    rows = select(Post).where(Post.post.in_(posts), Post.known(at), or_(Post.from_on.is_(None), Post.from_on <= on))
    found = session.scalars(rows.where(or_(Post.until_on.is_(None), Post.until_on > on)).order_by(Post.id))
    return [(row.person_id, (row.organization_id, row.post)) for row in found if row.post is not None]


def _accounts(session: Session) -> dict[str, bool]:
    """Say of everybody who ever had an account whether one of them is open."""
    rows = session.execute(select(Account.person_id, func.bool_or(Account.ended_at.is_(None))).group_by(Account.person_id))
    return {person: bool(is_open) for person, is_open in rows}


def _apart(grants: Sequence[Grant], profile: Profile) -> list[tuple[str, str]]:
    """Return the pairs of roles among some grants that one person may not hold."""
    roles = sorted({row.role for row in grants})
    return [pair for pair in combinations(roles, 2) if separated(*pair, profile=profile)]
