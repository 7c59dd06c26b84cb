"""GET /api/v1/corrections/{index}/effects: the permits that a fact would have changed had it not become known late."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from service.acts.concerning import Concern, OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.api.management.acts import REFUSALS
from service.api.management.desk import At
from service.database import transaction
from service.evidence import lookups
from service.evidence.effects import Affected, NoFactError, effects_of
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, PurposeNeededError
from service.personnel.queries import posts_of

router = APIRouter(tags=["corrections"], responses=REFUSALS)
ROLES = frozenset({"information_manager", "auditor"})


class Permit(BaseModel):
    """A permit that would not have been given, and the reason now."""

    index: int
    at: str
    person: str
    object: str
    organization: str | None
    action: str
    reason: str
    basis: list[str]


class Effects(BaseModel):
    """What a late fact would have changed, within your reach; the look is an entry itself."""

    index: int
    kind: str
    since: str | None
    until: str
    permits: list[Permit]
    more: bool
    recorded_as: int


@router.get("/corrections/{index}/effects")
def effects(
    seated: At, index: Annotated[int, Path(ge=0, lt=2**53)], purpose: Annotated[str | None, Query(max_length=64)] = None
) -> Effects:
    """List the permits between the day of a fact and its entry that would not have been given, for a purpose."""
    require_any_role(seated.member, ROLES)
    if purpose not in PURPOSES:
        message = f"purpose: say what for, one of {', '.join(PURPOSES)}"
        raise PurposeNeededError(message)
    word = "index"
    with transaction(seated.desk.engine) as session:
        lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
        try:
            found = effects_of(session, log=seated.desk.log, index=index)
        except NoFactError:
            raise OutsideError(word) from None
        clear = lookups.entry(session, index=index) or {}
        known: dict[tuple[str | None, str | None], bool] = {}
        shown = [_permit(one) for one in found.permits if _once(session, seated, known, one.person, one.organization)]
        if not shown and not _reached(session, seated, clear.get("person"), clear.get("for")):
            raise OutsideError(word)
        look = lookups.Look(seated.member.actor, seated.member.role_names & ROLES, f"effects:{index}", purpose)
        made = lookups.record_look(session, log=seated.desk.log, at=seated.at, look=look, clear=clear)
    return Effects(index=index, kind=found.kind, since=found.since, until=found.until, permits=shown, more=found.more, recorded_as=made)


def _permit(one: Affected) -> Permit:
    return Permit(
        index=one.index,
        at=one.at,
        person=one.person,
        object=one.object,
        organization=one.organization,
        action=one.action,
        reason=one.reason,
        basis=list(one.basis),
    )


def _once(session: Any, seated: Seated, known: dict[tuple[str | None, str | None], bool], *about: str | None) -> bool:
    """Say what `_reached` says, and ask it once for each person and organization."""
    person, organization = about
    if (person, organization) not in known:
        known[person, organization] = _reached(session, seated, person, organization)
    return known[person, organization]


def _reached(session: Any, seated: Seated, person: str | None, organization: str | None) -> bool:
    """Say whether an auditor, or a manager within reach, may see what concerns somebody and an organization."""
    places = {organization} if organization else set()
    if person is not None and not places:
        places = {row.organization_id for row in posts_of(session, person_id=person, at=seated.at)}
    for held in seated.member.roles:
        concern = Concern(everywhere=held.role == "auditor")
        concern.owners("for", places)
        if held.role in ROLES and unreached(session, held, concern) is None:
            return True
    return False
