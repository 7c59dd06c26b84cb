"""The sheet of an inspection entered again: scanned codes and ticks, looked over once, recorded by one confirmation.

1. The form: a field for codes, and what is still to be compared with three choices each. 2. What was entered is judged and
tried; what is wrong is said beside it. 3. What would be recorded is shown. 4. Once confirmed, all of it is recorded or nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.responses import Response

from service.acts import asking
from service.acts.asking import Asked, Done
from service.acts.hindrances import told as why
from service.acts.reading.inspections import Inspection, inspection_of
from service.console.people_words import people_words
from service.console.records.inspections import ON_THE_PAGE, is_own, names_of, place_in
from service.console.visit import Visit
from service.personnel.roster.eras import parse_day
from service.statute.periods import legal_day
from service.statute.refusals import Refusal

FOUND = ("present", "misplaced", "missing")
MOST = 400
"""Documents that are compared by one confirmation."""


@dataclass
class Entered:
    """What was entered: by document what was found, the day, and what is wrong with it."""

    found: dict[str, str] = field(default_factory=dict)
    on: date | None = None
    problems: list[str] = field(default_factory=list)
    day_problem: str = ""


def enter(visit: Visit) -> Response:
    """GET and POST of /inspections/{inspection_id}/enter."""
    found = inspection_of(visit.seated, inspection_id=visit.request.path_params["inspection_id"])
    if not found.is_open:
        return visit.goes_to(f"/inspections/{found.line.id}")
    if visit.request.method != "POST":
        return _form(visit, found, Entered(on=legal_day(visit.at)))
    entered = _entered(visit, found)
    if visit.one("mend") == "yes":
        return _form(visit, found, entered)
    if not entered.found and not entered.problems and not entered.day_problem:
        entered.problems.append(_say(visit, "records_nothing_entered"))
    if entered.problems or entered.day_problem:
        return _form(visit, found, entered, status=422)
    return _judged(visit, found, entered)


def _judged(visit: Visit, found: Inspection, entered: Entered) -> Response:
    """Record what was confirmed; before that, try it out and show it."""
    ends = visit.one("end") == "yes" and len(entered.found) == len(found.remaining)
    acts = _acts(found, entered, ends=ends)
    if visit.one("confirmed") == "yes":
        return _record(visit, found, acts)
    try:
        _try(visit, acts)
    except Refusal as refused:
        entered.problems.append(why(refused, visit.language))
        return _form(visit, found, entered, status=422)
    return _confirm(visit, found, entered)


def _say(visit: Visit, word: str, **values: object) -> str:
    return people_words(visit.language)[word].format(**values)


def _entered(visit: Visit, found: Inspection) -> Entered:
    """Return what was entered, judged against what the inspection compares."""
    entered = Entered()
    try:
        entered.on = parse_day(visit.one("on")) if visit.one("on") else legal_day(visit.at)
    except ValueError:
        entered.day_problem = _say(visit, "records_day_unfit")
    for name in FOUND:
        for code in visit.one(f"codes-{name}").split():
            _add(visit, found, entered, code, name)
    for name, values in visit.form.items():
        if name.startswith("found-") and values[0] in FOUND:
            _add(visit, found, entered, name.removeprefix("found-"), values[0])
    if len(entered.found) > MOST:
        entered.problems.append(_say(visit, "records_too_many", most=MOST))
    return entered


def _add(visit: Visit, found: Inspection, entered: Entered, code: str, said: str) -> None:
    item = found.named(code)
    if item is None:
        entered.problems.append(_say(visit, "records_not_compared_here", code=code[:64]))
    elif item.found is not None:
        entered.problems.append(_say(visit, "records_compared_already", number=item.serial))
    elif entered.found.setdefault(item.document_id, said) != said:
        entered.problems.append(_say(visit, "records_two_answers", number=item.serial))


def _acts(found: Inspection, entered: Entered, *, ends: bool) -> list[Asked]:
    """Return the acts that the confirmation brings about: one for each document, and the end where all was compared."""
    day = entered.on.isoformat() if entered.on is not None else ""
    here = {"inspection_id": found.line.id, "on": day}
    acts = [Asked("record_inspection", {**here, "document_id": one, "found": said}) for one, said in entered.found.items()]
    return [*acts, Asked("end_inspection", here)] if ends else acts


def _try(visit: Visit, acts: list[Asked]) -> None:
    """Do everything and undo it. Raises as the acts do."""
    known = [asking.known_act(one.verb, log=visit.desk.log) for one in acts]
    values = [asking.values_of(one, asked, today=legal_day(visit.at)) for one, asked in zip(known, acts, strict=True)]
    given: dict[str, Any] = {"log": visit.desk.log, "member": visit.member, "at": visit.at}
    asking.foresee(visit.desk.engine, **given, known=known, values=values)


def _record(visit: Visit, found: Inspection, acts: list[Asked]) -> Response:
    given: dict[str, Any] = {"log": visit.desk.log, "member": visit.member, "at": visit.at}
    outcome = asking.ask(visit.desk.engine, **given, acts=acts)
    if not isinstance(outcome, Done):
        return visit.goes_to(f"/proposals/{outcome.proposal}")
    return visit.goes_to(f"/inspections/{found.line.id}?done={outcome.first_index}")


def _form(visit: Visit, found: Inspection, entered: Entered, *, status: int = 200) -> Response:
    if is_own(visit, found):
        # The act refuses it too; here it is said before anybody has typed anything.
        return visit.page("records/own.html", status=status, line=found.line)
    first = place_in(visit)
    shown = found.remaining[first : first + ON_THE_PAGE]
    return visit.page(
        "records/enter.html",
        status=status,
        found=found,
        line=found.line,
        shown=shown,
        called=names_of(visit, shown),
        entered=entered,
        ticked={one.document_id: visit.one(f"found-{one.document_id}") for one in shown},
        typed={name: visit.one(f"codes-{name}") for name in FOUND},
        day=visit.one("on") or (entered.on.isoformat() if entered.on is not None else ""),
        onward=str(first + ON_THE_PAGE) if len(found.remaining) > first + ON_THE_PAGE else None,
        kinds=FOUND,
        most=MOST,
    )


def _confirm(visit: Visit, found: Inspection, entered: Entered) -> Response:
    by_kind: Mapping[str, list[str]] = {name: [one for one, said in entered.found.items() if said == name] for name in FOUND}
    items = {one.document_id: one for one in found.remaining}
    return visit.page(
        "records/compare.html",
        line=found.line,
        by_kind=by_kind,
        items=items,
        called=names_of(visit, [items[one] for one in entered.found]),
        on=entered.on,
        left=len(found.remaining) - len(entered.found),
    )
