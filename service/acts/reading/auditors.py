"""What an auditor of the whole deployment may read for a purpose, each look an entry before anything is shown."""

from sqlalchemy.orm import Session

from service.acts.attempts import attempts_kept
from service.acts.concerning import Concern, OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.acts.reading.circle import keep_look, roles_for
from service.database import transaction
from service.identity.desk import Seated
from service.identity.entitlements import Class, PurposeNeededError, access
from service.identity.members import Held


def everywhere(session: Session, held: list[Held]) -> list[Held]:
    """Return which of some roles reach the whole deployment."""
    return [one for one in held if unreached(session, one, Concern(everywhere=True)) is None]


@attempts_kept("entries")
def require_auditor(seated: Seated) -> None:
    """Refuse whoever is no auditor to page through the log. Raises NotAllowedError."""
    require_any_role(seated.member, {"auditor"})


@attempts_kept("records")
def look_everywhere(seated: Seated, roles: frozenset[str], wanted: tuple[Class, ...], *, purpose: str | None, what: str) -> list[Held]:
    """Return the roles by which somebody sees some classes in the whole deployment; for what takes a purpose, record the look first.

    Raises NotAllowedError, PurposeNeededError, OutsideError, BudgetSpentError.
    """
    require_any_role(seated.member, roles)
    with transaction(seated.desk.engine) as session:
        reaching = everywhere(session, [one for one in seated.member.roles if one.role in roles])
        if not reaching:
            word = "reach"
            raise OutsideError(word)
        names = {one.role for one in reaching}
        if all(access(names, one) == "yes" for one in wanted):
            return reaching
        allowed = [set(map(id, roles_for(seated, names, one, purpose or ""))) for one in wanted]
        held = [one for one in reaching if all(id(one) in some for some in allowed)]
        if not held:
            message = "purpose: none of your roles may see this"
            raise PurposeNeededError(message)
        keep_look(session, seated, held, what, purpose=purpose or "", clear={})
    return held
