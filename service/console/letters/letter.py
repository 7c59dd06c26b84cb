"""One letter: what it will say and who may see it, and the paper itself, whose digest goes into the ledger."""

import base64
from hashlib import sha256
from typing import Any

from starlette.responses import Response

from service.acts.letters.kinds import LISTS
from service.acts.reading.letters import Offered, letter_of, make_letter, needs_purpose, record_made, told_of
from service.console.letters.desk import HERE
from service.console.visit import Visit, anchor_of
from service.evidence.letters.coverage import called as called_of
from service.evidence.letters.paper import as_plain
from service.evidence.letters.typesetting import MissingGlyphsError, TemplateTroubleError, TooLongError, missing_from
from service.evidence.registers import as_xlsx
from service.evidence.sheets import Sheet
from service.evidence.tables import ENDINGS
from service.evidence.tables import TYPES as TABLES
from service.identity.entitlements import PURPOSES, TABLE
from service.statute.citations import cite

SHOWN_ROWS = 50
"""Rows of a list that the page shows; the paper has them all."""
FIELDS = frozenset({"title", "number", "basis", "to", "sender", "body"})
"""Fields of a letter that have a name of their own on the page; any other is called by its row or column."""
TYPES = {"pdf": "application/pdf", **TABLES}


def letter(visit: Visit) -> Response:
    """GET and POST of /letters/{kind}/{subject_id}."""
    kind, subject = visit.request.path_params["kind"], visit.request.path_params["subject_id"]
    making = visit.request.method == "POST"
    purpose = (visit.one("purpose") if making else visit.asked("purpose")) or None
    says = told_of(kind)[0][0 if visit.language == "ja" else 1]
    if needs_purpose(visit.seated, kind) and purpose not in PURPOSES:
        shown = {"title": says, "about": "", "kind": kind, "purpose": purpose, "purposes": tuple(PURPOSES)}
        return visit.page("letters/purpose.html", **shown, path=visit.request.url.path)
    offered = letter_of(visit.seated, kind=kind, subject=subject, purpose=purpose)
    if not making:
        return _preview(visit, offered, says)
    if kind in LISTS and visit.one("form") == "xlsx":
        return _workbook(visit, offered)
    try:
        content, _index = make_letter(visit.seated, offered, stand_in=visit.one("stand_in") == "yes", ours=visit.one("ours") == "yes")
    except (MissingGlyphsError, TemplateTroubleError, TooLongError) as problem:
        trouble = str(problem) if isinstance(problem, TemplateTroubleError) else ""
        return _preview(visit, offered, says, status=422, trouble=trouble, too_long=isinstance(problem, TooLongError))
    return paper(content, kind=kind, form="pdf", day=offered.letter.day.isoformat())


def _workbook(visit: Visit, offered: Offered) -> Response:
    one = offered.letter
    sheet = Sheet(offered.kind, one.title, None, None, one.headings, one.rows)
    content = as_xlsx(sheet, at=visit.at)
    record_made(visit.seated, offered, content, form="xlsx")
    return paper(content, kind=offered.kind, form="xlsx", day=one.day.isoformat())


def paper(content: bytes, *, kind: str, form: str, day: str) -> Response:
    """Return a file to be saved, with the digest that the ledger has of it (RFC 9530)."""
    digest = base64.b64encode(sha256(content).digest()).decode()
    headers = {
        "content-disposition": f'attachment; filename="{kind}-{day}.{ENDINGS.get(form, form)}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "repr-digest": f"sha-256=:{digest}:",
    }
    return Response(content, media_type=TYPES[form], headers=headers)


def _preview(visit: Visit, offered: Offered, says: str, *, status: int = 200, trouble: str = "", too_long: bool = False) -> Response:
    classes = told_of(offered.kind)[2]
    seeing = [role for role, table in TABLE.items() if role != "person" and all(one in table for one in classes)]
    missing = [(one, called_of(character)) for one, character in missing_from(offered.letter, folder=visit.desk.letters)]
    shown: dict[str, Any] = as_plain(offered.letter)
    return visit.page(
        "letters/letter.html",
        status=status,
        title=says,
        letter=shown,
        rows=shown["rows"][:SHOWN_ROWS],
        more_rows=max(0, len(shown["rows"]) - SHOWN_ROWS),
        missing=missing,
        own_fields=FIELDS,
        trouble=trouble,
        too_long=too_long,
        seeing=seeing,
        is_list=offered.kind in LISTS,
        purpose=offered.purpose,
        back=f"{HERE}/{offered.kind}{f'?purpose={offered.purpose}' if offered.purpose in PURPOSES else ''}",
        basis=_cited(visit, told_of(offered.kind)[3]),
    )


def _cited(visit: Visit, citations: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the citations that a letter rests on, each with its anchor in the guide."""
    cited = [cite(one) for one in citations]
    return tuple((one.ja() if visit.language == "ja" else str(one), anchor_of(str(one))) for one in cited)
