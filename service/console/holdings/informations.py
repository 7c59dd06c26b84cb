"""The list of informations, and the card of one: its state on top, and all that stands around it on tabs."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.reading.informations import STATES, InformationLine, designation_rows, information_of, informations_page
from service.acts.reading.lists import places_of
from service.acts.reading.paging import opened
from service.acts.reading.seeing import seers
from service.console.act_words import VERBS, said
from service.console.holdings import tabs
from service.console.holdings.offers import Offer, may, offers
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.designation.model import Designation
from service.designation.queries import marking_of
from service.identity.entitlements import access
from service.statute.periods import legal_day

ON_THE_PAGE = 50
TONES: Mapping[str, str] = {
    "care": "info",
    "planned": "info",
    "designated": "good",
    "expiring": "warn",
    "closing": "bad",
    "ended": "quiet",
    "sds": "quiet",
    "undesignated": "quiet",
}
"""How a state is coloured; it stands in words beside."""
TABS: Mapping[str, Callable[[Session, Visit, InformationLine], dict[str, Any]]] = {
    "overview": tabs.overview,
    "documents": tabs.documents,
    "handlers": tabs.handlers,
    "provisions": tabs.provisions,
    "history": tabs.history,
}
"""The tabs of a card; that of handlers is there for whoever sees lists."""


def listing(visit: Visit) -> Response:
    """GET of /informations: what is designated and within reach, by words and state."""
    state = next((one for one in STATES if one == visit.asked("state")), None)
    with read(visit.desk.engine) as session:
        after = opened(visit.asked("cursor") or None)
        lines, cursor = informations_page(session, visit.seated, words=visit.asked("q"), state=state, after=after, limit=ON_THE_PAGE)
        called = labels(session, [one.organ_id for line in lines for one in line.shown], roles=visit.member.role_names)
        rows = designation_classes(session, lines)
    return visit.page(
        "holdings/informations.html",
        lines=lines,
        classes=rows,
        cursor=cursor,
        called=called,
        tones=TONES,
        states=[(one, people_words(visit.language)[f"info_{one}"]) for one in STATES],
        state=state or "",
        words_asked=visit.asked("q"),
        actions=[*_first(visit), *offers(visit, ("begin_care",), back="/informations")],
    )


def _first(visit: Visit) -> list[Offer]:
    """Return the way to the form of a designation, for whoever may designate or record one."""
    verb = "designate" if visit.desk.log.seat == "organ" else "record_designation"
    return [("/designating", said(VERBS, verb, visit.language), True)] if may(visit, verb) else []


def designation_classes(session: Session, lines: list[InformationLine]) -> dict[str, str]:
    """Return the class of each information that has one, by its id."""
    ids = [one.id for line in lines for one in line.shown]
    classes = dict(session.execute(select(Designation.id, Designation.class_).where(Designation.id.in_(ids))).all())
    return {line.id: next((code for one in line.shown if (code := classes[one.id]) is not None), "") for line in lines}


def path_of(information_id: str, tab: str = "") -> str:
    """Return the address of an information's card, on one of its tabs."""
    return f"/informations/{quote(information_id, safe='')}{f'?tab={tab}' if tab else ''}"


def card(visit: Visit) -> Response:
    """GET of /informations/{information_id}: its state, and one of its tabs."""
    with read(visit.desk.engine) as session:
        line = information_of(session, visit.seated, information_id=visit.request.path_params["information_id"].replace("\x00", ""))
        there = [one for one in TABS if one != "handlers" or access(visit.member.role_names, "listing") == "yes"]
        tab = visit.asked("tab") if visit.asked("tab") in there else "overview"
        shown = TABS[tab](session, visit, line)
        head = _head(session, visit, line)
        ids = [shown.get("ids", []), head["ids"]]
        called = labels(session, ids, roles=visit.member.role_names)
    told = people_words(visit.language)
    return visit.page(
        f"holdings/{tab}.html",
        line=line,
        tone=TONES[line.state],
        tab=tab,
        tabs=[(path_of(line.id, one if one != "overview" else ""), told[f"info_tab_{one}"], one == tab) for one in there],
        called=called,
        **head,
        **{name: value for name, value in shown.items() if name != "ids"},
    )


def _head(session: Session, visit: Visit, line: InformationLine) -> dict[str, Any]:
    """Return what stands on top of every tab: who designated it, until when, by which letter, and on what conditions."""
    rows = designation_rows(session, line)
    on = legal_day(visit.at)
    shown = [
        {
            "one": one,
            "row": rows[one.id],
            "last_day": one.last_day_as_of(on),
            "marking": marking_of(session, designation_id=one.id, on=on),
        }
        for one in line.shown
    ]
    ids = [each for one in line.shown for each in (one.organ_id, rows[one.id].originator_id, *(rows[one.id].released_to or ()))]
    return {"designations": shown, "ids": [*ids, *line.mine], "places": places_of(seers(visit.seated, "title"))}
