"""Whether somebody may do an act: a role that may, its reach, separation, their own record, and how fresh their sign-in is."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.acts.reach import Concern, OutsideError, unreached
from service.acts.table import Known
from service.identity.accounts import RoleRefusedError
from service.identity.members import Held, Member
from service.identity.roles import in_the_way
from service.statute.refusals import Refusal

FRESH = timedelta(minutes=15)
"""How long ago somebody may have proved who they are, for an approval and for sensitive acts."""
TWO_FACTORS = 2
ON_ONE_SELF = frozenset({"remove_handler", "end_role", "end_account"})
"""Acts that take something from whoever does them."""


class NotAllowedError(PermissionError):
    """No role of this person may do the act."""


class StepUpError(PermissionError):
    """The act needs a fresh sign-in with two factors."""


class OwnRecordRefusedError(Refusal):
    """Nobody acts on their own record."""

    slug = "own-record"


def require_any_role(member: Member, roles: Collection[str]) -> None:
    """Refuse somebody who holds none of these roles anywhere. Raises NotAllowedError."""
    if not member.role_names & set(roles):
        message = f"none of your roles may do this; it takes {' or '.join(sorted(roles))}"
        raise NotAllowedError(message)


def require_role(session: Session, member: Member, roles: Collection[str], concern: Concern, *, separated: bool = True) -> Held:
    """Return a role of the member that may act and reaches the concern.

    Raises NotAllowedError where no role may, OutsideError where none reaches, RoleRefusedError for roles kept apart.
    """
    require_any_role(member, roles)
    fitting = [held for held in member.roles if held.role in roles]
    missed: list[str] = []
    for held in fitting:
        missing = unreached(session, held, concern)
        if missing is None:
            if separated:
                _require_separation(held, member)
            return held
        missed.append(missing)
    raise OutsideError(missed[0])


def _require_separation(held: Held, member: Member) -> None:
    """Refuse to use a role that is kept apart from another of the same person's, however it came to that."""
    other = in_the_way(held.role, member.role_names, profile=member.profile)
    if other is not None:
        reason = "separated_roles"
        raise RoleRefusedError(reason, facts={"role": held.role, "held": other})


def require_not_one_s_own(member: Member, known: Known, concern: Concern) -> None:
    """Refuse an act on one's own record. Raises OwnRecordRefusedError."""
    if member.person_id in concern.people and known.verb not in ON_ONE_SELF:
        reason = "own_record"
        raise OwnRecordRefusedError(reason)


def require_fresh(member: Member, *, at: datetime) -> None:
    """Ask for a fresh sign-in with two factors. Raises StepUpError."""
    stale = member.auth_at is None or at - member.auth_at > FRESH
    if stale or len(member.methods) < TWO_FACTORS:
        message = "this needs a fresh sign-in with two factors"
        raise StepUpError(message)
