"""Evidence packages: asked for, watched while they are made, and taken away, in pieces where somebody wants."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import FileResponse

from service.acts.auditing import packing
from service.acts.auditing.packing import Wish
from service.api.management.acts import REFUSALS, files
from service.api.management.auditing import ASKED, Asked
from service.api.management.desk import At
from service.api.management.forms import NO_NUL, Form, Short, example
from service.evidence.columns import Language
from service.evidence.package.shelf import Shelved

router = APIRouter(tags=["auditing"], responses=REFUSALS, prefix="/evidence/packages")
Word = Annotated[str, Field(max_length=16, pattern=r"^[a-z0-9]+$")]


class Package(Form):
    """What is wished: the words of a query, a saved query, or an organ for its inspector; what for (none: nothing is disclosed).

    `checkpoint` is the one that was kept from the last package; of a saved query it is found without. `views` are what people read.
    """

    model_config = example({"query": ASKED, "purpose": "audit", "views": ["csv", "ocsf"], "language": "ja"})

    query: Asked | None = None
    query_id: Short | None = None
    organ_id: Short | None = None
    purpose: Short | None = None
    checkpoint: Annotated[str, Field(max_length=65_536, pattern=NO_NUL)] | None = None
    views: Annotated[tuple[Word, ...], Field(max_length=5)] = ("csv",)
    language: Language = "ja"


@router.post("", status_code=202)
def ask_package(seated: At, body: Package) -> dict[str, Any]:
    """Ask for an evidence package; it is made beside the service. That you asked is an entry, which is in the package."""
    words = {} if body.query is None else body.query.model_dump(exclude_none=True)
    wish = Wish(words, body.query_id, body.organ_id, body.purpose, body.checkpoint, body.views, body.language)
    return shown(packing.ask_package(seated, wish=wish))


@router.get("")
def packages(seated: At) -> list[dict[str, Any]]:
    """List your own packages, the newest first; each waits a week to be taken away."""
    return [shown(one) for one in packing.packages(seated)]


@router.get("/{package_id}")
def package(seated: At, package_id: Short) -> dict[str, Any]:
    """Show how one of your packages stands: `under_way`, `ready` or `failed`."""
    return shown(packing.package(seated, package_id=package_id))


@router.get("/{package_id}/file", response_class=FileResponse, responses=files("application/zip") | {206: {"description": "A piece."}})
def package_file(seated: At, package_id: Short) -> FileResponse:
    """Take a package away that is ready: a ZIP, whole or in pieces (Range)."""
    one = packing.package(seated, package_id=package_id)
    path = packing.package_file(seated, package_id=package_id)
    return FileResponse(path, media_type="application/zip", filename=packing.file_name(one.order), headers={"cache-control": "no-store"})


def shown(one: Shelved) -> dict[str, Any]:
    """Return a package as it is told of."""
    order = one.order
    told: dict[str, Any] = {"id": order.id, "standing": one.standing, "kind": order.kind, "made": order.made, "requested": order.requested}
    told |= {"start": order.start, "end": order.end, "size": order.size, "query_id": order.saved, "organ_id": order.organ}
    told |= {"purpose": order.purpose, "unwitnessed": order.unwitnessed, "why": one.why}
    packed = one.packed
    if packed is not None:
        told |= {"leaves": packed.leaves, "rows": packed.rows, "bytes": one.file.stat().st_size, "manifest_sha256": packed.manifest}
        told |= packed.counts
    return told
