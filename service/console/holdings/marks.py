"""Marks as they are to be seen, on a page and for the printer, with the labels that machines read beside them."""

from urllib.parse import quote

from starlette.responses import Response

from service.acts.reading.marks import Marked, labels_of
from service.console.visit import Visit
from service.database import read
from service.designation.marks import mark


def of_information(visit: Visit) -> Response:
    """GET of /informations/{information_id}/label."""
    return _page(visit, "information_id", "informations")


def of_document(visit: Visit) -> Response:
    """GET of /documents/{document_id}/label."""
    return _page(visit, "document_id", "documents")


def _page(visit: Visit, word: Marked, kind: str) -> Response:
    value = str(visit.request.path_params[word]).replace("\x00", "")
    with read(visit.desk.engine) as session:
        found = labels_of(session, visit.seated, word=word, value=value)
    marks = [(mark(one.state, number=one.numbers, originator=one.organs, foreign=one.originators), one.last_day) for one in found]
    machine = f"/api/v1/{kind}/{quote(value, safe='')}/label"
    return visit.page("holdings/mark.html", marks=marks, machine=machine, kind=kind)
