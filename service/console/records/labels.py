"""Labels for a bar-code reader: a code that holds the id of a document and nothing else, one by one or as a sheet."""

import io
from typing import Any

import segno
from sqlalchemy import select
from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.reach import reaches
from service.acts.reading.desk import KEEPERS, document_at
from service.acts.reading.registers import places_of
from service.console.visit import Visit
from service.database import read
from service.registers.model import Line

MOST = 240
"""Labels that are printed at once: ten sheets."""
LONGEST_NUMBER = 12


def code_svg(words: str, *, title: str) -> str:
    """Return words as a QR code, an SVG element without styles or scripts; its size is the page's to give."""
    out = io.BytesIO()
    made = segno.make(words, error="m", micro=False)
    made.save(out, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True, border=2, svgclass="qr", lineclass=None, title=title)
    return out.getvalue().decode("utf-8")


def one_label(visit: Visit) -> Response:
    """GET of /documents/{document_id}/qr: the label of one document."""
    placed = document_at(visit.seated, document_id=visit.request.path_params["document_id"])
    made = [(code_svg(one.document.id, title=str(one.serial or "")), one.serial, one.document.id) for one in placed]
    return visit.page("records/labels.html", made=made, single=True, problem="", places=[], chosen="", first="", last="", most=MOST)


def sheet(visit: Visit) -> Response:
    """GET of /registers/labels?organization=&first=&last=: the labels of a span of registration numbers."""
    places = places_of(visit.seated, roles=KEEPERS)
    chosen = visit.asked("organization") or (places[0][0] if places else "")
    first, last = visit.asked("first"), visit.asked("last")
    if not first and not last:
        return _sheet_page(visit, places, chosen)
    try:
        span = _span(first, last or first)
    except UnfitError:
        return _sheet_page(visit, places, chosen, wrong=True)
    return _sheet_page(visit, places, chosen, made=_made(visit, chosen, span) if chosen in {one for one, _name in places} else [])


def _sheet_page(
    visit: Visit, places: list[tuple[str, str]], chosen: str, *, made: list[tuple[str, int, str]] | None = None, wrong: bool = False
) -> Response:
    given: dict[str, Any] = {"places": places, "chosen": chosen, "first": visit.asked("first"), "last": visit.asked("last"), "most": MOST}
    problem = "records_labels_unfit" if wrong else "records_labels_none" if made == [] else ""
    return visit.page("records/labels.html", status=422 if wrong else 200, made=made or [], single=False, problem=problem, **given)


def _span(first: str, last: str) -> tuple[int, int]:
    """Return the registration numbers from a first to a last. Raises UnfitError."""
    if not all(one.isascii() and one.isdigit() and len(one) <= LONGEST_NUMBER for one in (first, last)):
        message = "first: registration numbers"
        raise UnfitError(message)
    span = (int(first), int(last))
    if not 0 < span[0] <= span[1] < span[0] + MOST:
        message = f"last: at most {MOST} from the first"
        raise UnfitError(message)
    return span


def _made(visit: Visit, organization_id: str, span: tuple[int, int]) -> list[tuple[str, int, str]]:
    """Return the labels of a span: the code, the registration number and the id of each document within reach."""
    found = select(Line).where(
        Line.organization_id == organization_id,
        Line.kind == "document",
        Line.struck_on.is_(None),
        Line.serial >= span[0],
        Line.serial <= span[1],
    )
    held = [one for one in visit.member.roles if one.role in KEEPERS and one.organization_id == organization_id]
    with read(visit.desk.engine) as session:
        return [
            (code_svg(line.document_id, title=str(line.serial)), line.serial, line.document_id)
            for line in session.scalars(found.order_by(Line.serial))
            if line.document_id is not None and reaches(session, held, "document_id", line.document_id, at=visit.at)
        ]
