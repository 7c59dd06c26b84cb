"""GET /api/v1/registers/{kind}: a register of one organization as its form has it; that it was read is an entry itself."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from service.acts.reading.file_names import file_name
from service.acts.reading.registers import open_registers, read_register
from service.api.management.acts import REFUSALS, files
from service.api.management.desk import At
from service.evidence.tables import ENDINGS, TYPES

router = APIRouter(tags=["registers"], responses=REFUSALS)
Name = Annotated[str, Query(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]


@router.get("/registers")
def all_registers(seated: At) -> list[dict[str, Any]]:
    """List the registers that your roles may read."""
    return [{"kind": kind, "ja": ja, "en": en} for kind, (ja, en) in open_registers(seated).items()]


@router.get("/registers/{kind}", responses=files(*dict.fromkeys(TYPES.values())))
def register(
    seated: At,
    kind: str,
    organization: Name,
    form: Annotated[Literal["json", "csv", "cp932", "jsonl", "xlsx"], Query(alias="format")] = "json",
    language: Literal["ja", "en"] = "ja",
    purpose: Annotated[str | None, Query(max_length=64)] = None,
) -> Any:
    """Read a register of one organization within your reach, in the column order of its form; `lines` name by id what acts take."""
    found = read_register(seated, kind=kind, organization_id=organization, form=form, language=language, purpose=purpose)
    one = found.sheet
    if found.content is not None:
        name = file_name(seated.desk.engine, kind, ENDINGS[form])
        return Response(found.content, media_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})
    return {
        "kind": one.kind,
        "title": one.title,
        "citation": None if one.basis is None else str(one.basis),
        "form": one.form,
        "default": one.form is None,
        "columns": list(one.headings),
        "rows": [list(row) for row in one.rows],
        "lines": [{"id": line, "changed_index": index} for line, index in one.lines],
        "recorded_as": found.index,
    }
