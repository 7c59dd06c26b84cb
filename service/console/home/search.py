"""What words find: people, informations and documents, each within the reach of the visitor's roles."""

from starlette.responses import Response

from service.acts.reading.people import FINDERS, found_people
from service.acts.reading.titles import found_titles
from service.console.visit import Visit

MOST = 10
"""Of each kind, on this page; its own page has the rest."""


def search(visit: Visit) -> Response:
    """GET of /search?q=."""
    words = visit.asked("q")[:100]
    may_find = bool(FINDERS & visit.member.role_names)
    people, more = found_people(visit.seated, words=words, limit=MOST, after=None) if may_find and words else ([], None)
    informations, documents = found_titles(visit.seated, words=words, limit=MOST)
    return visit.page("home/search.html", q=words, people=people, more=more is not None, informations=informations, documents=documents)
