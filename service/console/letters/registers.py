"""Registers as paper and workbooks: which there are for one's roles, and one of them written out."""

from starlette.responses import Response

from service.acts.concerning import OutsideError
from service.acts.reading.registers import KEEPERS, open_registers, read_register
from service.console.labels import labels
from service.console.letters.letter import paper
from service.console.visit import Visit
from service.database import read
from service.evidence.letters.coverage import called as called_of
from service.evidence.letters.lists import as_list
from service.evidence.letters.naming import addressed
from service.evidence.letters.typesetting import MissingGlyphsError, TemplateTroubleError, TooLongError, printed
from service.evidence.registers import Form, as_file, classes_of, titles
from service.evidence.sheets import Sheet
from service.evidence.tables import FORMS as TABLES
from service.identity.entitlements import PURPOSES, may_see
from service.statute.periods import legal_day

FORMS: tuple[Form, ...] = ("pdf", "xlsx", "csv", "cp932", "jsonl")


def registers(visit: Visit) -> Response:
    """GET of /letters/registers."""
    found = open_registers(visit.seated)
    organizations = sorted({one.organization_id for one in visit.member.roles if one.role in KEEPERS})
    with read(visit.desk.engine) as session:
        called = labels(session, organizations, roles=visit.member.role_names)
    at = 0 if visit.language == "ja" else 1
    here = [(organization, called.get(organization, organization)) for organization in organizations]
    rows = [(says[at], kind, here) for kind, says in found.items()]
    return visit.page("letters/registers.html", rows=rows)


def register(visit: Visit) -> Response:
    """GET and POST of /letters/registers/{register}/{organization_id}."""
    kind, organization = visit.request.path_params["register"], visit.request.path_params["organization_id"].replace("\x00", "")
    if kind not in open_registers(visit.seated) or organization not in {
        one.organization_id for one in visit.member.roles if one.role in KEEPERS
    }:
        word = "register"
        raise OutsideError(word)
    if visit.request.method != "POST":
        return _asking(visit, kind, organization)
    form: Form = next((one for one in FORMS if one == visit.one("form")), "pdf")
    try:
        found = read_register(
            visit.seated,
            kind=kind,
            organization_id=organization,
            form=form,
            language="en" if visit.one("in") == "en" else "ja",
            purpose=visit.one("purpose") or None,
            write=lambda sheet: _written(visit, sheet, form, organization),
        )
    except MissingGlyphsError as lacking:
        return _asking(visit, kind, organization, missing=[(one, called_of(character)) for one, character in lacking.missing])
    except TemplateTroubleError as trouble:
        return _asking(visit, kind, organization, trouble=str(trouble))
    except TooLongError:
        return _asking(visit, kind, organization, too_long=True)
    return paper(found.content or b"", kind=kind, form=form, day=legal_day(visit.at).isoformat())


def _written(visit: Visit, sheet: Sheet, form: Form, organization: str) -> bytes:
    if form in TABLES:
        return as_file(sheet, form, at=visit.at)
    with read(visit.desk.engine) as session:
        sender = addressed(session, organization)
    one = as_list(sheet, sender=sender, at=visit.at)
    folder = visit.desk.letters
    stand_in, ours = visit.one("stand_in") == "yes", visit.one("ours") == "yes"
    return printed(one, kind=f"register-{sheet.kind}", template="list", folder=folder, stand_in=stand_in, ours=ours)


def _asking(
    visit: Visit,
    kind: str,
    organization: str,
    *,
    missing: list[tuple[str, str]] | None = None,
    trouble: str = "",
    too_long: bool = False,
) -> Response:
    with read(visit.desk.engine) as session:
        called = labels(session, [organization], roles=visit.member.role_names)
    held = [one.role for one in visit.member.roles if one.organization_id == organization]
    asks = not all(may_see(held, one, purpose=None) for one in classes_of(kind))
    return visit.page(
        "letters/register.html",
        status=422 if missing or trouble or too_long else 200,
        title=titles()[kind][0 if visit.language == "ja" else 1],
        organization=called.get(organization, organization),
        missing=missing or [],
        trouble=trouble,
        too_long=too_long,
        purposes=tuple(PURPOSES) if asks else (),
        chosen={name: visit.one(name) for name in ("form", "in", "purpose")},
    )
