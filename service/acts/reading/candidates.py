"""Who agreed to stand on a list of candidates: for HR there and for the officers of the head who assesses, each look an entry.

Who was asked and did not agree is in no answer but their own.
"""

from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.reading.circle import keep_look, reaches, roles_for
from service.acts.table import ASSESSOR, HR
from service.assessment import queries
from service.assessment.model import Candidate
from service.database import transaction
from service.identity.desk import Seated
from service.identity.members import Held
from service.personnel.model import Person


def agreed_candidates(seated: Seated, *, organization_id: str, purpose: str) -> list[tuple[Candidate, str]]:
    """Return who agreed to stand on an organization's list, each with their name, once the look is kept.

    Raises NotAllowedError, OutsideError, PurposeNeededError, BudgetSpentError.
    """
    require_any_role(seated.member, {HR, ASSESSOR})
    with transaction(seated.desk.engine) as session:
        hr = [one for one in roles_for(seated, {HR}, "clearance_state", purpose) if whole(one) == organization_id]
        heads = {whole(one) for one in roles_for(seated, {ASSESSOR}, "assessment_step", purpose)} - {None}
        shown = [
            row
            for row in queries.candidates(session, organization_id=organization_id)
            if row.person_id != seated.member.person_id
            and (row.head_id in heads or any(reaches(session, one, row.person_id, seated) for one in hr))
        ]
        if not hr and not shown:
            word = "organization_id"
            raise OutsideError(word)
        held = [one for one in seated.member.roles if one.role in ({HR} if hr else {ASSESSOR})]
        keep_look(session, seated, held, "candidates", purpose=purpose, clear={"for": organization_id})
        return [(row, session.get_one(Person, row.person_id).legal_name) for row in shown]


def whole(held: Held) -> str | None:
    """Return whose people a role is there for; None for one that is limited to informations or contracts."""
    return None if held.informations or held.contracts else held.organization_id
