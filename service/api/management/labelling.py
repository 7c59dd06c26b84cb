"""Marks to print (HTML), labels that machines read (JSON, XMP), and the doubts of staff about what carries them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from service.acts.reading.marks import Marked, doubts_about, labels_of, together
from service.api.management.acts import REFUSALS, files
from service.api.management.desk import At
from service.database import read
from service.designation.labels import as_json, as_xmp
from service.designation.marks import mark, sheet
from service.identity.desk import Seated
from service.ledger import plain

router = APIRouter(tags=["labels"], responses=REFUSALS)
Id = Annotated[str, Path(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]
Form = Annotated[Literal["json", "xmp", "html"], Query(alias="format", description="JSON and XMP for machines, HTML for the printer.")]
TYPES = {"json": "application/json", "xmp": "application/rdf+xml", "html": "text/html; charset=utf-8"}
SHEET_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@router.get("/informations/{information_id}/label", response_class=Response, responses=files(*TYPES.values()))
def of_information(seated: At, information_id: Id, form: Form = "json") -> Response:
    """Return the label or the mark of an information."""
    return _answer(seated, "information_id", information_id, form)


@router.get("/documents/{document_id}/label", response_class=Response, responses=files(*TYPES.values()))
def of_document(seated: At, document_id: Id, form: Form = "json") -> Response:
    """Return the label or the marks of a document: of all that it carries and that still stands, else of what has ended."""
    return _answer(seated, "document_id", document_id, form)


@router.get("/informations/{information_id}/doubts")
def doubts(seated: At, information_id: Id) -> list[dict[str, Any]]:
    """Show which requirement staff doubted of a designation, by the number on its marks, the earliest first; not who."""
    with read(seated.desk.engine) as session:
        found = doubts_about(session, seated, information_id=information_id)
        return [{"id": row.id, "requirement": row.requirement, "on": plain(row.on)} for row in found]


def _answer(seated: Seated, word: Marked, value: str, form: str) -> Response:
    with read(seated.desk.engine) as session:
        shown = labels_of(session, seated, word=word, value=value)
    if form == "html":
        marks = [mark(one.state, number=one.numbers, originator=one.organs, foreign=one.originators) for one in shown]
        policy = {"Content-Security-Policy": SHEET_POLICY}
        return Response(sheet(marks, title="・".join(marks[0].number)), media_type=TYPES[form], headers=policy)
    label = together(shown)
    return Response(as_json(label) if form == "json" else as_xmp(label), media_type=TYPES[form])
