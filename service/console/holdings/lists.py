"""Lists as work: requests that wait, portions to confirm, what one person wrote alone, who is kept off, who may act in an emergency."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.asking import Asked
from service.acts.concerning import OutsideError
from service.acts.reading import lists
from service.acts.reading.paging import part_of
from service.acts.reading.seeing import seers
from service.console.act_words import VERBS, said
from service.console.acting.act import link
from service.console.holdings.handlers import named
from service.console.holdings.offers import may, offers
from service.console.holdings.tabs import purposes_in
from service.console.holdings.together import Several, confirm_or_do
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.need_to_know.model import ListingRequest
from service.statute.periods import legal_day

ON_THE_PAGE, PORTIONS = 50, 5
PHASE_TONES = {"open": "info", "warned": "warn", "stopped": "bad", "lapsing": "bad"}
"""How pressing a portion is, in colour; it stands in words beside."""
HOUSE = ("set_purpose", "end_purpose", "set_list_number")
"""What the house settles for its lists."""
DECLINES = ("not_needed", "outside_scope", "not_possible")


def work(visit: Visit) -> Response:
    """GET of /lists: what a manager has to decide or to confirm, organization by organization."""
    with read(visit.desk.engine) as session:
        places = [_place(session, visit, one) for one in lists.places_of(seers(visit.seated, "listing"))]
        called = labels(session, [one["ids"] for one in places], roles=visit.member.role_names)
    return visit.page(
        "holdings/lists.html",
        places=places,
        called=called,
        declines=DECLINES,
        phase_tones=PHASE_TONES,
        deciding=may(visit, "list_handler"),
        nothing=visit.asked("nothing"),
        house=offers(visit, HOUSE, back="/lists"),
    )


def _place(session: Session, visit: Visit, place: str) -> dict[str, Any]:
    seated = visit.seated
    requests, more_requests = part_of(
        lists.requests_of(session, seated, organization_id=place), limit=ON_THE_PAGE, cursor=visit.asked("requests") or None
    )
    portions, more_portions = lists.portions_page(
        session, seated, organization_id=place, limit=PORTIONS, cursor=visit.asked("portions") or None
    )
    lines = {row.id: row for one in portions for row in lists.lines_named(session, seated, organization_id=place, listings=one.listings)}
    alone = lists.emergencies_open(session, seated, organization_id=place)[:ON_THE_PAGE]
    kept_off, more_kept_off = part_of(
        lists.excluded(session, seated, organization_id=place), limit=ON_THE_PAGE, cursor=visit.asked("kept_off") or None
    )
    acting = lists.acting(session, seated, organization_id=place)[:ON_THE_PAGE]
    rows = [*requests, *lines.values(), *(one.listing for one in alone), *kept_off, *acting]
    words = ("information_id", "person_id", "unit_id", "requested_by", "contract_id", "under_head_id")
    return {
        "id": place,
        "requests": requests,
        "more_requests": more_requests,
        "portions": [(one, [(lines[each], named(lines[each])) for each in one.listings]) for one in portions],
        "more_portions": more_portions,
        "alone": [(one.listing, _link(visit, "confirm_emergency", listing_id=one.listing.id)) for one in alone],
        "kept_off": [(row, _link(visit, "end_exclusion", exclusion_id=row.id)) for row in kept_off],
        "more_kept_off": more_kept_off,
        "acting": [(row, _link(visit, "end_acting_manager", acting_id=row.id)) for row in acting],
        "excluding": offers(visit, ("exclude_person",), back="/lists", organization_id=place),
        "naming": offers(visit, ("name_acting_manager",), back="/lists", organization_id=place),
        "purposes": purposes_in(session, visit, place),
        "ids": [place, *(getattr(row, word) for row in rows for word in words if getattr(row, word, None) is not None)],
    }


def _link(visit: Visit, verb: str, **words: str) -> str:
    return link(verb, back="/lists", **words) if may(visit, verb) else ""


def decide(visit: Visit) -> Response:
    """POST of /lists/requests: the ticked requests are granted in one proposal, or declined for one reason."""
    back = _back(visit)
    chosen = set(visit.form.get("request_id", [])[:ON_THE_PAGE])
    if not chosen:
        return visit.goes_to(f"{back}{'&' if '?' in back else '?'}nothing=requests")
    place = visit.one("organization_id")
    with read(visit.desk.engine) as session:
        rows = [row for row in lists.requests_of(session, visit.seated, organization_id=place) if row.id in chosen]
        called = labels(session, [[row.person_id, row.information_id] for row in rows], roles=visit.member.role_names)
    if len(rows) != len(chosen):
        word = "request_id"
        raise OutsideError(word)
    today = legal_day(visit.at).isoformat()
    if visit.one("step") == "decline":
        reason = visit.one("reason")
        acts = [Asked("decline_request", {"request_id": row.id, "reason": reason, "on": today}) for row in rows]
    else:
        acts = [Asked("list_handler", _granting(row) | {"from_on": today}) for row in rows]
    names = [f"{called.get(row.person_id, row.person_id)} / {called.get(row.information_id, row.information_id)}" for row in rows]
    return confirm_or_do(visit, Several(said(VERBS, acts[0].verb, visit.language), acts, names, back))


def _granting(row: ListingRequest) -> dict[str, Any]:
    """Return the words of the listing that grants a request."""
    words = {
        "information_id": row.information_id,
        "organization_id": row.organization_id,
        "person_id": row.person_id,
        "request_id": row.id,
        "actions": row.actions,
    }
    return {name: value for name, value in words.items() if value is not None}


def confirm_portion(visit: Visit) -> Response:
    """POST of /lists/confirmation: the ticked lines of a portion were looked at and stand."""
    back = _back(visit)
    chosen: Sequence[str] = list(dict.fromkeys(visit.form.get("listings", [])))[:ON_THE_PAGE]
    if not chosen:
        return visit.goes_to(f"{back}{'&' if '?' in back else '?'}nothing=portions")
    place = visit.one("organization_id")
    with read(visit.desk.engine) as session:
        rows = lists.lines_named(session, visit.seated, organization_id=place, listings=chosen)
        called = labels(session, [named(row) for row in rows], roles=visit.member.role_names)
    words = {"organization_id": place, "listings": [row.id for row in rows], "on": legal_day(visit.at).isoformat()}
    who = ("、" if visit.language == "ja" else ", ").join(called.get(named(row), named(row)) for row in rows)
    title = people_words(visit.language)["lists_confirm_title"]
    return confirm_or_do(visit, Several(title, [Asked("confirm_listings", words)], [who], back))


def _back(visit: Visit) -> str:
    """Return where the form stood: the page of lists, or the handlers of one information."""
    back = visit.one("back")
    return back if back.startswith("/informations/") else "/lists"
