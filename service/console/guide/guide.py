"""The guide: first days of those who work here, and the law as far as pages rest on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.acts.concerning import OutsideError
from service.console.doorway import Doorway
from service.console.guide.articles import ARTICLES
from service.console.guide.days import DAYS
from service.console.visit import Visit, anchor_of
from service.statute.citations import cite


@dataclass(frozen=True, slots=True)
class Cited:
    """An article as the guide shows it: its name, what it is about, the anchors of its places, and the pages that rest on it."""

    name: str
    about: str
    anchor: str
    places: tuple[tuple[str, str], ...]
    pages: tuple[tuple[str, str], ...]


def index(visit: Visit) -> Response:
    """GET of /guide."""
    days = [(one.path, one.title(visit.language), one.lead(visit.language)) for one in DAYS]
    return visit.page("guide/index.html", days=days)


def first_day(visit: Visit) -> Response:
    """GET of /guide/first-day/{who}: what to do first, step by step, with links to where it is done."""
    who = visit.request.path_params["who"]
    found = next((one for one in DAYS if one.who == who), None)
    if found is None:
        word = "who"
        raise OutsideError(word)
    open_to = {one.path for one in visit.doorways if one.is_for(visit.member, seat=visit.desk.log.seat)}
    steps = [(step.title(visit.language), step.text(visit.language), step.path if step.path in open_to else "") for step in found.steps]
    return visit.page("guide/first_day.html", title=found.title(visit.language), lead=found.lead(visit.language), steps=steps)


def law(visit: Visit) -> Response:
    """GET of /guide/law: the articles that pages rest on, and which pages these are."""
    pages = _pages(visit)
    cited = []
    for article in ARTICLES:
        found = cite(article.citation)
        places = [one for one in pages if one == article.citation or one.startswith(f"{article.citation}(")]
        cited.append(
            Cited(
                name=found.ja() if visit.language == "ja" else str(found),
                about=article.ja if visit.language == "ja" else article.en,
                anchor=anchor_of(article.citation),
                places=tuple((_said(one, visit), anchor_of(one)) for one in sorted(places) if one != article.citation),
                pages=tuple(dict.fromkeys((one.path, one.title(visit.language)) for place in sorted(places) for one in pages[place])),
            )
        )
    return visit.page("guide/law.html", cited=cited)


def _pages(visit: Visit) -> Mapping[str, list[Doorway]]:
    """Return by citation the pages of the menu that rest on it."""
    found: dict[str, list[Doorway]] = {}
    for one in visit.doorways:
        for citation in one.basis:
            listed = found.setdefault(str(cite(citation)), [])
            if one.menu is not None and one.is_for(visit.member, seat=visit.desk.log.seat):
                listed.append(one)
    return found


def _said(citation: str, visit: Visit) -> str:
    found = cite(citation)
    return found.ja() if visit.language == "ja" else str(found)
