"""What the tabs of an information's card show: each a few queries, and the acts that belong beside it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from service.acts.reading import lists
from service.acts.reading.ending import ending_of
from service.acts.reading.holding import contracts_about, count_documents, documents_page, provisions_of
from service.acts.reading.informations import InformationLine
from service.acts.reading.marks import doubts_about
from service.acts.reading.owed import letters_owed
from service.acts.reading.paging import opened, part_of
from service.acts.reading.seeing import seers
from service.acts.reading.told import Happened, history_of
from service.acts.table import MANAGER
from service.console.act_words import CODES, VERBS, said
from service.console.acting.act import link
from service.console.holdings.offers import may, offers
from service.console.people_words import people_words
from service.console.visit import Visit
from service.designation.queries import grounds_of
from service.need_to_know.queries import purpose_lines
from service.statute.periods import legal_day

ON_A_TAB = 50
Shown = dict[str, Any]
STANDING = (
    "extend",
    "record_extension",
    "review_reasons",
    "record_grounds",
    "switch_to_marking",
    "record_marking_switch",
    "lift",
    "record_lifting",
    "lift_in_part",
    "record_partial_lifting",
)
"""What is done about a designation that stands."""


def back_to(line: InformationLine, tab: str = "") -> str:
    """Return the tab of a card that an act leads back to."""
    return f"/informations/{quote(line.id, safe='')}{f'?tab={tab}' if tab else ''}"


def overview(session: Session, visit: Visit, line: InformationLine) -> Shown:
    """Return what an information is, and what can be done about it."""
    back = back_to(line)
    verbs = STANDING if line.stands else ("end_care",) if line.state == "care" else ()
    acts = offers(visit, verbs, back=back, information_id=line.id)
    if line.state in {"care", "undesignated"} and may(visit, "designate"):
        acts = [(f"/designating?information_id={quote(line.id)}", said(VERBS, "designate", visit.language), True), *acts]
    endings = [ending_of(session, visit.seated, line, organization_id=one) for one in line.mine] if line.ended_on else []
    grounds = [(one, grounds_of(session, designation_id=one.id)) for one in line.shown]
    contracts = contracts_about(session, visit.seated, line)
    doubts = doubts_about(session, visit.seated, information_id=line.id) if MANAGER in visit.member.role_names else []
    return {
        "acts": acts,
        "endings": endings,
        "grounds": [(one, row) for one, row in grounds if row is not None],
        "contracts": contracts,
        "documents": count_documents(session, visit.seated, information_id=line.id, organizations=line.mine),
        "doubts": doubts,
        "ids": [each for one in contracts for each in (one.id, one.operator_id, one.organ_id)],
    }


def documents(session: Session, visit: Visit, line: InformationLine) -> Shown:
    """Return the documents that carry an information, each with its parts and copies."""
    after = opened(visit.asked("cursor") or None)
    rows, cursor = documents_page(session, visit.seated, information_id=line.id, after=after, limit=ON_A_TAB)
    back = back_to(line, "documents")
    copying = may(visit, "make_copy")
    return {
        "rows": [
            (
                row,
                link("make_copy", back=back, document_id=row.id, organization_id=row.organization_id)
                if copying and row.kept == "held" and row.organization_id in line.mine
                else "",
                link("enter_document", back=back, document_id=row.id, organization_id=row.organization_id)
                if may(visit, "enter_document") and row.kept == "not_in_ledger" and row.organization_id in line.mine
                else "",
            )
            for row in rows
        ],
        "cursor": cursor,
        "acts": offers(visit, ("register_document", "find_narrower"), back=back, carries=line.id, information_id=line.id, kind="document"),
        "ids": [row.organization_id for row in rows],
    }


def handlers(session: Session, visit: Visit, line: InformationLine) -> Shown:
    """Return the scope or list of each organization of the visitor's, the requests that wait, and what is to be confirmed."""
    back = back_to(line, "handlers")
    seen = {one.organization_id for one in seers(visit.seated, "listing")}
    places = []
    ids: list[str | None] = []
    for place in (one for one in line.mine if one in seen):
        shown = {"information_id": line.id, "organization_id": place}
        rows, cursor = lists.list_page(session, visit.seated, limit=ON_A_TAB, cursor=visit.asked("cursor") or None, **shown)
        requests = [row for row in lists.requests_of(session, visit.seated, organization_id=place) if row.information_id == line.id]
        waiting = lists.to_confirm(session, visit.seated, organization_id=place, listings=[row.listing_id for row in rows])
        ids += [place, *(row.person_id for row in requests), *(row.requested_by for row in requests), *(row.contract_id for row in rows)]
        places.append(
            {
                "id": place,
                "rows": rows,
                "whole": cursor is None and not visit.asked("cursor"),
                "cursor": cursor,
                "requests": requests[:ON_A_TAB],
                "waiting": waiting,
                "purposes": purposes_in(session, visit, place),
                "acts": offers(visit, ("list_handler", "request_listing"), back=back, information_id=line.id, organization_id=place),
                "several": may(visit, "list_handler"),
            }
        )
    return {"here_places": places, "removing": may(visit, "remove_handler"), "confirming": may(visit, "confirm_listings"), "ids": ids}


def purposes_in(session: Session, visit: Visit, organization_id: str) -> dict[str, str]:
    """Return the purposes that a listing may have in an organization, by code."""
    found = purpose_lines(session, organization_id=organization_id, on=legal_day(visit.at))
    return {one.code: one.name if visit.language == "ja" else one.name_en for one in found}


def provisions(session: Session, visit: Visit, line: InformationLine) -> Shown:
    """Return who gave an information to whom, on what conditions, and the letters that are owed."""
    back = back_to(line, "provisions")
    given, cursor = part_of(
        provisions_of(session, visit.seated, information_id=line.id), limit=ON_A_TAB, cursor=visit.asked("cursor") or None
    )
    owed = [one for place in line.mine for one in letters_owed(session, visit.seated, organization_id=place, information_id=line.id)]
    verbs = ("provide", "record_provision", "disclose", "demand_handover", "record_demand", "record_handover")
    place = line.mine[0]
    words: dict[str, str | None] = {"information_id": line.id}
    words |= {"giver_id": place, "organ_id": place} if visit.desk.log.seat == "organ" else {"receiver_id": place, "operator_id": place}
    acts = [(link(verb, back=back, **_for(verb, words)), said(VERBS, verb, visit.language), False) for verb in verbs if may(visit, verb)]
    return {
        "given": [(one, _return_link(visit, one.row.id, one.row.returned_on is None, back)) for one in given],
        "cursor": cursor,
        "owed": [(one, _letter_link(visit, one, back)) for one in owed],
        "acts": acts if line.stands else [],
        "ids": [
            each
            for one in given
            for each in (one.row.giver_id, one.row.receiver_id, *one.row.consented_by, *(row.by_id for row in one.conditions))
        ]
        + [each for one in owed for each in (one.giver_id, one.receiver_id, one.designator_id)],
    }


def _for(verb: str, words: dict[str, str | None]) -> dict[str, str | None]:
    """Return the words that an act of an operator takes: whoever discloses receives nothing."""
    return {name: value for name, value in words.items() if not (verb == "disclose" and name == "receiver_id")}


def _return_link(visit: Visit, provision_id: str, held: bool, back: str) -> str:
    return link("record_return", back=back, provision_id=provision_id) if held and may(visit, "record_return") else ""


def _letter_link(visit: Visit, owed: Any, back: str) -> str:
    if not may(visit, "send_notice"):
        return ""
    words = {"information_id": owed.information_id, "giver_id": owed.giver_id, "receiver_id": owed.receiver_id, "about": owed.about}
    return link("send_notice", back=back, **words)


def history(session: Session, visit: Visit, line: InformationLine) -> Shown:
    """Return what happened to an information, the newest first."""
    rows, cursor = part_of(history_of(session, visit.seated, line), limit=ON_A_TAB, cursor=visit.asked("cursor") or None)
    told = people_words(visit.language)
    return {
        "happened": [(row, told[f"info_did_{row.what}"], _code(visit, row, told)) for row in rows],
        "cursor": cursor,
        "ids": [each for row in rows for each in (row.who, row.whom)],
    }


def _code(visit: Visit, row: Happened, told: Mapping[str, str]) -> str:
    """Return the code of something that happened in words: what a letter was about, what was found, by which article."""
    if row.code is None:
        return ""
    return told[f"info_about_{row.code}"] if row.what == "told" else said(CODES, row.code, visit.language)
