"""Accounts, roles and the site's own rules: what an administrator proposes and an approver confirms.

Opening an account gives nobody a way in: its holder needs both halves of a code (`enrolling`).
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.actor import Actor
from service.identity.account_model import Account, DecisionRule, Grant, SessionRow, SiteRow
from service.identity.members import held_by, profile_of
from service.identity.roles import ORGAN_ONLY, PROFILES, ROLES, in_the_way
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.rules import AlreadyRecordedError, UnknownIdError, exclusive, require_order
from service.statute.refusals import Refusal

FOOTINGS = ("own", "head", "delegation", "standing", "absence", "resolution")
LONGEST_NAME = 64


class RoleRefusedError(Refusal):
    """A role that the table of separation keeps from somebody, or that this seat does not have."""

    slug = "role-refused"


def open_account(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    sign_in_name: str,
    issuer: str | None = None,
    subject: str | None = None,
    account_id: str | None = None,
) -> str:
    """Open an account for a person and return its id; `issuer` and `subject` name them at an OpenID provider.

    Raises UnknownIdError, AlreadyRecordedError for a name or subject that is taken, ValueError for a malformed name.
    """
    begin_act(session)
    personnel.person(session, person_id=person_id)
    name = sign_in_name.strip().casefold()
    if not name or len(name) > LONGEST_NAME or any(character.isspace() or not character.isprintable() for character in name):
        message = f"sign_in_name: 1 to {LONGEST_NAME} characters without spaces"
        raise ValueError(message)
    if (issuer is None) != (subject is None):
        message = "subject: a provider's issuer and subject come together"
        raise ValueError(message)
    taken = select(Account).where(Account.ended_at.is_(None), Account.sign_in_name == name)
    linked = select(Account).where(Account.ended_at.is_(None), Account.issuer == issuer, Account.subject == subject)
    if session.scalars(taken).first() is not None or (issuer is not None and session.scalars(linked).first() is not None):
        raise AlreadyRecordedError(message=f"the sign-in name {name!r}, or the subject, is taken", facts={"sign_in_name": name})
    row = Account(
        id=account_id or f"acc_{uuid4().hex}",
        person_id=person_id,
        sign_in_name=name,
        issuer=issuer,
        subject=subject,
        opened_at=at,
    )
    draft = Draft(kind=Kind.ACCOUNT_OPENED, actor=actor, at=at, object=row.id, subject=person_id)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def end_account(session: Session, *, log: Log, actor: Actor, at: datetime, account_id: str) -> None:
    """End an account with all its sessions at once. Raises UnknownIdError."""
    begin_act(session)
    row = live_account(session, account_id)
    row.ended_at = at
    session.execute(update(SessionRow).where(SessionRow.account_id == account_id, SessionRow.ended_at.is_(None)).values(ended_at=at))
    draft = Draft(kind=Kind.ACCOUNT_ENDED, actor=actor, at=at, object=row.id, subject=row.person_id)
    record(session, log=log, draft=draft, rows=[row])


def live_account(session: Session, account_id: str) -> Account:
    """Return an account that has not ended. Raises UnknownIdError."""
    row = session.get(Account, account_id)
    if row is None or row.ended_at is not None:
        raise UnknownIdError(message=f"there is no live account {account_id!r}", facts={"account": account_id})
    return row


def link_subject(session: Session, *, log: Log, actor: Actor, at: datetime, account_id: str, issuer: str, subject: str) -> None:
    """Let the holder of an account sign in at an OpenID provider too. Raises UnknownIdError, AlreadyRecordedError."""
    begin_act(session)
    row = live_account(session, account_id)
    linked = select(Account).where(Account.ended_at.is_(None), Account.issuer == issuer, Account.subject == subject)
    if session.scalars(linked).first() is not None:
        raise AlreadyRecordedError(message="this subject has an account already", facts={"account": account_id})
    row.issuer, row.subject = issuer, subject
    draft = Draft(kind=Kind.SUBJECT_LINKED, actor=actor, at=at, object=row.id, subject=row.person_id)
    record(session, log=log, draft=draft, rows=[row])


def grant_role(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    role: str,
    organization_id: str,
    from_on: date,
    person_id: str | None = None,
    post: str | None = None,
    last_day: date | None = None,
    units: Sequence[str] = (),
    informations: Sequence[str] = (),
    contracts: Sequence[str] = (),
    footing: str = "own",
    in_name_of: str | None = None,
    grant_id: str | None = None,
) -> str:
    """Give a role to a person or a post, for a reach and for days, and return the grant's id.

    `footing` is what approvals under it stand on: `standing` (専決), `absence` (代決), `delegation` (Act 17), `head`,
    `resolution`. Raises RoleRefusedError (separated_roles, other_seat), UnknownIdError, ValueError.
    """
    begin_act(session)
    _require_grant(log, role=role, footing=footing, holders=(person_id, post))
    personnel.organization(session, organization_id=organization_id)
    until_on = exclusive(last_day)
    require_order(from_on=from_on, until_on=until_on)
    for unit in units:
        personnel.unit(session, organization_id=organization_id, unit_id=unit)
    _require_together(session, role, person_id, from_on=from_on, until_on=until_on, at=at)
    row = Grant(
        id=grant_id or f"grant_{uuid4().hex}",
        role=role,
        organization_id=organization_id,
        person_id=person_id,
        post=post,
        **{name: sorted(set(ids)) for name, ids in (("units", units), ("informations", informations), ("contracts", contracts))},
        footing=footing,
        in_name_of=in_name_of,
        from_on=from_on,
        until_on=until_on,
        granted_at=at,
        granted_by=_person_of(session, actor.id),
    )
    subject = person_id or row.id
    draft = Draft(Kind.ROLE_GRANTED, actor, at, on=from_on, person=person_id, object=row.id, organization=organization_id, subject=subject)
    record(session, log=log, draft=draft, rows=[row])
    return row.id


def _require_grant(log: Log, *, role: str, footing: str, holders: tuple[str | None, str | None]) -> None:
    for word, value, codes in (("role", role, tuple(ROLES)), ("footing", footing, FOOTINGS)):
        if value not in codes:
            message = f"{word}: {value!r} is none of {', '.join(codes)}"
            raise ValueError(message)
    if sum(holder is not None for holder in holders) != 1:
        message = "person_id: a role is held by exactly one of person and post"
        raise ValueError(message)
    if role in ORGAN_ONLY and log.seat != "organ":
        reason = "other_seat"
        raise RoleRefusedError(reason, facts={"role": role})


def _person_of(session: Session, account_id: str) -> str | None:
    row = session.get(Account, account_id)
    return None if row is None else row.person_id


def _require_together(session: Session, role: str, person_id: str | None, *, from_on: date, until_on: date | None, at: datetime) -> None:
    """Refuse a role beside one that it is kept apart from, now or on any day of both; a post's holders are judged at use."""
    if person_id is None:
        return
    personnel.person(session, person_id=person_id)
    dated = select(Grant).where(Grant.person_id == person_id, Grant.ended_at.is_(None))
    overlapping = {
        row.role
        for row in session.scalars(dated)
        if (row.until_on is None or row.until_on > from_on) and (until_on is None or row.from_on < until_on)
    }
    held = overlapping | {one.role for one in held_by(session, person_id=person_id, at=at)}
    other = in_the_way(role, held, profile=profile_of(session))
    if other is not None:
        reason = "separated_roles"
        raise RoleRefusedError(reason, facts={"role": role, "held": other})


def end_role(session: Session, *, log: Log, actor: Actor, at: datetime, grant_id: str) -> None:
    """Take a role away at once. Raises UnknownIdError for one that is unknown or has ended."""
    begin_act(session)
    row = session.get(Grant, grant_id)
    if row is None or row.ended_at is not None:
        raise UnknownIdError(message=f"there is no live role {grant_id!r}", facts={"grant": grant_id})
    row.ended_at = at
    draft = Draft(
        kind=Kind.ROLE_ENDED,
        actor=actor,
        at=at,
        person=row.person_id,
        object=row.id,
        organization=row.organization_id,
        subject=row.person_id or row.id,
    )
    record(session, log=log, draft=draft, rows=[row])


def set_decision_rule(session: Session, *, log: Log, actor: Actor, at: datetime, verb: str, seconds: Sequence[str]) -> None:
    """Set a line of the table of decision rules: the roles that may approve an act. Raises ValueError for an unknown role or none."""
    begin_act(session)
    unknown = [role for role in seconds if role not in ROLES or role in {"auditor", "administrator"}]
    if unknown or not seconds:
        message = f"seconds: {unknown[0] if unknown else 'nobody'} cannot approve acts"
        raise ValueError(message)
    row = session.get(DecisionRule, verb) or DecisionRule(verb=verb)
    row.seconds = sorted(set(seconds))
    record(session, log=log, draft=Draft(kind=Kind.RULE_SET, actor=actor, at=at, object=verb), rows=[row])


def set_profile(session: Session, *, log: Log, actor: Actor, at: datetime, profile: str) -> None:
    """Say whether three people run the site (`small`) or more (`standard`).

    Raises RoleRefusedError where somebody holds roles that the new profile keeps apart, ValueError for an unknown one.
    """
    begin_act(session)
    chosen = next((one for one in PROFILES if one == profile), None)
    if chosen is None:
        message = f"profile: {profile!r} is neither standard nor small"
        raise ValueError(message)
    held: dict[str, set[str]] = {}
    for row in session.scalars(select(Grant).where(Grant.person_id.is_not(None), Grant.ended_at.is_(None))):
        held.setdefault(str(row.person_id), set()).add(row.role)
    for roles in held.values():
        for role in roles:
            other = in_the_way(role, roles, profile=chosen)
            if other is not None:
                reason = "separated_roles"
                raise RoleRefusedError(reason, facts={"role": role, "held": other})
    site = session.get(SiteRow, "site") or SiteRow(id="site")
    site.profile = chosen
    record(session, log=log, draft=Draft(kind=Kind.PROFILE_SET, actor=actor, at=at, object=chosen), rows=[site])
