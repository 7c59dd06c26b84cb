"""Assessments, for whom they concern: who agreed to be a candidate, an officer's steps, open complaints (Act 12-16).

Who was asked and did not agree is in no answer but their own; nobody outside the circle has a door here at all.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session

from service.acts.concerning import OutsideError, concern_of
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.acts.reading.candidates import agreed_candidates, whole
from service.acts.reading.circle import keep_look, roles_for
from service.acts.reading.own import complaint_shown, steps_shown
from service.acts.table import ACTS, ASSESSOR, COMPLAINTS
from service.api.management.acts import REFUSALS
from service.api.management.circle import Named, Purpose
from service.api.management.desk import At
from service.assessment import queries
from service.database import transaction
from service.identity.desk import Seated
from service.identity.members import Held
from service.ledger import Seat, plain
from service.personnel.model import Person

OFFICERS = frozenset({ASSESSOR, COMPLAINTS})
"""Who sees the steps of somebody else's assessment, each look with a purpose."""


class CandidatesLook(Purpose):
    """Whose list of candidates, and what for."""

    organization_id: Named


class HeadLook(Purpose):
    """Which head's assessments, and what for."""

    head_id: Named


def candidates(seated: At, body: CandidatesLook) -> list[dict[str, Any]]:
    """Show who agreed to stand on an organization's list of candidates: to HR there, and to the officers of the head who assesses."""
    return [
        {
            "id": row.id,
            "person_id": row.person_id,
            "legal_name": name,
            "head_id": row.head_id,
            "answered_on": plain(row.answered_on),
            "employer_id": row.employer_id,
            "employer_told_on": plain(row.employer_told_on),
        }
        for row, name in agreed_candidates(seated, organization_id=body.organization_id, purpose=body.purpose)
    ]


def assessment(seated: At, person_id: str, body: HeadLook) -> dict[str, Any]:
    """Show the steps of a head's newest assessment of somebody to its officers; complaints to the complaint officer alone."""
    require_any_role(seated.member, OFFICERS)
    person_id = person_id.replace("\x00", "")
    with transaction(seated.desk.engine) as session:
        held = [one for one in _officers(seated, OFFICERS, body) if _reached(session, one, seated, person_id)]
        if not held or person_id == seated.member.person_id:
            # Of one's own assessment one sees what the person sees, at /me.
            word = "person_id"
            raise OutsideError(word)
        keep_look(session, seated, held, "assessment", purpose=body.purpose, clear={"person": person_id})
        case = queries.current_case(session, person_id=person_id, head_id=body.head_id)
        complaints = queries.complaints_of(session, person_id=person_id, head_id=body.head_id) if _hears(held) else ()
        return {
            "doubt": case is not None and case.doubt,
            "steps": steps_shown(session, case),
            "complaints": [complaint_shown(row) for row in complaints],
        }


def complaints(seated: At, body: HeadLook) -> list[dict[str, Any]]:
    """Show the complaints that a head has not answered, the oldest first, to a complaint officer who took no part."""
    require_any_role(seated.member, {COMPLAINTS})
    with transaction(seated.desk.engine) as session:
        held = _officers(seated, {COMPLAINTS}, body)
        if not held:
            word = "head_id"
            raise OutsideError(word)
        keep_look(session, seated, held, "complaints", purpose=body.purpose, clear={"for": body.head_id})
        mine = {seated.member.person_id, seated.member.account_id}
        return [
            {**complaint_shown(row), "person_id": row.person_id, "legal_name": session.get_one(Person, row.person_id).legal_name}
            for row in queries.open_complaints(session, head_id=body.head_id)
            if row.person_id not in mine and not mine & queries.took_part(session, person_id=row.person_id, head_id=body.head_id)
        ]


def router(seat: Seat) -> APIRouter:
    """Return the doors of a seat: an operator knows of candidates alone."""
    made = APIRouter(tags=["circle"], responses=REFUSALS)
    made.add_api_route("/candidates", candidates, methods=["POST"])
    if seat == "organ":
        made.add_api_route("/people/{person_id}/assessment", assessment, methods=["POST"])
        made.add_api_route("/complaints", complaints, methods=["POST"])
    return made


def _officers(seated: Seated, roles: frozenset[str] | set[str], body: HeadLook) -> list[Held]:
    return [one for one in roles_for(seated, roles, "assessment_step", body.purpose) if whole(one) == body.head_id]


def _hears(held: Sequence[Held]) -> bool:
    return any(one.role == COMPLAINTS for one in held)


def _reached(session: Session, held: Held, seated: Seated, person_id: str) -> bool:
    """Say whether a role reaches somebody as it does for the acts of an assessment."""
    words = {"person_id": person_id, "head_id": held.organization_id}
    return unreached(session, held, concern_of(session, ACTS["give_notice"], words, at=seated.at)) is None
