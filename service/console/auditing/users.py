"""/auditing/users: who is let in, with roles, reach and last sign-in, and what does not fit among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from service.acts.reading.auditors import look_everywhere
from service.acts.reading.role_holders import Unfitting, User, unfitting, users_page
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.identity.account_model import Grant
from service.identity.entitlements import PURPOSES, access
from service.identity.roles import name_of

ON_A_PAGE = 50
READERS = frozenset({"auditor", "approver"})


@dataclass(frozen=True, slots=True)
class Role:
    """A role as it is shown: its name, what it reaches, and its days."""

    name: str
    reach: str
    from_on: str
    until_on: str | None
    post: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """An account as it is shown."""

    sign_in_name: str
    person: str
    ended: bool
    last_at: datetime | None
    roles: list[Role]
    apart: list[str]


def users(visit: Visit) -> Response:
    """GET and POST of /auditing/users: at once where one's roles see accounts, else for a purpose, recorded before it is shown."""
    at_once = access(visit.member.role_names & READERS, "identity") == "yes"
    if not at_once and visit.request.method != "POST":
        return visit.page("auditing/users.html", shown=False, purposes=PURPOSES, purpose="", at_once=False)
    purpose = visit.one("purpose") or None
    held = look_everywhere(visit.seated, READERS, ("identity",), purpose=purpose, what="accounts")
    cursor = visit.one("cursor") or visit.asked("cursor") or None
    roles = {one.role for one in held}
    with read(visit.desk.engine) as session:
        rows, behind = users_page(session, at=visit.at, limit=ON_A_PAGE, cursor=cursor)
        found = unfitting(session, at=visit.at) if cursor is None else None
        called = labels(session, _ids(rows, found), roles=roles, purpose=purpose)
    return visit.page(
        "auditing/users.html",
        shown=True,
        lines=[_line(one, visit, called) for one in rows],
        behind=behind,
        purpose=purpose or "",
        purposes=PURPOSES,
        at_once=at_once,
        unfitting=None if found is None else _told(found, visit, called),
    )


def _ids(rows: list[User], found: Unfitting | None) -> list[Any]:
    grants = [grant for one in rows for grant in one.grants]
    people = [one.account.person_id for one in rows]
    if found is not None:
        people += [person for person, _apart in found.apart]
        people += [person for person, _grants in (*found.ended, *found.without)]
        grants += [grant for _person, some in (*found.ended, *found.without) for grant in some] + found.unheld
    return [people, [[one.organization_id, one.units, one.informations, one.contracts] for one in grants]]


def _line(one: User, visit: Visit, called: Mapping[str, str]) -> Line:
    roles = [_role(grant, visit, called) for grant in one.grants]
    row = one.account
    return Line(
        row.sign_in_name, called.get(row.person_id, row.person_id), row.ended_at is not None, one.last_at, roles, _pairs(one.apart, visit)
    )


def _pairs(apart: Any, visit: Visit) -> list[str]:
    return [f"{name_of(first, visit.language)} / {name_of(second, visit.language)}" for first, second in apart]


def _role(grant: Grant, visit: Visit, called: Mapping[str, str]) -> Role:
    parts = [*grant.units, *grant.informations, *grant.contracts]
    where = called.get(grant.organization_id, grant.organization_id)
    reach = where if not parts else f"{where}: " + ", ".join(called.get(one, one) for one in parts)
    until = None if grant.until_on is None else grant.until_on.isoformat()
    return Role(name_of(grant.role, visit.language), reach, grant.from_on.isoformat(), until, grant.post)


def _told(found: Unfitting, visit: Visit, called: Mapping[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what does not fit, sort by sort: the words for it, and whom it concerns with what."""
    told = people_words(visit.language)

    def roles(grants: list[Grant]) -> str:
        return ", ".join(name_of(one.role, visit.language) for one in grants)

    return [
        (told["audit_apart"], [(called.get(person, person), ", ".join(_pairs(apart, visit))) for person, apart in found.apart]),
        (told["audit_ended_holding"], [(called.get(person, person), roles(grants)) for person, grants in found.ended]),
        (told["audit_without_account"], [(called.get(person, person), roles(grants)) for person, grants in found.without]),
        (told["audit_unheld"], [(one.post or "", roles([one])) for one in found.unheld]),
    ]
