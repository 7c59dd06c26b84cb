"""What the protection circle may read, each look with a purpose and an entry: the list of assessed persons, reports about somebody."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.reading.circle import keep_look, reaches, roles_for
from service.api.management.acts import REFUSALS, files
from service.api.management.desk import At
from service.api.management.examples import ID
from service.api.management.forms import Form, example
from service.database import transaction
from service.evidence.assessed import CIRCLE, assessed_people, csv_of
from service.evidence.columns import Language
from service.identity.entitlements import is_told
from service.identity.members import Held
from service.ledger import plain
from service.personnel.model import Person
from service.registers.duties.queries import reports_about

router = APIRouter(tags=["circle"], responses=REFUSALS)
Named = Annotated[str, Field(min_length=1, max_length=200, pattern="^[^\\x00]*$")]


class Purpose(Form):
    """What for: one of the coded purposes."""

    model_config = example({"purpose": "listing"})

    purpose: Named


class ListLook(Purpose):
    """Whose list, of which head's results, and what for."""

    model_config = example({"purpose": "listing", "organization_id": ID, "head_id": ID})

    organization_id: Named
    head_id: Named


@router.post("/assessed-people", responses=files("text/csv"))
def assessed(seated: At, body: ListLook, csv: Annotated[Language | None, Query()] = None) -> Any:
    """Show the list of assessed persons of an organization, names, results and days; `csv=ja` or `csv=en` as a file."""
    require_any_role(seated.member, CIRCLE)
    with transaction(seated.desk.engine) as session:
        held = [one for one in roles_for(seated, CIRCLE, "clearance_state", body.purpose) if _of(one, body.organization_id)]
        if not held:
            word = "organization_id"
            raise OutsideError(word)
        keep_look(session, seated, held, "assessed-people", purpose=body.purpose, clear={"for": body.organization_id})
        found = assessed_people(session, organization_id=body.organization_id, head_id=body.head_id, at=seated.at)
        rows = [one for one in found if any(reaches(session, one_held, one.person_id, seated) for one_held in held)]
        if not is_told({one.role for one in held}):
            # Whoever is not told results learns who is cleared; everybody else is as if never listed.
            rows = [one for one in rows if one.outcome == "positive"]
    if csv is not None:
        return Response(csv_of(rows, language=csv), media_type="text/csv; charset=utf-8")
    return [
        {
            "legal_name": one.legal_name,
            "outcome": one.outcome,
            "notified_on": plain(one.notified_on),
            "original_on": plain(one.original_on),
            "last_day": plain(one.last_day),
            "provisional": one.provisional,
        }
        for one in rows
    ]


@router.post("/people/{person_id}/reports")
def reports(seated: At, person_id: str, body: Purpose) -> list[dict[str, Any]]:
    """Show the reports by and about somebody within your reach: kind, days and numbers of papers, never what happened."""
    require_any_role(seated.member, CIRCLE)
    person_id = person_id.replace("\x00", "")
    with transaction(seated.desk.engine) as session:
        held = [one for one in roles_for(seated, CIRCLE, "report", body.purpose) if reaches(session, one, person_id, seated)]
        if not held or session.get(Person, person_id) is None or person_id == seated.member.person_id:
            # Of the reports about oneself one sees one's own, at /me.
            word = "person_id"
            raise OutsideError(word)
        keep_look(session, seated, held, "reports", purpose=body.purpose, clear={"person": person_id})
        places = {one.organization_id for one in held}
        return [
            {
                "id": row.id,
                "organization_id": row.organization_id,
                "code": row.code,
                "on": plain(row.happened_on),
                "reported_on": plain(row.reported_on),
                "reported_by": row.reported_by,
                "head_id": row.head_id,
                "reference_number": row.reference_number,
            }
            for row in reports_about(session, person_id=person_id)
            if row.organization_id in places
        ]


def _of(held: Held, organization_id: str) -> bool:
    return held.organization_id == organization_id and not held.informations and not held.contracts
