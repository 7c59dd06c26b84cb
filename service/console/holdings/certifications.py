"""Certifications: which operators are certified, how ready one is by Order 16, and which changes are to be reported or settled."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from service.acts.reading.contracts import Standing, certifications_page, standing_of
from service.acts.reading.paging import opened
from service.console.acting.act import link
from service.console.holdings.offers import Offer, may, offers
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read
from service.provision.model import CertifiedChange
from service.provision.readiness import ItemState
from service.statute.periods import legal_day

ON_THE_PAGE = 50


def listing(visit: Visit) -> Response:
    """GET of /certifications."""
    with read(visit.desk.engine) as session:
        rows, cursor = certifications_page(session, visit.seated, after=opened(visit.asked("cursor") or None), limit=ON_THE_PAGE)
        mine = sorted({one.organization_id for one in visit.member.roles})
        called = labels(session, [[[row.operator_id, row.organ_id] for row in rows], mine], roles=visit.member.role_names)
    at_operator = visit.desk.log.seat == "operator"
    return visit.page(
        "holdings/certifications.html",
        rows=rows,
        cursor=cursor,
        called=called,
        today=legal_day(visit.at),
        own=mine if at_operator else [],
        actions=offers(
            visit, ("certify", "record_certification", "receive_change", "refuse_certification", "set_report_term"), back="/certifications"
        ),
    )


def card(visit: Visit) -> Response:
    """GET of /operators/{organization_id}: where an operator stands."""
    operator_id = visit.request.path_params["organization_id"].replace("\x00", "")
    with read(visit.desk.engine) as session:
        found = standing_of(session, visit.seated, operator_id=operator_id)
        organs = [one for one in found.readiness if one is not None]
        named = [row.organ_id for row in found.certifications] + [row.organ_id for row in found.refusals]
        ids = [operator_id, organs, named, [row.organ_id for row in found.changes]]
        called = labels(session, ids, roles=visit.member.role_names)
    chosen = next((one for one in found.readiness if one == visit.asked("organ")), next(iter(found.readiness)))
    path = f"/operators/{quote(operator_id, safe='')}"
    back = f"{path}?organ={chosen}" if chosen is not None else path
    today = legal_day(visit.at)
    return visit.page(
        "holdings/operator.html",
        found=found,
        called=called,
        today=today,
        certified=[(row, row.ended_on is None or today < row.ended_on, _ending(visit, row.id, back)) for row in found.certifications],
        organ=chosen,
        organs=[(f"{path}?organ={one}" if one is not None else path, one, one == chosen) for one in found.readiness],
        items=_items(visit, found, chosen, found.readiness[chosen], back),
        count=_count(found.readiness[chosen]),
        changes=[(row, _change_link(visit, row, back)) for row in found.changes],
        acts=_acts(visit, found, back),
    )


def _ending(visit: Visit, certification_id: str, back: str) -> str:
    return link("end_certification", back=back, certification_id=certification_id) if may(visit, "end_certification") else ""


def _items(visit: Visit, found: Standing, organ: str | None, items: Sequence[ItemState], back: str) -> list[tuple[ItemState, str]]:
    verb = "examine_readiness" if visit.desk.log.seat == "organ" else "record_readiness"
    words: dict[str, str | None] = {"operator_id": found.operator.id, "organ_id": organ}
    return [(one, link(verb, back=back, item=one.item, **words) if may(visit, verb) else "") for one in items]


def _count(items: Sequence[ItemState]) -> tuple[int, int]:
    """Return how many items are in place, and how many there are."""
    return sum(1 for one in items if one.met), len(items)


def _change_link(visit: Visit, row: CertifiedChange, back: str) -> tuple[str, str]:
    """Return the act that a change waits for, and its form: to be reported, or to be settled."""
    verb = "report_change" if row.reported_on is None else "settle_change"
    return (verb, link(verb, back=back, change_id=row.id)) if may(visit, verb) else ("", "")


def _acts(visit: Visit, found: Standing, back: str) -> list[Offer]:
    words: dict[str, Any] = {"operator_id": found.operator.id}
    organs = [one for one in found.readiness if one is not None]
    if len(organs) == 1:
        words["organ_id"] = organs[0]
    today = legal_day(visit.at)
    certified = any(row.ended_on is None or today < row.ended_on for row in found.certifications)
    # Another organ may certify an operator that one has certified already, and tells it so.
    first = ("record_certification",) if certified else ("certify", "refuse_certification", "record_certification")
    verbs = (*first, "receive_change", "plan_change")
    return offers(visit, verbs, back=back, **words)
