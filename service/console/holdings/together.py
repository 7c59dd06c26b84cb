"""Several acts in one breath: what they would record is shown first; then all are done, or all are put before a second person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.acts import asking
from service.acts.asking import Asked, Done
from service.acts.concerning import OutsideError
from service.acts.hindrances import PROBLEMS
from service.acts.hindrances import told as why
from service.acts.trying import Hindrance, Together, try_together
from service.console.acting.unfit import said_plainly
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.statute.refusals import Conflict, Refusal

NOT_SENT_AGAIN = frozenset({"form_token", "confirmed", "remark"})


@dataclass(frozen=True, slots=True)
class Several:
    """Acts that are asked for together: what the page is called, each act with the words for it, and where it leads back to."""

    title: str
    acts: Sequence[Asked]
    names: Sequence[str]
    back: str


def tried(visit: Visit, several: Several) -> Together:
    """Return what the acts would come to, or what stands in the way of which."""
    return try_together(visit.desk.engine, log=visit.desk.log, member=visit.member, at=visit.at, asked=several.acts)


def confirm(visit: Visit, several: Several, found: Together) -> Response:
    """Show what would be recorded, before anything is."""
    with read(visit.desk.engine) as session:
        called = labels(session, list(found.foreseen), roles=visit.member.role_names)
    sent = [(name, value) for name, values in visit.form.items() if name not in NOT_SENT_AGAIN for value in values if value]
    return visit.page(
        "holdings/together.html",
        title=several.title,
        names=several.names,
        back=several.back,
        waits=found.waits,
        foreseen=found.foreseen,
        called=called,
        sent=sent,
        hindered=hindrances(visit, several, found),
        status=409 if found.hindered else 200,
    )


def carry_out(visit: Visit, several: Several) -> Response:
    """Ask for the acts, and lead on: back to where they began, or to the proposal that waits."""
    given: dict[str, Any] = {"log": visit.desk.log, "member": visit.member, "at": visit.at}
    outcome = asking.ask(visit.desk.engine, **given, acts=list(several.acts), words=visit.one("remark"))
    if not isinstance(outcome, Done):
        return visit.goes_to(f"/proposals/{outcome.proposal}")
    return visit.goes_to(f"{several.back}{'&' if '?' in several.back else '?'}done={outcome.first_index}")


def confirm_or_do(visit: Visit, several: Several) -> Response:
    """Show what several acts would record; once that is confirmed, ask for them."""
    return carry_out(visit, several) if visit.one("confirmed") == "yes" else confirm(visit, several, tried(visit, several))


def hindrances(visit: Visit, several: Several, found: Together) -> list[tuple[str, str]]:
    """Return whom or what each hindrance is about, and what it is, as people read it."""
    return [(several.names[place], said_of(visit, hindrance)) for place, hindrance in found.hindered]


def said_of(visit: Visit, hindrance: Hindrance) -> str:
    """Return what stands in the way of an act, as people read it."""
    match hindrance:
        case Refusal():
            cited = [one.ja() if visit.language == "ja" else str(one) for one in hindrance.basis]
            return f"{why(hindrance, visit.language)} ({', '.join(cited)})" if cited else why(hindrance, visit.language)
        case Conflict():
            return PROBLEMS[hindrance.slug][0] if visit.language == "ja" else str(hindrance)
        case OutsideError():
            return people_words(visit.language)["not_found_text"]
        case _:
            return said_plainly(str(hindrance), visit.language)[1]
