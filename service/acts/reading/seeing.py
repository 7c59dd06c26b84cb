"""In which roles somebody sees a class of records without more ado, and whether one of these reaches something."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.identity.desk import Seated
from service.identity.entitlements import TABLE, Class
from service.identity.members import Held


def seers(seated: Seated, wanted: Class) -> Sequence[Held]:
    """Return the roles of somebody that see a class without more ado. Raises NotAllowedError where there is none."""
    roles = {role for role, classes in TABLE.items() if classes.get(wanted) == "yes" and role != "person"}
    require_any_role(seated.member, roles)
    return [one for one in seated.member.roles if one.role in roles]


def seers_in(seated: Seated, wanted: Class, organization_id: str) -> Sequence[Held]:
    """Return the roles of somebody in one organization that see a class. Raises NotAllowedError, OutsideError."""
    held = [one for one in seers(seated, wanted) if one.organization_id == organization_id]
    if not held:
        word = "organization"
        raise OutsideError(word)
    return held


def reached(session: Session, held: Collection[Held], concern: Concern) -> bool:
    """Say whether one of some roles reaches what a concern names."""
    return any(unreached(session, one, concern) is None for one in held)
