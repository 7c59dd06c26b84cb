"""What a visitor is told when something could not be done."""

from collections.abc import Sequence

from starlette.responses import Response

from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError
from service.acts.hindrances import PROBLEMS
from service.acts.hindrances import told as why
from service.console.act_words import CODES, said
from service.console.acting.unfit import said_plainly
from service.console.forms import FormTooLargeError
from service.console.people_words import people_words
from service.console.visit import Visit
from service.identity.factors.passwords import BusyError
from service.identity.roles import name_of
from service.ledger import ClockUnsureError, RecordMismatchError
from service.statute.refusals import Conflict, Refusal


def trouble(visit: Visit, problem: Exception) -> Response:  # noqa: PLR0911 - a table
    """Return the page that says what could not be done, and why."""
    told = people_words(visit.language)
    match problem:
        case OutsideError():
            return visit.page("trouble.html", status=404, title=told["not_found"], text=told["not_found_text"], citations=[])
        case NotAllowedError():
            text = told["not_allowed_roles"].format(roles=_roles(problem, visit)) if problem.roles else told["not_allowed_text"]
            return visit.page("trouble.html", status=403, title=told["not_allowed"], text=text, citations=[])
        case FormTooLargeError():
            text = told["too_large_text"].format(size=problem.size)
            return visit.page("trouble.html", status=413, title=told["too_large"], text=text, citations=[])
        case Refusal():
            text = why(problem, visit.language)
            cited = [one.ja() if visit.language == "ja" else str(one) for one in problem.basis]
            return visit.page("trouble.html", status=403, title=told["refused"], text=text, citations=cited, facts=_facts(visit, problem))
        case Conflict():
            text = PROBLEMS[problem.slug][0] if visit.language == "ja" else str(problem)
            return visit.page("trouble.html", status=409, title=told["conflict"], text=text, citations=[])
        case RecordMismatchError():
            return visit.page("trouble.html", status=503, title=told["unavailable_now"], text=told["mismatch"], citations=[])
        case ClockUnsureError() | BusyError():
            return visit.page("trouble.html", status=503, title=told["unavailable_now"], text="", citations=[])
        case _:
            text = said_plainly(str(problem), visit.language)[1]
            return visit.page("trouble.html", status=422, title=told["malformed"], text=text, citations=[])


def _roles(problem: NotAllowedError, visit: Visit) -> str:
    return ("、" if visit.language == "ja" else ", ").join(name_of(one, visit.language) for one in sorted(problem.roles))


def _facts(visit: Visit, refusal: Refusal) -> list[tuple[str, str]]:
    """Return what a refusal turned on, as far as a reader can use it: by its name, codes in words."""
    told = people_words(visit.language)
    return [
        (told[f"fact_{name}"], ", ".join(said(CODES, str(one), visit.language) for one in _listed(refusal.facts[name])))
        for name in ("latest", "missing")
        if refusal.facts.get(name)
    ]


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else [value]
