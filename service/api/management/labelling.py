"""Marks to print (HTML), labels that machines read (JSON, XMP), and the doubts of staff about what carries them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import reaches
from service.acts.table import MANAGER
from service.api.management.acts import REFUSALS, files
from service.api.management.desk import At
from service.database import read
from service.designation.labels import Label, as_json, as_xmp
from service.designation.marks import mark, sheet
from service.designation.model import Designation
from service.designation.queries import doubts_of, information_state, informations_in
from service.identity.desk import Seated
from service.identity.entitlements import TABLE
from service.ledger import plain
from service.personnel.model import Organization
from service.statute.periods import legal_day

router = APIRouter(tags=["labels"], responses=REFUSALS)
Id = Annotated[str, Path(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]
Form = Annotated[Literal["json", "xmp", "html"], Query(alias="format", description="JSON and XMP for machines, HTML for the printer.")]
READERS = frozenset(role for role, sees in TABLE.items() if sees.get("title") == "yes")
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
    require_any_role(seated.member, {MANAGER})
    held = [one for one in seated.member.roles if one.role == MANAGER]
    with read(seated.desk.engine) as session:
        if not reaches(session, held, "information_id", information_id, at=seated.at):
            word = "information_id"
            raise OutsideError(word)
        found = doubts_of(session, information_id=information_id)
        return [{"id": row.id, "requirement": row.requirement, "on": plain(row.on)} for row in found]


def _answer(seated: Seated, word: str, value: str, form: str) -> Response:
    require_any_role(seated.member, READERS)
    held = [one for one in seated.member.roles if one.role in READERS]
    with read(seated.desk.engine) as session:
        if not reaches(session, held, word, value, at=seated.at):
            raise OutsideError(word)
        carried = [value] if word == "information_id" else informations_in(session, document_id=value, on=legal_day(seated.at))
        found = [label for one in carried for label in _labels(session, one, seated)]
    if not found:
        message = f"{word}: nothing of it is designated under a number, so that there is no mark"
        raise UnfitError(message)
    standing = [one for one in found if one.state == "designated"]
    shown = standing or found
    if form == "html":
        marks = [mark(one.state, number=one.numbers, originator=one.organs, foreign=one.originators) for one in shown]
        policy = {"Content-Security-Policy": SHEET_POLICY}
        return Response(sheet(marks, title="・".join(marks[0].number)), media_type=TYPES[form], headers=policy)
    label = _together(shown)
    return Response(as_json(label) if form == "json" else as_xmp(label), media_type=TYPES[form])


def _labels(session: Session, information_id: str, seated: Seated) -> list[Label]:
    """Return the label of an information, of its standing designations or else of the one that ended last; none without a number."""
    today = legal_day(seated.at)
    state = information_state(session, information_id=information_id, at=seated.at)
    made = [one for one in state.designations if one.on <= today]
    shown = [one for one in made if one.in_force(today)] or sorted(made, key=lambda one: one.ended_on(today))[-1:]
    if not shown or state.information.number is None:
        return []
    rows = session.scalars(select(Designation).where(Designation.id.in_([one.id for one in shown]))).all()
    last = max(shown, key=lambda one: one.last_day_as_of(today))
    return [
        Label(
            state="designated" if last.in_force(today) else _ended(last.end_mark(today)),
            numbers=[state.information.number],
            organs=_names(session, [row.organ_id for row in rows]),
            last_day=last.last_day_as_of(today),
            classes=[row.class_ for row in rows if row.class_ is not None],
            originators=_names(session, [row.originator_id for row in rows if row.originator_id is not None]),
        )
    ]


def _ended(word: str) -> Literal["expired", "lifted"]:
    return "lifted" if word == "lifted" else "expired"


def _names(session: Session, organizations: Sequence[str]) -> list[str]:
    return [session.get_one(Organization, one).name for one in sorted(set(organizations))]


def _together(labels: Sequence[Label]) -> Label:
    """Return one label for everything that stands, until the last of it ends."""
    last = max(labels, key=lambda one: str(one.last_day))
    return Label(
        state=last.state,
        numbers=[number for one in labels for number in one.numbers],
        organs=[organ for one in labels for organ in one.organs],
        last_day=last.last_day,
        classes=[code for one in labels for code in one.classes],
        originators=[name for one in labels for name in one.originators],
    )
