"""A person's card: who they are, whether they may handle what they are listed for, and everything that concerns them, tab by tab."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.acts.reading.card import Card, Line, asks_for_purpose, card_of, runs
from service.acts.table import ACTS
from service.console.act_words import VERBS, said
from service.console.acting.act import link
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.staff.timeline import Event, events_of
from service.console.visit import Visit
from service.console.words import reason_words
from service.database import read
from service.identity.entitlements import PURPOSES
from service.personnel.model import Post
from service.personnel.rules import runs_on
from service.statute.citations import cite
from service.statute.periods import ONE_DAY, legal_day

TABS = ("overview", "clearance", "handled", "duties", "reports", "history")
A_PAGE = 50
NEED_NO_PURPOSE = frozenset({"handled"})
"""Tabs that show nothing for which a purpose would have to be given: to open one is no look."""
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("staff_acts_place", ("record_name", "take_post", "grant_alias")),
    ("staff_acts_clearance", ("list_candidate", "record_result", "record_doubt_notice", "report_doubt", "record_office")),
    ("staff_acts_handling", ("list_handler", "request_listing", "exclude_person")),
    ("staff_acts_duties", ("record_attendance", "record_pledge", "report_event")),
)
"""What can be done about somebody from their card, by what it is for."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody may handle one information, as the reader may know it: tone, words, why, citations, until when."""

    information_id: str
    organization_id: str
    tone: str
    says: str
    why: str
    basis: tuple[str, ...]
    last_day: Any


def card(visit: Visit) -> Response:
    """GET of /people/{person_id}?tab=&purpose=."""
    person_id = visit.request.path_params["person_id"].replace("\x00", "")
    tab = next((one for one in TABS if one == visit.asked("tab")), "overview")
    purpose = visit.asked("purpose") if visit.asked("purpose") in PURPOSES else ""
    found = card_of(visit.seated, person_id=person_id, purpose="" if tab in NEED_NO_PURPOSE else purpose)
    events, older = _page_of(events_of(found, visit), visit) if tab == "history" else ([], None)
    with read(visit.desk.engine) as session:
        called = labels(session, _named(found), roles=visit.member.role_names)
    told = people_words(visit.language)
    return visit.page(
        "staff/card.html",
        found=found,
        person=found.person,
        tab=tab,
        tabs=[(_address(person_id, one, purpose), told[f"staff_tab_{one}"], one == tab) for one in TABS],
        purpose=purpose,
        purposes=list(PURPOSES) if asks_for_purpose(visit.member.role_names) else [],
        verdicts=[_verdict(visit, one) for one in found.lines or () if runs(one.listing, seated=visit.seated)],
        works=_runs_today(found, visit),
        called=called,
        groups=_acts(visit, found, tab),
        events=events,
        older=older,
        one_day=ONE_DAY,
        do=lambda verb, **words: link(verb, back=_address(person_id, tab, ""), **words) if _may(visit, verb) else "",
    )


def _address(person_id: str, tab: str, purpose: str) -> str:
    chosen = f"&purpose={purpose}" if purpose else ""
    return f"/people/{person_id}?tab={tab}{chosen}"


def _page_of(events: list[Event], visit: Visit) -> tuple[list[Event], str | None]:
    """Return one page of a timeline, and where the older ones begin."""
    asked = visit.asked("older")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < len("1000000") else 0
    rest = events[start + A_PAGE :]
    return events[start : start + A_PAGE], str(start + A_PAGE) if rest else None


def _named(found: Card) -> list[Any]:
    """Return everything on a card that has a name."""
    clearance = found.clearance
    beside = (
        []
        if clearance is None
        else [
            [row["head_id"] for row in (*clearance.results, *clearance.doubts)],
            [row.head_id for row in clearance.pledges],
            [training.organization_id for _one, training in clearance.attendances],
            [(row.head_id, row.organization_id) for row in clearance.reports or ()],
        ]
    )
    places = [(row.organization_id, row.unit_id, row.employer_id) for row in found.posts]
    return [found.person.id, places, [(one.listing.information_id, one.listing.organization_id) for one in found.lines or ()], beside]


def _runs_today(found: Card, visit: Visit) -> list[Post]:
    today = legal_day(visit.at)
    return [row for row in found.posts if runs_on(from_on=row.from_on, until_on=row.until_on, on=today)]


def _verdict(visit: Visit, line: Line) -> Verdict:
    """Return what the box on top says of one line."""
    told, row = people_words(visit.language), line.listing
    last = None if row.until_on is None else row.until_on - ONE_DAY
    if line.answer is None:
        return Verdict(row.information_id, row.organization_id, "info", told["staff_listed"], "", (), last)
    decision = str(line.answer["decision"])
    tone = {"permit": "good", "deny": "bad"}.get(decision, "quiet")
    why = told["staff_not_cleared"] if line.answer["reason"] == "not_cleared" else reason_words(str(line.answer["reason"]), visit.language)
    cited = [cite(str(one)) for one in line.answer["basis"]]
    basis = tuple(one.ja() if visit.language == "ja" else str(one) for one in cited)
    return Verdict(row.information_id, row.organization_id, tone, told[f"staff_{decision}"], why, basis, last)


def _may(visit: Visit, verb: str) -> bool:
    known = ACTS[verb]
    return bool(visit.member.role_names.intersection(known.roles)) and known.seat in (None, visit.desk.log.seat)


def _acts(visit: Visit, found: Card, tab: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what the visitor may do about this person, by what it is for; nothing of it is about oneself."""
    if found.own:
        return []
    told, back = people_words(visit.language), _address(found.person.id, tab, "")
    theirs = {one.organization_id for one in visit.member.roles}
    here = next((row.organization_id for row in _runs_today(found, visit) if row.organization_id in theirs), None)
    groups = []
    for title, verbs in GROUPS:
        offered = [(link(verb, back=back, **_words(verb, found.person.id, here)), said(VERBS, verb, visit.language)) for verb in verbs]
        may = [one for verb, one in zip(verbs, offered, strict=True) if _may(visit, verb)]
        groups += [(told[title], may)] if may else []
    return groups


def _words(verb: str, person_id: str, organization_id: str | None) -> dict[str, str | None]:
    """Return what a link to an act brings along."""
    if verb == "grant_alias":
        return {"target_kind": "person", "target_id": person_id}
    if verb in {"record_name", "record_result", "record_doubt_notice", "record_office", "record_attendance"}:
        return {"person_id": person_id}
    return {"person_id": person_id, "organization_id": organization_id}
