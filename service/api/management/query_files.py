"""A saved query as a file: what `POST /api/v1/queries/{query_id}/run` tells page by page, whole and in the columns of any export."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.responses import Response

from service.acts.auditing import exporting
from service.api.management.acts import REFUSALS, files
from service.api.management.desk import At
from service.api.management.forms import NO_NUL, Form, Short, example
from service.evidence.view_files import TITLES, TYPES

router = APIRouter(tags=["auditing"], responses=REFUSALS)


class ExportQuery(Form):
    """In which format and language, and what for (none: the clear part alone)."""

    model_config = example({"format": "csv", "language": "ja"})

    form: Annotated[Literal["csv", "cp932", "jsonl", "ocsf", "xlsx"], Field(alias="format")] = "csv"
    language: Literal["ja", "en"] = "ja"
    purpose: Short | None = None


@router.post("/queries/{query_id}/export", responses=files(*dict.fromkeys(TYPES.values())), response_class=Response)
def export_query(seated: At, query_id: Annotated[str, Path(max_length=128, pattern=NO_NUL)], body: ExportQuery) -> Response:
    """Write out everything that a query finds, as one file.

    Without a purpose it is the clear part alone, which no budget bounds. With one, the reasons of decisions are opened: each counts
    against the day's budget of disclosed rows, and stands on the record of whom it is about. That it was asked for, and the digest
    of the file, are entries.
    """
    file = exporting.export_query(
        seated, query_id=query_id, form=body.form, language=body.language, title=TITLES[body.language], purpose=body.purpose
    )
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(file.content, media_type=TYPES[body.form], headers=headers)
