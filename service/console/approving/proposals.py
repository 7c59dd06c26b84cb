"""Pages of proposals: what waits, what an approval would do, and the steps of deciding it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.acts import deciding
from service.acts.hindrances import REASONS
from service.console.act_words import FOOTINGS, STATES, STEPS, VERBS, said
from service.console.labels import labels
from service.console.pages import JAPAN
from service.console.visit import Visit
from service.database import read
from service.proposals.queries import proposals
from service.proposals.rules import state_at


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in a list."""

    id: str
    title: str
    by: str
    state: str
    expires: str
    own: bool


def waiting_lines(visit: Visit, *, states: Sequence[str] = ()) -> list[Line]:
    """Return the proposals that somebody made or might decide."""
    with read(visit.desk.engine) as session:
        return [
            Line(
                row.id,
                title_of(row.acts, visit),
                row.proposed_name,
                said(STATES, state_at(row.state, row.expires_at, visit.at), visit.language),
                f"{row.expires_at.astimezone(JAPAN):%Y-%m-%d}",
                row.proposed_person == visit.member.person_id,
            )
            for row in proposals(session, states=states)
            if deciding.visible(session, row, visit.member)
        ]


def title_of(acts: Sequence[Mapping[str, Any]], visit: Visit) -> str:
    """Return what a proposal is about: its first act, and how many more there are."""
    first = said(VERBS, acts[0]["verb"], visit.language)
    return first if len(acts) == 1 else f"{first} (+{len(acts) - 1})"


def listing(visit: Visit) -> Response:
    """GET of /proposals."""
    return visit.page("approving/list.html", lines=waiting_lines(visit))


def show(visit: Visit) -> Response:
    """GET of /proposals/{id}: what it would do now, its thread, and the steps that are open."""
    shown = deciding.show_proposal(
        visit.desk.engine, log=visit.desk.log, member=visit.member, at=visit.at, proposal_id=visit.request.path_params["proposal_id"]
    )
    row = shown.row
    with read(visit.desk.engine) as session:
        called = labels(session, [list(shown.acts), row.organization_id, list(shown.foreseen)], roles=visit.member.role_names)
    thread = [
        (said(STEPS, one.step, visit.language), one.name, f"{one.at.astimezone(JAPAN):%Y-%m-%d %H:%M}", one.words) for one in shown.thread
    ]
    return visit.page(
        "approving/proposal.html",
        row=row,
        called=called,
        title=title_of(row.acts, visit),
        state=shown.state,
        state_words=said(STATES, shown.state, visit.language),
        acts=[(said(VERBS, act["verb"], visit.language), act["words"]) for act in shown.acts],
        foreseen=shown.foreseen,
        digest=shown.digest,
        hindrance=None if shown.hindrance is None else said(REASONS, shown.hindrance, visit.language),
        may_decide=shown.may_decide,
        own=row.proposed_person == visit.member.person_id,
        thread=thread,
        footing=said(FOOTINGS, row.footing or "", visit.language),
        expires=f"{row.expires_at.astimezone(JAPAN):%Y-%m-%d %H:%M}",
    )


def step(visit: Visit) -> Response:
    """POST of /proposals/{id}/{step}."""
    proposal_id = visit.request.path_params["proposal_id"]
    given: dict[str, Any] = {"log": visit.desk.log, "member": visit.member, "at": visit.at, "proposal_id": proposal_id}
    words = visit.one("words")
    match visit.request.path_params["step"]:
        case "approve":
            deciding.approve(visit.desk.engine, **given, digest=visit.one("digest"), words=words)
        case "send-back":
            deciding.send_back(visit.desk.engine, **given, words=words)
        case "reject":
            deciding.reject(visit.desk.engine, **given, words=words)
        case "withdraw":
            deciding.withdraw(visit.desk.engine, **given, words=words)
        case "view":
            deciding.view(visit.desk.engine, **given)
        case _:
            return visit.page("trouble.html", status=404, title="404", text="", citations=[])
    return visit.goes_to(f"/proposals/{proposal_id}")
