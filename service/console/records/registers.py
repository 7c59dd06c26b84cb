"""Registers as pages: which there are, the lines of one in the order of its form, and the same as a file. Each reading is an entry."""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select
from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.concerning import OutsideError
from service.acts.reading.file_names import file_name
from service.acts.reading.registers import needs_purpose, open_registers, places_of, read_register, readers_of
from service.console.records.steps import KEEPERS, Step, steps_of_line
from service.console.visit import Visit
from service.database import read
from service.evidence.registers import Span
from service.evidence.rolls import ROLLS
from service.evidence.tables import ENDINGS, FORMS, TYPES
from service.identity.entitlements import PURPOSES
from service.registers.declared import REGISTERS
from service.registers.model import Line

ON_THE_PAGE = 50
LONGEST_NUMBER = 12
GROUPS = (
    ("records_documents", ("document", "storage", "handling", "loan", "copying")),
    ("records_gone", ("delivery", "disposal", "emergency")),
    ("records_guarding", ("area", "entry", "passage", "device", "inspection", "finding", "incident")),
)
"""Registers as they are told on the page, group by group; what is in none stands at the end."""
PRINTED = frozenset({"loan", "delivery"})
"""Lines of which there is a receipt to print."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a register: its cells, and of a line its id, what it is about and what can be done with it."""

    cells: tuple[str, ...]
    struck: bool = False
    document_id: str = ""
    receipt: str = ""
    inspection: str = ""
    steps: tuple[Step, ...] = ()


def listing(visit: Visit) -> Response:
    """GET of /registers."""
    found = open_registers(visit.seated)
    place = 0 if visit.language == "ja" else 1
    chosen = visit.asked("organization")
    grouped = [(name, [(kind, found[kind][place]) for kind in kinds if kind in found]) for name, kinds in GROUPS]
    named = {kind for _name, kinds in GROUPS for kind in kinds}
    grouped.append(("records_others", [(kind, says[place]) for kind, says in found.items() if kind not in named]))
    bases = {one.kind: one.basis for one in REGISTERS}
    cited = {kind: bases[kind].ja() if visit.language == "ja" else str(bases[kind]) for kind in found if kind in bases}
    at_desk = bool(visit.member.role_names & KEEPERS)
    return visit.page(
        "records/registers.html",
        groups=[(name, rows) for name, rows in grouped if rows],
        cited=cited,
        places=places_of(visit.seated),
        chosen=chosen,
        at_desk=at_desk,
    )


def register(visit: Visit) -> Response:
    """GET of /registers/{kind}: a page of its lines; where it takes a purpose, the question what for."""
    kind = visit.request.path_params["kind"]
    if kind not in open_registers(visit.seated):
        word = "kind"
        raise OutsideError(word)
    places = places_of(visit.seated, roles=readers_of(kind))
    organization_id = visit.asked("organization") or (places[0][0] if places else "")
    purpose = visit.asked("purpose") if visit.asked("purpose") in PURPOSES else None
    asks = needs_purpose(visit.seated, kind=kind, organization_id=organization_id)
    says = open_registers(visit.seated)[kind][0 if visit.language == "ja" else 1]
    given = {"kind": kind, "title": says, "places": places, "chosen": organization_id, "asks": asks, "purposes": list(PURPOSES)}
    if asks and purpose is None:
        return visit.page("records/purpose.html", **given)
    # Where no purpose is asked for, none is written into the entry of the reading.
    purpose = purpose if asks else None
    part = Span(_after(visit), ON_THE_PAGE)
    found = read_register(visit.seated, kind=kind, organization_id=organization_id, language=visit.language, purpose=purpose, part=part)
    words = {"organization": organization_id} | ({"purpose": purpose} if purpose else {})
    basis = found.sheet.basis
    return visit.page(
        "records/register.html",
        **given,
        sheet=found.sheet,
        rows=_rows(visit, found.sheet.rows, [line for line, _index in found.sheet.lines], kind),
        purpose=purpose,
        index=found.index,
        file=f"/registers/{kind}/file?{urlencode(words)}",
        law="" if basis is None else basis.ja() if visit.language == "ja" else str(basis),
        onward=None if found.sheet.onward is None else str(found.sheet.onward),
        at_desk=bool(visit.member.role_names & KEEPERS),
        series=kind not in ROLLS,
    )


def _after(visit: Visit) -> int:
    """Return the number behind which the page begins: that of the page before, or of the number that was asked for."""
    words = visit.asked("cursor")
    if words.isascii() and words.isdigit() and len(words) <= LONGEST_NUMBER:
        return int(words)
    words = visit.asked("number")
    return max(0, int(words) - 1) if words.isascii() and words.isdigit() and len(words) <= LONGEST_NUMBER else 0


def _rows(visit: Visit, rows: tuple[tuple[str, ...], ...], ids: list[str], kind: str) -> list[Row]:
    """Return the rows as they are shown; where they are lines, each with what it is about."""
    if not ids:
        return [Row(cells) for cells in rows]
    with read(visit.desk.engine) as session:
        lines = {line.id: line for line in session.scalars(select(Line).where(Line.id.in_(ids)))}
    back = f"/registers/{kind}?{urlencode({name: value for name, value in visit.request.query_params.items() if name != 'done'})}"
    at_desk = bool(visit.member.role_names & KEEPERS)
    return [_row(visit, cells, lines[line_id], back, at_desk=at_desk) for cells, line_id in zip(rows, ids, strict=True)]


def _row(visit: Visit, cells: tuple[str, ...], line: Line, back: str, *, at_desk: bool) -> Row:
    if line.struck_on is not None or not at_desk:
        return Row(cells, struck=line.struck_on is not None)
    return Row(
        cells,
        document_id=line.document_id or "",
        receipt=f"/receipts/{line.id}" if line.kind in PRINTED else "",
        inspection=f"/inspections/{line.id}" if line.kind == "inspection" else "",
        steps=tuple(steps_of_line(visit, line, back=back)),
    )


def file(visit: Visit) -> Response:
    """GET of /registers/{kind}/file: a register of one organization, whole, in the column order of its form."""
    kind, form = visit.request.path_params["kind"], next((one for one in FORMS if one == visit.asked("format")), None)
    if kind not in open_registers(visit.seated):
        word = "kind"
        raise OutsideError(word)
    if form is None:
        message = f"format: one of {', '.join(FORMS)}"
        raise UnfitError(message)
    found = read_register(
        visit.seated,
        kind=kind,
        organization_id=visit.asked("organization"),
        form=form,
        language=visit.language,
        purpose=visit.asked("purpose") or None,
    )
    name = file_name(visit.desk.engine, kind, ENDINGS[form])
    told = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(found.content, media_type=TYPES[form], headers=told)
