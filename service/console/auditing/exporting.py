"""POST /ledger/export: exactly the current view as a file; and the filters that somebody keeps."""

from starlette.responses import Response

from service.acts.asking import UnfitError
from service.acts.reading.ledger_views import TooLargeError, export_view
from service.console.auditing.asked import NAMES, asked_for
from service.console.pages import HEADERS
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read, transaction
from service.evidence.view_files import ENDINGS, FORMATS, TYPES
from service.identity.saved_queries import LONGEST_NAME, end_query, save_query


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
    headers = HEADERS | {"content-disposition": f'attachment; filename="ledger.{ENDINGS[form]}"'}
    return Response(content, media_type=TYPES[form], headers=headers)


def save(visit: Visit) -> Response:
    """POST of /ledger/saved: keep a filter under a name of one's own."""
    told = people_words(visit.language)
    name = visit.one("name").strip()
    with transaction(visit.desk.engine) as session:
        asked = asked_for(session, {word: visit.one(word) for word in NAMES})
        if asked.problems or not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            return visit.page("trouble.html", status=422, title=told["malformed"], text=told["audit_saved_unnamed"], citations=[])
        words = {word: value for word, value in asked.words.items() if value}
        made = save_query(session, account_id=visit.member.account_id, name=name, words=words, at=visit.at)
    if made is None:
        return visit.page("trouble.html", status=422, title=told["malformed"], text=told["audit_saved_full"], citations=[])
    return visit.goes_to(f"/ledger?saved={made}")


def end_saved(visit: Visit) -> Response:
    """POST of /ledger/saved/{query_id}/end: take away a filter of one's own."""
    with transaction(visit.desk.engine) as session:
        end_query(session, account_id=visit.member.account_id, query_id=visit.request.path_params["query_id"], at=visit.at)
    return visit.goes_to("/ledger")
