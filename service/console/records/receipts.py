"""A receipt to print and sign: of a document that was lent, or delivered for good (NPSC Rule 27, 29)."""

from starlette.responses import Response

from service.acts.concerning import OutsideError
from service.acts.reach import reaches
from service.acts.reading.desk import KEEPERS, document_at
from service.console.labels import labels
from service.console.records.labels import code_svg
from service.console.visit import Visit
from service.database import read
from service.registers.model import Line

PRINTED = ("loan", "delivery")


def receipt(visit: Visit) -> Response:
    """GET of /receipts/{line_id}."""
    with read(visit.desk.engine) as session:
        line = session.get(Line, visit.request.path_params["line_id"])
        organization = "" if line is None else line.organization_id
        held = [one for one in visit.member.roles if one.role in KEEPERS and one.organization_id == organization]
        found = line is not None and line.kind in PRINTED and line.struck_on is None and line.document_id is not None
        if line is None or not found or not reaches(session, held, "line_id", line.id, at=visit.at):
            word = "line_id"
            raise OutsideError(word)
        named = [line.document_id, line.organization_id, line.person_id, line.party_id, line.witness_id]
        called = labels(session, [one for one in named if one is not None], roles=visit.member.role_names)
        session.expunge_all()
    everywhere = document_at(visit.seated, document_id=line.document_id or "")
    placed = next((one for one in everywhere if one.organization_id == organization), None)
    serial = None if placed is None else placed.serial
    return visit.page(
        "records/receipt.html",
        line=line,
        title=called.get(line.document_id or "", ""),
        organization=called.get(line.organization_id, ""),
        receiver=called.get(line.person_id or line.party_id or "", ""),
        carrier=called.get(line.witness_id or "", ""),
        serial=serial,
        code=code_svg(line.document_id or "", title=str(serial or "")),
    )
