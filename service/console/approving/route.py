"""The route of a proposal as boxes: each step with who took it when, and at its end whoever may decide it."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.acts.deciding import Shown
from service.acts.reading.inbox import Deciders
from service.console.act_words import FOOTINGS, STEPS, said
from service.console.dates import shown_day, shown_moment
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.identity.entitlements import access
from service.identity.roles import name_of
from service.proposals.model import Proposal
from service.statute.periods import legal_day


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the route: what, who, when, more lines, what was said; `now` for the one at which it stands."""

    what: str
    who: str = ""
    at: str = ""
    lines: tuple[str, ...] = ()
    words: str = ""
    now: bool = False


def route_of(visit: Visit, shown: Shown, deciders: Deciders | None) -> list[Box]:
    """Return the boxes of a proposal, from its making on."""
    boxes = _taken(visit, shown)
    waiting = _waiting(visit, shown, deciders)
    return [*boxes, waiting] if waiting is not None else boxes


def _taken(visit: Visit, shown: Shown) -> list[Box]:
    row = shown.row
    if not shown.thread:
        return _from_row(visit, row)
    boxes = []
    for one in shown.thread:
        lines = _of_approval(visit, row) if one.step == "approved" else ()
        what = said(STEPS, one.step, visit.language)
        boxes.append(Box(what, one.name, shown_moment(one.at, visit.calendar), lines, one.words))
    return boxes


def _from_row(visit: Visit, row: Proposal) -> list[Box]:
    """Return the route as whoever audits sees it: when, and by which account where names take a purpose."""
    named = access(visit.member.role_names, "name") == "yes"
    boxes = [Box(said(STEPS, "made", visit.language), row.proposed_name if named else row.proposed_by, _moment(visit, row.proposed_at))]
    if row.decided_at is not None and row.decided_by is not None:
        who = (row.decided_name or row.decided_by) if named else row.decided_by
        boxes.append(Box(said(STEPS, row.state, visit.language), who, _moment(visit, row.decided_at), _of_approval(visit, row)))
    return boxes


def _moment(visit: Visit, at: object) -> str:
    return shown_moment(at, visit.calendar)  # type: ignore[arg-type]


def _of_approval(visit: Visit, row: Proposal) -> tuple[str, ...]:
    """Return on what an approval stood, and in whose name it was."""
    if row.footing is None:
        return ()
    lines = [said(FOOTINGS, row.footing, visit.language)]
    if row.in_name_of:
        with read(visit.desk.engine) as session:
            name = labels(session, [row.in_name_of], roles=visit.member.role_names).get(row.in_name_of, row.in_name_of)
        lines.append(people_words(visit.language)["route_in_name_of"].format(name=name))
    return tuple(lines)


def _waiting(visit: Visit, shown: Shown, deciders: Deciders | None) -> Box | None:
    told = people_words(visit.language)
    until = told["route_until"].format(day=shown_day(legal_day(shown.row.expires_at), visit.language, visit.calendar))
    if shown.state == "open" and deciders is not None:
        return Box(told["route_open"], at=until, lines=_who_may(visit, deciders), now=True)
    if shown.state == "sent_back":
        return Box(told["route_sent_back"], shown.row.proposed_name if shown.thread else "", until, now=True)
    if shown.row.view_later:
        return Box(told["route_view"], lines=(told["view_later"],), now=True)
    return None


def _who_may(visit: Visit, deciders: Deciders) -> tuple[str, ...]:
    told = people_words(visit.language)
    comma = "、" if visit.language == "ja" else ", "
    roles = told["route_roles"].format(roles=comma.join(name_of(one, visit.language) for one in deciders.roles))
    return (roles, *_people(deciders.names, told["route_people"], told["route_nobody"], comma))


def _people(names: Sequence[str] | None, some: str, nobody: str, comma: str) -> tuple[str, ...]:
    if names is None:
        return ()
    return (some.format(names=comma.join(names)) if names else nobody,)
