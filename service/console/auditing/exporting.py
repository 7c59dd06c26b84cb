"""POST /ledger/export: exactly the current view as a file."""

from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.reading.file_names import file_name
from service.acts.reading.ledger_views import TooLargeError, export_view
from service.console.auditing.asked import NAMES, asked_for
from service.console.pages import HEADERS
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.evidence.view_files import ENDINGS, FORMATS, TYPES


def export(visit: Visit) -> Response:
    """POST of /ledger/export."""
    told = people_words(visit.language)
    form = next((one for one in FORMATS if one == visit.one("format")), None)
    with read(visit.desk.engine) as session:
        asked = asked_for(session, {name: visit.one(name) for name in NAMES})
    if asked.problems or form is None:
        message = told["audit_bad_filter"]
        raise UnfitError(message)
    view = {name: value for name, value in asked.words.items() if value}
    try:
        content = export_view(
            visit.seated,
            asked.search,
            view=view,
            form=form,
            language=visit.language,
            title=told["audit_export_title"],
            purpose=visit.one("purpose") or None,
        )
    except TooLargeError as error:
        text = told["audit_export_large"].format(most=f"{error.most:,}")
        return visit.page("trouble.html", status=422, title=told["malformed"], text=text, citations=[])
    name = file_name(visit.desk.engine, "ledger", ENDINGS[form])
    headers = HEADERS | {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=TYPES[form], headers=headers)
