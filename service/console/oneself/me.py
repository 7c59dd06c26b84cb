"""My page: one's own state, tasks and rights, three things on one page, as everybody sees it without a role."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from service.acts.reading.own import Cleared, Stands, own_clearances, own_listings, own_looks, own_record
from service.acts.reading.own_tasks import Task, own_rights, own_tasks
from service.console.acting.act import link
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read

HERE = "/me"
LOOKS = 20
"""Looks that the page shows; behind them the person asks for the rest."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A task as the page shows it: its words by its key, and the ways to answer it, each with its address."""

    key: str
    task: Task
    ways: tuple[tuple[str, str], ...]


def me(visit: Visit) -> Response:
    """GET of /me."""
    seated = visit.seated
    record = own_record(seated)
    listings, clearances = own_listings(seated), own_clearances(seated)
    tasks, rights = own_tasks(seated), own_rights(seated)
    looks = own_looks(seated, limit=LOOKS)
    with read(visit.desk.engine) as session:
        called = _called(session, record, listings, clearances, [*tasks, *rights])
    return visit.page(
        "oneself/me.html",
        posts=[_post(one, called) for one in record["posts"]],
        verdict=_verdict(listings, clearances),
        listings=listings,
        clearances=[(one, _state(one)) for one in clearances],
        tasks=[_offer(one) for one in tasks],
        rights=[_offer(one) for one in rights],
        reports=record["reports"],
        complaints=record.get("complaints", ()),
        requests=record["requests"],
        looks=looks,
        called=called,
        acts=_acts(visit, record),
    )


def _called(session: Session, record: dict[str, Any], *named: Any) -> dict[str, str]:
    """Return what things are called: of their own record everybody sees that."""
    ids = [
        [getattr(one, name) for name in ("information_id", "organization_id", "head_id") if hasattr(one, name)]
        for row in named
        for one in row
    ]
    return labels(session, [record, ids], roles={"information_manager"})


def _post(one: dict[str, Any], called: dict[str, str]) -> str:
    return " / ".join(called.get(part, part) for part in (one["organization_id"], one["unit_id"], one["post"]) if part)


def _verdict(listings: list[Stands], clearances: list[Cleared]) -> tuple[str, str]:
    """Return the tone and the key of the one sentence on top: whether there is something that one may handle, and if not why not."""
    if any(one.doubted for one in clearances) and not any(one.may for one in listings):
        return "warn", "own_may_doubted"
    if any(one.may for one in listings):
        return "good", "own_may"
    if any(one.live for one in listings):
        return "warn", "own_listed_only"
    if any(one.last_day for one in clearances):
        return "info", "own_cleared_only"
    return "quiet", "own_may_nothing"


def _state(one: Cleared) -> tuple[str, str]:
    """Return the tone and the key of the state of a head's assessment."""
    if one.doubted is not None:
        return "warn", "own_state_doubted"
    if one.last_day is not None:
        return "good", "own_state_cleared"
    return ("quiet", "own_state_ended") if one.told == "positive" else ("quiet", "own_state_not")


def _offer(task: Task) -> Offer:
    ways = tuple((one.code, link(one.verb, back=HERE, **one.words)) for one in task.answers)
    return Offer(f"own_{task.ask}", task, ways)


def _acts(visit: Visit, record: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what one may report or ask at any time: the words' key and the address of its form."""
    person = visit.member.person_id
    organization = next((one["organization_id"] for one in record["posts"]), None)
    own = {"person_id": person, "organization_id": organization}
    return [
        ("own_report_event", link("report_event", back=HERE, **own)),
        ("own_request_listing", link("request_listing", back=HERE, **own)),
        ("own_report_incident", link("report_incident", back=HERE, organization_id=organization)),
        ("own_doubt_designation", link("doubt_designation", back=HERE, person_id=person)),
        ("own_report_improper", link("report_improper", back=HERE)),
    ]
