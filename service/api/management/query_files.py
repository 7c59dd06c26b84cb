"""A saved query as a file: what `POST /api/v1/queries/{query_id}/run` tells page by page, whole and in the columns of any export."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.responses import Response

from service.acts.auditing import keeping
from service.acts.reading.file_names import file_name
from service.acts.reading.ledger_views import export_view
from service.api.management.acts import REFUSALS, files
from service.api.management.desk import At
from service.api.management.forms import NO_NUL, Form, Short, example
from service.evidence.queries import predicate_of
from service.evidence.searches import search_of
from service.evidence.view_files import ENDINGS, TITLES, TYPES

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
    row = keeping.one(seated, query_id=query_id).row
    content = export_view(
        seated,
        search_of(predicate_of(row)),
        view={"query": row.id, "digest": row.digest},
        form=body.form,
        language=body.language,
        title=TITLES[body.language],
        purpose=body.purpose,
        query_id=row.id,
    )
    name = file_name(seated.desk.engine, "query", ENDINGS[body.form])
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=TYPES[body.form], headers=headers)
