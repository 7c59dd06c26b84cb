"""Pages of accounts and roles: who is let in, who holds what, and half of a code for somebody new."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import get_args

from starlette.responses import Response

from service.acts.reading.accounts import (
    KEEPERS,
    AccountLine,
    RoleLine,
    Standing,
    accounts_of,
    are_names_seen,
    roles_of,
)
from service.console.act_words import FOOTINGS, said
from service.console.area_words.keeping import FACTORS, SO_MANY_OF, STANDINGS, WAITS
from service.console.keeping.telling import is_offered
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read, transaction
from service.identity import enrolling
from service.identity.account_model import Account
from service.identity.entitlements import PURPOSES
from service.identity.roles import ROLES, name_of
from service.statute.periods import legal_day

__all__ = ["KEEPERS", "accounts", "give_half", "roles"]
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Looked:
    """What was asked of a list: the words, what of it stands, which role, what for."""

    words: str
    standing: Standing
    role: str
    purpose: str


def _looked(visit: Visit) -> Looked:
    standing: Standing = next((one for one in get_args(Standing) if one == visit.asked("standing")), "live")
    role = visit.asked("role")
    return Looked(visit.asked("q")[:100], standing, role if role in ROLES else "", visit.asked("purpose"))


def accounts(visit: Visit) -> Response:
    """GET of /accounts."""
    asked = _looked(visit)
    cursor, purpose = visit.asked("cursor") or None, asked.purpose or None
    lines, onward = accounts_of(visit.seated, words=asked.words, standing=asked.standing, limit=SHOWN, cursor=cursor, purpose=purpose)
    return visit.page(
        "keeping/accounts.html",
        asked=asked,
        standings=_standings(visit),
        lines=[(line, _of_account(visit, line)) for line in lines],
        onward=onward,
        naming=_naming(visit, asked),
        offered={verb: is_offered(visit, verb) for verb in ("open_account", "end_account", "grant_role", "link_subject")},
        gives=bool(enrolling.GIVERS & visit.member.role_names),
    )


def _of_account(visit: Visit, line: AccountLine) -> dict[str, object]:
    """Return what an account's line says in words."""
    factors = [said(FACTORS, one, visit.language) for one in (*line.factors, *(("provider",) if line.by_provider else ()))]
    place = 0 if visit.language == "ja" else 1
    return {
        "factors": factors,
        "waits": WAITS[line.waits][place] if line.waits else "",
        "roles": [name_of(one, visit.language) for one in line.roles],
        "apart": [f"{name_of(one, visit.language)} / {name_of(other, visit.language)}" for one, other in line.apart],
    }


def _standings(visit: Visit) -> list[tuple[str, str]]:
    return [(code, said(STANDINGS, code, visit.language)) for code in STANDINGS]


@dataclass(frozen=True, slots=True)
class Naming:
    """Whether names are shown, and the purposes from which to choose where they are not without one."""

    named: bool
    purposes: tuple[str, ...]


def _naming(visit: Visit, asked: Looked) -> Naming:
    named = are_names_seen(visit.seated, purpose=asked.purpose or None)
    return Naming(named, () if are_names_seen(visit.seated, purpose=None) else tuple(PURPOSES))


def roles(visit: Visit) -> Response:
    """GET of /roles."""
    asked = _looked(visit)
    cursor, purpose = visit.asked("cursor") or None, asked.purpose or None
    lines, onward = roles_of(visit.seated, role=asked.role, standing=asked.standing, limit=SHOWN, cursor=cursor, purpose=purpose)
    with read(visit.desk.engine) as session:
        reach = [[line.organization_id, *line.units, *line.informations, *line.contracts, line.in_name_of] for line in lines]
        called = labels(session, reach, roles=visit.member.role_names)
    return visit.page(
        "keeping/roles.html",
        asked=asked,
        standings=_standings(visit),
        all_roles=[(role, name_of(role, visit.language)) for role in ROLES],
        lines=[(line, _of_role(visit, line, called)) for line in lines],
        onward=onward,
        naming=_naming(visit, asked),
        offered={verb: is_offered(visit, verb) for verb in ("grant_role", "end_role")},
    )


def _of_role(visit: Visit, line: RoleLine, called: Mapping[str, str]) -> dict[str, object]:
    """Return what a role's line says in words."""
    told = people_words(visit.language)
    holder = told["keep_by_post"].format(post=line.post) if line.post else line.name or line.person_id
    today = legal_day(visit.at)
    over = line.ended_at is not None or (line.until_on is not None and line.until_on <= today)
    return {
        "role": name_of(line.role, visit.language),
        "holder": holder,
        "reach": [called.get(line.organization_id, line.organization_id), *_reach(visit, line, called)],
        "footing": said(FOOTINGS, line.footing, visit.language),
        "in_name_of": called.get(line.in_name_of or "", line.in_name_of),
        "standing": "ended" if over else "coming" if line.from_on > today else "live",
        "apart": [name_of(one, visit.language) for one in line.apart],
    }


def _reach(visit: Visit, line: RoleLine, called: Mapping[str, str]) -> list[str]:
    """Return the parts of a reach by name; of what the visitor is not to see, how many there are."""
    if not (line.units or line.informations or line.contracts):
        return [people_words(visit.language)["whole"]]
    named = [called.get(one, one) for one in line.units]
    return [*named, *_counted(visit, "informations", line.informations, called), *_counted(visit, "contracts", line.contracts, called)]


def _counted(visit: Visit, kind: str, ids: Collection[str], called: Mapping[str, str]) -> list[str]:
    hidden = sum(one not in called for one in ids)
    counted = said(SO_MANY_OF, kind, visit.language).format(count=hidden)
    return [*(called[one] for one in ids if one in called), *([counted] if hidden else [])]


def give_half(visit: Visit) -> Response:
    """POST of /accounts/{id}/half: half of the code, shown this once. Where three people run a site, an officer gives one too."""
    account_id = visit.request.path_params["account_id"]
    with transaction(visit.desk.engine) as session:
        half = enrolling.give_half(session, log=visit.desk.log, member=visit.member, at=visit.at, account_id=account_id)
        name = session.get_one(Account, account_id).sign_in_name
    return visit.page("keeping/half.html", half=half, name=name, keeps=bool(KEEPERS & visit.member.role_names))
