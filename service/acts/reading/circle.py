"""Looks that take a purpose: in which roles somebody has one, whom these reach, and that the look is kept."""

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from service.acts.concerning import Concern, Part
from service.acts.reach import unreached
from service.evidence import lookups
from service.identity.desk import Seated
from service.identity.entitlements import PURPOSES, Class, PurposeNeededError, may_see
from service.identity.members import Held
from service.personnel.queries import posts_of


def roles_for(seated: Seated, roles: Collection[str], wanted: Class, purpose: str) -> list[Held]:
    """Return which of some roles somebody has that may see a class for a purpose. Raises PurposeNeededError for one that there is not."""
    if purpose not in PURPOSES:
        message = f"purpose: one of {', '.join(PURPOSES)}"
        raise PurposeNeededError(message)
    return [one for one in seated.member.roles if one.role in roles and may_see({one.role}, wanted, purpose=purpose)]


def keep_look(session: Session, seated: Seated, held: list[Held], what: str, *, purpose: str | None, clear: dict[str, Any]) -> int:
    """Record that somebody looked, before anything is shown, and return the index of that."""
    lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
    look = lookups.Look(seated.member.actor, {one.role for one in held}, what, purpose)
    return lookups.record_look(session, log=seated.desk.log, at=seated.at, look=look, clear=clear)


def reaches(session: Session, held: Held, person_id: str, seated: Seated) -> bool:
    """Say whether a role reaches somebody: where they work or worked, in its units where it has any."""
    posts = posts_of(session, person_id=person_id, at=seated.at)
    units = frozenset(row.unit_id for row in posts if row.unit_id is not None)
    concern = Concern([Part("person_id", frozenset(row.organization_id for row in posts), units)], {person_id})
    return bool(posts) and unreached(session, held, concern) is None
