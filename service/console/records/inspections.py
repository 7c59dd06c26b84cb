"""Inspections as pages: which there are, how one goes on and what it has not compared, and its sheet to print (NPSC Rule 39)."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from starlette.responses import Response

from service.acts.concerning import OutsideError
from service.acts.reading.inspections import READERS, Inspection, Item, inspection_of, inspections_of
from service.acts.reading.registers import places_of
from service.console.acting.act import link
from service.console.labels import labels
from service.console.records.labels import code_svg
from service.console.records.steps import may
from service.console.visit import Visit
from service.database import read

ON_THE_PAGE, ON_A_SHEET = 50, 200
LONGEST_NUMBER = 9


def listing(visit: Visit) -> Response:
    """GET of /inspections."""
    places = places_of(visit.seated, roles=READERS)
    if not places:
        word = "organization"
        raise OutsideError(word)
    chosen = visit.asked("organization") or places[0][0]
    rows, onward = inspections_of(visit.seated, organization_id=chosen, before=place_in(visit) or None, limit=ON_THE_PAGE)
    with read(visit.desk.engine) as session:
        called = labels(session, [[row.person_id, row.witness_id] for row in rows], roles=visit.member.role_names)
    return visit.page(
        "records/inspections.html",
        places=places,
        chosen=chosen,
        rows=rows,
        called=called,
        onward=None if onward is None else str(onward),
        begin=_begun_by(visit, "begin_inspection", chosen),
        earlier=_begun_by(visit, "record_earlier_inspection", chosen),
    )


def _begun_by(visit: Visit, verb: str, organization_id: str) -> str:
    """Return the form of an act that begins an inspection, where the visitor may do it."""
    return link(verb, back="/inspections", organization_id=organization_id) if may(visit, verb) else ""


def inspection(visit: Visit) -> Response:
    """GET of /inspections/{inspection_id}: how far it is, what remains, what was found."""
    found = inspection_of(visit.seated, inspection_id=visit.request.path_params["inspection_id"])
    line, first = found.line, place_in(visit)
    shown = found.remaining[first : first + ON_THE_PAGE] if found.is_open else found.compared[first : first + ON_THE_PAGE]
    total = len(found.remaining) if found.is_open else len(found.compared)
    amiss = [one for one in found.compared if one.found != "present"]
    called = names_of(visit, [*shown, *amiss[:ON_THE_PAGE]], line.person_id, line.witness_id)
    return visit.page(
        "records/inspection.html",
        found=found,
        line=line,
        called=called,
        shown=shown,
        amiss=amiss[:ON_THE_PAGE],
        counts=_counts(found),
        by_place=[(place, sum(1 for _one in rows)) for place, rows in groupby(found.remaining, key=lambda one: one.place)],
        onward=str(first + ON_THE_PAGE) if total > first + ON_THE_PAGE else None,
        own=is_own(visit, found),
        records=may(visit, "record_inspection"),
        end=link("end_inspection", back=f"/inspections/{line.id}", inspection_id=line.id) if found.is_open and not found.remaining else "",
        reports={one.document_id: _report(visit, found, one) for one in amiss if one.found == "missing"},
    )


def _counts(found: Inspection) -> Mapping[str, int]:
    counts = {name: sum(one.found == name for one in found.compared) for name in ("present", "misplaced", "missing")}
    return counts | {"remaining": len(found.remaining)}


def _report(visit: Visit, found: Inspection, one: Item) -> str:
    """Return the form by which what is missing is reported at once (NPSC Rule 40)."""
    words = {"organization_id": found.line.organization_id, "person_id": visit.member.person_id, "document_id": one.document_id}
    return link("report_incident", back=f"/inspections/{found.line.id}", incident="lost", **words)


def is_own(visit: Visit, found: Inspection) -> bool:
    """Say whether it is the visitor whose holdings are inspected: they neither inspect nor record it."""
    return visit.member.person_id == found.line.person_id


def sheet(visit: Visit) -> Response:
    """GET of /inspections/{inspection_id}/sheet: what should be there, by place, with codes and boxes, on paper."""
    found = inspection_of(visit.seated, inspection_id=visit.request.path_params["inspection_id"])
    first = place_in(visit)
    shown = found.remaining[first : first + ON_A_SHEET]
    line = found.line
    return visit.page(
        "records/sheet.html",
        line=line,
        called=names_of(visit, shown, line.person_id, line.witness_id),
        groups=[(place, list(rows)) for place, rows in groupby(shown, key=lambda one: one.place)],
        codes={one.document_id: code_svg(one.document_id, title=str(one.serial)) for one in shown},
        number=len(found.remaining),
        onward=str(first + ON_A_SHEET) if len(found.remaining) > first + ON_A_SHEET else None,
    )


def names_of(visit: Visit, items: Iterable[Item], *people: str | None) -> Mapping[str, str]:
    """Return what documents and people are called, as far as the visitor sees it."""
    with read(visit.desk.engine) as session:
        ids = [*(one.document_id for one in items), *(one for one in people if one is not None)]
        return labels(session, ids, roles=visit.member.role_names)


def place_in(visit: Visit) -> int:
    """Return behind how many rows the page begins."""
    words = visit.asked("cursor")
    return int(words) if words.isascii() and words.isdigit() and len(words) <= LONGEST_NUMBER else 0
