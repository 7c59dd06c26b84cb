"""A saved query as a file: everything that it finds, in the columns of any export."""

from dataclasses import dataclass

from service.acts.auditing import keeping
from service.acts.reading.file_names import file_name
from service.acts.reading.ledger_views import export_view
from service.evidence.columns import Language
from service.evidence.queries import predicate_of
from service.evidence.searches import search_of
from service.evidence.view_export import ViewFormat
from service.evidence.view_files import ENDINGS
from service.identity.desk import Seated


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A file and its name."""

    name: str
    content: bytes


def export_query(seated: Seated, *, query_id: str, form: ViewFormat, language: Language, title: str, purpose: str | None) -> QueryFile:
    """Return the file of a query. Raises as `keeping.one` and `ledger_views.export_view` do."""
    row = keeping.one(seated, query_id=query_id).row
    content = export_view(
        seated,
        search_of(predicate_of(row)),
        view={"query": row.id, "digest": row.digest},
        form=form,
        language=language,
        title=title,
        purpose=purpose,
        query_id=row.id,
    )
    return QueryFile(file_name(seated.desk.engine, "query", ENDINGS[form]), content)
