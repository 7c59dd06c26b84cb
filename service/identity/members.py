"""Who is signed in: one person, their account, and the roles they hold on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.identity.account_model import Account, DecisionRule, Grant, SiteRow
from service.identity.roles import Profile
from service.ledger import Log, RecordMismatchError, RowSeals, row_form
from service.personnel.model import Person, Post
from service.personnel.queries import workplace
from service.statute.periods import legal_day


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds now: its reach, its footing, and who gave it when."""

    id: str
    role: str
    organization_id: str
    units: frozenset[str]
    informations: frozenset[str]
    contracts: frozenset[str]
    footing: str
    in_name_of: str | None
    granted_by: str | None
    granted_at: datetime

    @property
    def whole(self) -> bool:
        """Whether it reaches all of its organization."""
        return not (self.units or self.informations or self.contracts)


@dataclass(frozen=True, slots=True)
class Member:
    """A person with an account here, and what they hold. `methods` and `auth_at` say how and when they signed in."""

    account_id: str
    person_id: str
    name: str
    roles: tuple[Held, ...]
    profile: Profile
    methods: frozenset[str] = frozenset()
    auth_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """The member as entries name them."""
        return Actor(self.account_id, "person", self.name, person_id=self.person_id)

    @property
    def role_names(self) -> frozenset[str]:
        """The names of the roles held."""
        return frozenset(held.role for held in self.roles)


def profile_of(session: Session) -> Profile:
    """Return the site's profile: standard unless two people made it small."""
    row = session.get(SiteRow, "site")
    return "small" if row is not None and row.profile == "small" else "standard"


def said_of_profile(session: Session) -> dict[str, str]:
    """Return what the entry of an export says of the site's profile: nothing of the standard one."""
    profile = profile_of(session)
    return {} if profile == "standard" else {"profile": profile}


def is_initialised(session: Session) -> bool:
    """Say whether people can sign in here: `sekisho init` was held."""
    return session.scalars(select(Account.id).limit(1)).first() is not None


def is_deserted(session: Session, *, at: datetime) -> bool:
    """Say whether nobody is left who could propose accounts, or nobody who could approve them: then two people begin anew."""
    held = {
        held.role
        for person_id in set(session.scalars(select(Account.person_id).where(Account.ended_at.is_(None))))
        for held in held_by(session, person_id=person_id, at=at)
    }
    return not {"administrator", "approver"} <= held


def held_by(session: Session, *, person_id: str, at: datetime) -> tuple[Held, ...]:
    """Return the roles that a person holds at an instant, by name or by a post, in a fixed order."""
    on = legal_day(at)
    rows = session.scalars(
        select(Grant)
        .where(or_(Grant.person_id == person_id, Grant.post.is_not(None)), Grant.ended_at.is_(None))
        .where(Grant.from_on <= on, or_(Grant.until_on.is_(None), Grant.until_on > on))
        .order_by(Grant.role, Grant.id),
    ).all()
    return tuple(_held(row) for row in rows if row.person_id is not None or _has_post(session, row, person_id, on, at))


def _has_post(session: Session, row: Grant, person_id: str, on: date, at: datetime) -> bool:
    return row.post in workplace(session, person_id=person_id, organization_id=row.organization_id, on=on, at=at).posts


def _held(row: Grant) -> Held:
    return Held(
        row.id,
        row.role,
        row.organization_id,
        frozenset(row.units),
        frozenset(row.informations),
        frozenset(row.contracts),
        row.footing,
        row.in_name_of,
        row.granted_by,
        row.granted_at,
    )


def member_of(
    session: Session, *, account_id: str, at: datetime, methods: Sequence[str] = (), auth_at: datetime | None = None
) -> Member | None:
    """Return the member of a live account as they stand at an instant, or None."""
    account = session.get(Account, account_id)
    if account is None or account.ended_at is not None:
        return None
    person = session.get(Person, account.person_id)
    assert person is not None  # a foreign key
    held = held_by(session, person_id=account.person_id, at=at)
    return Member(account_id, account.person_id, person.legal_name, held, profile_of(session), frozenset(methods), auth_at)


def require_whole(session: Session, *, log: Log, account_id: str) -> None:
    """Refuse to act on authority that was edited behind the service's back. Raises RecordMismatchError."""
    seals = RowSeals(log.keyring)
    account = session.get(Account, account_id)
    person_id = None if account is None else account.person_id
    found = select(Grant).where(or_(Grant.person_id == person_id, Grant.post.is_not(None)))
    rows: list[Account | Grant | SiteRow | DecisionRule | Post] = [account] if account is not None else []
    # A role may go with a post.
    rows += session.scalars(select(Post).where(Post.person_id == person_id))
    rows += [*session.scalars(found), *session.scalars(select(SiteRow)), *session.scalars(select(DecisionRule))]
    for row in rows:
        form = row_form(row)
        if not seals.holds(form["table"], form["row"], row.seal):
            message = f"{form['table']} is not as the service wrote it; run: sekisho verify"
            raise RecordMismatchError(message)


def seconds_of(session: Session, *, verb: str) -> tuple[str, ...] | None:
    """Return the roles that the site's own table lets approve an act, or None where it has no line for it."""
    row = session.get(DecisionRule, verb)
    return None if row is None else tuple(row.seconds)
