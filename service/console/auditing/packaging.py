"""/ledger/packages: ask for evidence packages, see how they stand, and take them away."""

from functools import cache
from hashlib import sha256

from sqlalchemy import select
from starlette.responses import FileResponse, RedirectResponse, Response

from service.acts.asking import UnfitError
from service.acts.auditing import packing
from service.acts.auditing.packing import Wish
from service.console.pages import HEADERS
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.evidence.package.archive import verifier_archive
from service.evidence.package.asking import UnwitnessedError
from service.evidence.queries import queries_of
from service.identity.entitlements import PURPOSES
from service.personnel.model import Organization
from service.provision.model import Provision

VIEWS = ("csv", "xlsx", "jsonl", "ocsf", "cp932")
SEE_OTHER = 303


def packages(visit: Visit) -> Response:
    """GET and POST of /ledger/packages."""
    if visit.request.method != "POST":
        return _page(visit)
    kind, _colon, id_ = visit.one("filter").partition(":")
    wish = Wish(
        words={},
        query_id=id_ if kind == "query" else None,
        organ=id_ if kind == "organ" else None,
        purpose=visit.one("purpose") or None,
        since=_checkpoint(visit.one("checkpoint")),
        views=[one for one in visit.form.get("views", []) if one in VIEWS],
        language=visit.language,
    )
    try:
        packing.ask_package(visit.seated, wish=wish)
    except UnfitError as unfit:
        return _page(visit, status=422, problem=str(unfit))
    except UnwitnessedError:
        return _page(visit, status=503, problem=people_words(visit.language)["packages_no_witness"])
    return RedirectResponse("/ledger/packages", status_code=SEE_OTHER, headers=HEADERS)


def package_file(visit: Visit) -> Response:
    """GET of /ledger/packages/{package_id}/file."""
    package_id = str(visit.request.path_params["package_id"])
    one = packing.package(visit.seated, package_id=package_id)
    path = packing.package_file(visit.seated, package_id=package_id)
    return FileResponse(path, media_type="application/zip", filename=packing.file_name(one.order), headers=HEADERS)


def _checkpoint(text: str) -> str | None:
    """Return a checkpoint that was pasted, with the ends of lines that notes have; None for none."""
    pasted = text.replace("\r\n", "\n").strip("\n ")
    return f"{pasted}\n" if pasted else None


def _page(visit: Visit, *, status: int = 200, problem: str | None = None) -> Response:
    told = people_words(visit.language)
    with read(visit.desk.engine) as session:
        queries = [(row.id, row.name) for row in queries_of(session)]
        organs: list[tuple[str, str]] = []
        if visit.desk.log.seat == "operator":
            giving = (
                select(Organization).where(Organization.id.in_(select(Provision.giver_id))).order_by(Organization.name, Organization.id)
            )
            organs = [(row.id, row.name) for row in session.scalars(giving)]
    return visit.page(
        "auditing/packages.html",
        status=status,
        own=packing.packages(visit.seated),
        queries=queries,
        organs=organs,
        purposes=PURPOSES,
        views=[(view, told[f"packages_view_{view}"]) for view in VIEWS],
        problem=problem,
        origin=visit.desk.log.origin,
        vkey=visit.desk.log.vkey,
        verifier=_verifier_digest(),
    )


@cache
def _verifier_digest() -> str:
    return sha256(verifier_archive()).hexdigest()
