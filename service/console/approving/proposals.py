"""The page of a proposal: what is asked for, what it would change, its route, what stands in its way, and deciding it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from service.acts import deciders, deciding
from service.acts.concerning import OutsideError
from service.acts.deciding import Shown
from service.acts.entitled import StepUpError, require_fresh
from service.acts.reading.inbox import decided_before, deciders_of
from service.console.act_words import FOOTINGS, STATES, said
from service.console.approving.files import File, file_of
from service.console.approving.inbox import TONES, called_for, lines_of, title_of
from service.console.approving.route import Box, route_of
from service.console.approving.sentences import named_in, sentence_of
from service.console.approving.standing import Hindrance, basis_of, hindrance_of
from service.console.area_words.approving import BARRED
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.values import Reader
from service.console.visit import Visit
from service.database import read
from service.identity.entitlements import access
from service.identity.roles import name_of
from service.proposals.operations import LONGEST_REMARK
from service.proposals.rules import ProposalStateError

REASONED = frozenset({"send-back", "reject"})
"""Steps for which one says why."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was wrong with a step: at which step, what is said of it, and the words that were typed."""

    step: str
    text: str
    typed: str


def show(visit: Visit) -> Response:
    """GET of /proposals/{id}."""
    return _page(visit)


def _page(visit: Visit, *, trouble: Trouble | None = None, changed: bool = False) -> Response:
    shown = _shown(visit)
    row = shown.row
    with read(visit.desk.engine) as session:
        called = called_for(session, visit, [list(shown.acts), row.organization_id, list(row.people), list(shown.foreseen)])
        called |= named_in(shown.acts) if access(visit.member.role_names, "name") == "yes" else {}
        in_full = deciders.is_in_full(session, row, visit.member)
    reader = Reader(visit.language, visit.calendar, called)
    file = file_of(visit, shown, reader)
    return visit.page(
        "approving/proposal.html",
        status=409 if changed else 422 if trouble is not None else 200,
        shown=shown,
        row=row,
        called=called,
        title=title_of(row, reader, in_full=in_full),
        in_full=in_full,
        state_words=said(STATES, shown.state, visit.language),
        tone=TONES[shown.state],
        acts=_acts(shown, reader),
        file=file,
        foreseen=_foreseen(shown, file),
        route=_route(visit, shown),
        hindrance=_hindrance(visit, shown),
        barred=_barred(visit, shown),
        stands_on=_stands_on(visit, shown),
        own=row.proposed_person == visit.member.person_id,
        before=lines_of(visit, decided_before(visit.seated, row)) if in_full else [],
        fresh=_is_fresh(visit),
        trouble=trouble,
        changed=changed,
        basis=basis_of(shown.acts, visit.language),
        may_view=_may_view(visit, shown),
    )


def _shown(visit: Visit) -> Shown:
    name = visit.request.path_params["proposal_id"]
    return deciding.show_proposal(visit.desk.engine, log=visit.desk.log, member=visit.member, at=visit.at, proposal_id=name)


def _acts(shown: Shown, reader: Reader) -> list[tuple[str, list[tuple[str, object]]]]:
    """Return each act that is shown whole: its sentence and its words."""
    return [(sentence_of(act, reader), list(act["words"].items())) for act in shown.acts]


def _foreseen(shown: Shown, file: File | None) -> Sequence[Any]:
    """Return the entries whose changes are shown: of a file those of the rows on the page."""
    if file is None:
        return shown.foreseen
    fits = len(shown.foreseen) == len(shown.acts)
    return [shown.foreseen[one.number - 1] for one in file.rows] if fits else []


def _route(visit: Visit, shown: Shown) -> list[Box]:
    return route_of(visit, shown, deciders_of(visit.seated, shown.row) if shown.state == "open" else None)


def _hindrance(visit: Visit, shown: Shown) -> Hindrance | None:
    return None if shown.in_the_way is None else hindrance_of(shown.in_the_way, visit.language)


def _barred(visit: Visit, shown: Shown) -> str:
    return "" if shown.barred is None else said(BARRED, shown.barred, visit.language)


def _stands_on(visit: Visit, shown: Shown) -> str:
    """Return on what the visitor would approve: role, footing, in whose name."""
    held = shown.held
    if held is None:
        return ""
    told = people_words(visit.language)
    named: Any = {"role": name_of(held.role, visit.language), "footing": said(FOOTINGS, held.footing, visit.language)}
    if not held.in_name_of:
        return told["stands_on"].format(**named)
    with read(visit.desk.engine) as session:
        name = labels(session, [held.in_name_of], roles=visit.member.role_names | {"person"}).get(held.in_name_of, held.in_name_of)
    return told["stands_on_for"].format(**named, name=name)


def _is_fresh(visit: Visit) -> bool:
    try:
        require_fresh(visit.member, at=visit.at)
    except StepUpError:
        return False
    return True


def _may_view(visit: Visit, shown: Shown) -> bool:
    with read(visit.desk.engine) as session:
        return deciders.could_view(session, shown.row, visit.member)


def step(visit: Visit) -> Response:
    """POST of /proposals/{id}/{step}."""
    name = visit.request.path_params["step"]
    words = visit.one("words").strip()
    problem = "words_too_long" if len(words) > LONGEST_REMARK else "why_needed" if name in REASONED and not words else ""
    if problem:
        return _page(visit, trouble=Trouble(name, people_words(visit.language)[problem], words[:LONGEST_REMARK]))
    try:
        return _taken(visit, name, words)
    except ProposalStateError:
        # Nothing was done. Whoever decides looks at it again as it is now.
        return _page(visit, changed=True)


def _taken(visit: Visit, name: str, words: str) -> Response:
    proposal_id = visit.request.path_params["proposal_id"]
    given: dict[str, Any] = {"log": visit.desk.log, "member": visit.member, "at": visit.at, "proposal_id": proposal_id}
    match name:
        case "approve":
            done = deciding.approve(visit.desk.engine, **given, digest=visit.one("digest"), words=words)
            return visit.goes_to(f"/proposals?done={done.first_index}")
        case "send-back":
            deciding.send_back(visit.desk.engine, **given, words=words)
        case "reject":
            deciding.reject(visit.desk.engine, **given, words=words)
        case "withdraw":
            deciding.withdraw(visit.desk.engine, **given, words=words)
            return visit.goes_to(f"/proposals/{quote(proposal_id)}")
        case "view":
            deciding.view(visit.desk.engine, **given)
        case _:
            word = "step"
            raise OutsideError(word)
    return visit.goes_to(f"/proposals?told={name}")
