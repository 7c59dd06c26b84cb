"""The desk of whoever keeps documents: one field that a bar-code reader fills, and what can be done with what was scanned."""

from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.reading.desk import Placed, found_documents
from service.console.labels import labels
from service.console.records.steps import may, steps_at_desk
from service.console.visit import Visit
from service.database import read
from service.registers import queries
from service.statute.periods import legal_day

LONGEST_CODE = 200
IN_LIFE = 8
"""Lines of a document's life that the desk shows."""
TONES = {"held": "good", "on_loan": "warn", "lost": "bad", "not_in_ledger": "info", "no_longer_held": "quiet"}


def desk(visit: Visit) -> Response:
    """GET of /desk?code=: a scanned code. The field is there again for the next, whatever came of it."""
    code = visit.asked("code")[:LONGEST_CODE]
    if not code:
        return visit.page("records/desk.html", code="", found=[], unknown=False)
    placed = found_documents(visit.seated, code=code)
    with read(visit.desk.engine) as session:
        found = [_shown(session, visit, one) for one in placed]
    return visit.page("records/desk.html", status=200 if found else 404, code=code, found=found, unknown=not found)


def _shown(session: Session, visit: Visit, one: Placed) -> dict[str, object]:
    """Return a document as the desk shows it."""
    roles = visit.member.role_names
    loan = one.loan
    named = [one.document.id, one.organization_id]
    named += [] if loan is None else [part for part in (loan.person_id, loan.party_id) if part is not None]
    named += [] if one.area is None or one.area.keeper_id is None else [one.area.keeper_id]
    called = labels(session, named, roles=roles)
    life = queries.life_of(session, organization_id=one.organization_id, document_id=one.document.id)
    back = f"/desk?code={quote(one.document.id)}"
    return {
        "document_id": one.document.id,
        "kind": one.document.kind,
        "name": called.get(one.document.id, one.document.id),
        "organization": called.get(one.organization_id, one.organization_id),
        "state": one.state,
        "tone": TONES[one.state],
        "serial": one.serial,
        "area": None if one.area is None else one.area.label,
        "keeper": "" if one.area is None else called.get(one.area.keeper_id or "", ""),
        "loan": loan,
        "borrower": "" if loan is None else called.get(loan.person_id or loan.party_id or "", ""),
        "late": loan is not None and loan.due_on is not None and loan.due_on < legal_day(visit.at),
        "steps": steps_at_desk(visit, one, back=back),
        "returns": loan is not None and may(visit, "return_loan"),
        "back": back,
        "today": legal_day(visit.at),
        "life": [(line.kind, line.begun_on, line.ended_on, line.serial) for line in reversed(life)][:IN_LIFE],
    }
