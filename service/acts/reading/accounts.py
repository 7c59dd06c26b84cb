"""Accounts and roles as whoever keeps the site, or audits it, sees them: who gets in, who holds what, and what is kept apart."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.acts.entitled import require_any_role
from service.acts.reading.paging import closed, opened
from service.database import read, transaction
from service.evidence.lookups import record_list_look, spend_look
from service.identity.account_model import Account, Credential, DecisionRule, Enrolment, Grant, SessionRow
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, PurposeNeededError, access, may_see
from service.identity.members import held_by
from service.identity.roles import separated
from service.ledger import entries, read_entry
from service.personnel.model import Person
from service.personnel.rules import search_key
from service.statute.periods import legal_day

KEEPERS = frozenset({"administrator", "approver", "auditor"})
"""Roles that see accounts and roles."""
Standing = Literal["live", "ended", "all"]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account: whose, since when, when it last began a session, what it signs in with, which roles its person holds.

    `waits` says how many halves of a code for new factors are out: none, one or both. `apart` are pairs of the roles held that
    nobody may hold together. `name` is None where it is not to be seen.
    """

    id: str
    person_id: str
    name: str | None
    sign_in_name: str
    opened_at: datetime
    ended_at: datetime | None
    last_at: datetime | None
    factors: tuple[str, ...]
    by_provider: bool
    waits: int
    roles: tuple[str, ...]
    apart: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role as it was granted: by whom held, its reach, its footing, its days. `apart` are roles of the holder kept apart from it."""

    id: str
    role: str
    person_id: str | None
    name: str | None
    post: str | None
    organization_id: str
    units: tuple[str, ...]
    informations: tuple[str, ...]
    contracts: tuple[str, ...]
    footing: str
    in_name_of: str | None
    from_on: date
    until_on: date | None
    ended_at: datetime | None
    apart: tuple[str, ...]


def are_names_seen(seated: Seated, *, purpose: str | None) -> bool:
    """Say whether somebody may see who has which account, with the purpose that they gave. Raises PurposeNeededError for no purpose."""
    if purpose is not None and purpose not in PURPOSES:
        message = f"purpose: one of {', '.join(PURPOSES)}"
        raise PurposeNeededError(message)
    roles = seated.member.role_names
    return may_see(roles, "identity", purpose=purpose) and may_see(roles, "name", purpose=purpose)


def accounts_of(
    seated: Seated, *, words: str, standing: Standing, limit: int, cursor: str | None, purpose: str | None = None
) -> tuple[list[AccountLine], str | None]:
    """Return a page of accounts by their sign-in name, and the cursor behind it; names only to whoever may see them.

    Where they take a purpose, that somebody saw them stands on each person's record before anything is shown.
    Raises NotAllowedError, PurposeNeededError, BudgetSpentError.
    """
    require_any_role(seated.member, KEEPERS)
    named = are_names_seen(seated, purpose=purpose)
    after = opened(cursor)
    with read(seated.desk.engine) as session:
        wanted = select(Account).order_by(Account.sign_in_name, Account.id).limit(limit + 1)
        if standing != "all":
            wanted = wanted.where(Account.ended_at.is_(None) if standing == "live" else Account.ended_at.is_not(None))
        if words:
            wanted = wanted.where(_found_by(words, named=named))
        if after is not None:
            name, _, account_id = after.partition("\n")
            wanted = wanted.where(or_(Account.sign_in_name > name, (Account.sign_in_name == name) & (Account.id > account_id)))
        rows = session.scalars(wanted).all()
        lines = _lines(session, seated, rows[:limit], named=named)
    _keep(seated, [line.person_id for line in lines], of="accounts", named=named, purpose=purpose)
    last = rows[limit - 1] if len(rows) > limit else None
    return lines, None if last is None else closed(f"{last.sign_in_name}\n{last.id}")


def _found_by(words: str, *, named: bool) -> Any:
    """Return the condition of a search: by sign-in name, and by name or kana where these are seen."""
    by_sign_in = Account.sign_in_name.contains(words.casefold(), autoescape=True)
    key = search_key(words).replace(" ", "")
    if not named or not key:
        return by_sign_in
    return or_(by_sign_in, Account.person_id.in_(select(Person.id).where(Person.search_key.contains(key, autoescape=True))))


def _keep(seated: Seated, people: Sequence[str], *, of: str, named: bool, purpose: str | None) -> None:
    """Record on the record of each of some people that they were seen by name, where that took a purpose."""
    roles = seated.member.role_names
    if not named or not people or (access(roles, "identity") == "yes" and access(roles, "name") == "yes"):
        return
    with transaction(seated.desk.engine) as session:
        spend_look(session, account_id=seated.member.account_id, at=seated.at)
        given: dict[str, Any] = {"actor": seated.member.actor, "roles": roles & KEEPERS, "purpose": purpose, "of": of}
        record_list_look(session, log=seated.desk.log, at=seated.at, people=sorted(set(people)), **given)


def _lines(session: Session, seated: Seated, rows: Sequence[Account], *, named: bool) -> list[AccountLine]:
    ids = [row.id for row in rows]
    names = _names(session, {row.person_id for row in rows}) if named else {}
    begun = select(SessionRow.account_id, func.max(SessionRow.begun_at)).where(SessionRow.account_id.in_(ids))
    last = {row[0]: row[1] for row in session.execute(begun.group_by(SessionRow.account_id))}
    factors: dict[str, list[str]] = {}
    live = select(Credential.account_id, Credential.kind).where(Credential.account_id.in_(ids), Credential.ended_at.is_(None)).distinct()
    for account_id, kind in session.execute(live.order_by(Credential.kind)):
        factors.setdefault(account_id, []).append(kind)
    out = session.scalars(select(Enrolment).where(Enrolment.account_id.in_(ids), Enrolment.used_at.is_(None)))
    waits = {row.account_id: 1 if row.second_hash is None else 2 for row in out if row.expires_at > seated.at}
    found = []
    for row in rows:
        roles = tuple(dict.fromkeys(one.role for one in held_by(session, person_id=row.person_id, at=seated.at)))
        found.append(
            AccountLine(
                row.id,
                row.person_id,
                names.get(row.person_id),
                row.sign_in_name,
                row.opened_at,
                row.ended_at,
                last.get(row.id),
                tuple(factors.get(row.id, ())),
                row.issuer is not None,
                waits.get(row.id, 0),
                roles,
                pairs_apart(roles, profile=seated.member.profile),
            )
        )
    return found


def pairs_apart(roles: Collection[str], *, profile: Any) -> tuple[tuple[str, str], ...]:
    """Return the pairs among some roles that one person may not hold together."""
    ordered = sorted(roles)
    pairs = ((one, other) for place, one in enumerate(ordered) for other in ordered[place + 1 :])
    return tuple((one, other) for one, other in pairs if separated(one, other, profile=profile))


def _names(session: Session, people: Collection[str]) -> dict[str, str]:
    return {row.id: row.legal_name for row in session.execute(select(Person.id, Person.legal_name).where(Person.id.in_(people)))}


def roles_of(
    seated: Seated, *, role: str, standing: Standing, limit: int, cursor: str | None, purpose: str | None = None
) -> tuple[list[RoleLine], str | None]:
    """Return a page of the roles that were granted, and the cursor behind it. Names and looks as in `accounts_of`. Raises the same."""
    require_any_role(seated.member, KEEPERS)
    named = are_names_seen(seated, purpose=purpose)
    with read(seated.desk.engine) as session:
        wanted = select(Grant).order_by(Grant.id).limit(limit + 1)
        wanted = wanted.where(*_standing(standing, on=legal_day(seated.at)))
        if role:
            wanted = wanted.where(Grant.role == role)
        after = opened(cursor)
        rows = session.scalars(wanted if after is None else wanted.where(Grant.id > after)).all()
        shown = rows[:limit]
        names = _names(session, {row.person_id for row in shown if row.person_id}) if named else {}
        lines = [_role_line(session, seated, row, names) for row in shown]
    _keep(seated, [line.person_id for line in lines if line.person_id], of="roles", named=named, purpose=purpose)
    return lines, closed(shown[-1].id) if len(rows) > limit else None


def _standing(standing: Standing, *, on: date) -> list[Any]:
    over = or_(Grant.ended_at.is_not(None), Grant.until_on <= on)
    match standing:
        case "live":
            return [Grant.ended_at.is_(None), or_(Grant.until_on.is_(None), Grant.until_on > on)]
        case "ended":
            return [over]
        case _:
            return []


def _role_line(session: Session, seated: Seated, row: Grant, names: Mapping[str, str]) -> RoleLine:
    held = {one.role for one in held_by(session, person_id=row.person_id, at=seated.at)} if row.person_id else set()
    live = row.ended_at is None and row.role in held
    apart = tuple(sorted(one for one in held if live and separated(row.role, one, profile=seated.member.profile)))
    return RoleLine(
        row.id,
        row.role,
        row.person_id,
        None if row.person_id is None else names.get(row.person_id),
        row.post,
        row.organization_id,
        tuple(row.units),
        tuple(row.informations),
        tuple(row.contracts),
        row.footing,
        row.in_name_of,
        row.from_on,
        row.until_on,
        row.ended_at,
        apart,
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """By which entry something was set: its index, when, by which account, and which account approved it."""

    index: int
    at: str
    actor: str | None
    second: str | None


def set_by(session: Session, *, index: int) -> Setting | None:
    """Return who set what an entry tells of, or None where there is no such entry."""
    clear = next((read_entry(body) for _index, body in entries(session, start=index, end=index + 1)), None)
    return None if clear is None else Setting(index, str(clear.get("at", "")), clear.get("actor"), clear.get("second"))


def rules_of_deciding(seated: Seated) -> dict[str, tuple[tuple[str, ...], Setting | None]]:
    """Return the site's own lines of its decision rules: by act who may approve it, and who set that. Raises NotAllowedError."""
    require_any_role(seated.member, KEEPERS)
    with read(seated.desk.engine) as session:
        rows = session.scalars(select(DecisionRule).order_by(DecisionRule.verb)).all()
        return {row.verb: (tuple(row.seconds), set_by(session, index=row.changed_index)) for row in rows}
