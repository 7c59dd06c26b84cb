"""One act about each of several people, who are named by number or name: who of them it can be done for, and doing it at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from service.acts import asking
from service.acts.asking import Asked, Done, UnfitError
from service.acts.balance.bringing import MOST_ACTS, Who
from service.acts.balance.rows import Names, Wrong
from service.acts.roster.lines import rejected_lines
from service.database import read
from service.personnel.roster.rows import Rejection


@dataclass(slots=True)
class Several:
    """For whom an act can be done, each with the act, and for whom it cannot, and why."""

    people: dict[str, Asked] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)


def several(engine: Engine, *, who: Who, named: Sequence[tuple[int, str]], organization: str, act: Callable[[int, str], Asked]) -> Several:
    """Return for whom of some people, each with the line that names them, an act can be done; each is tried, and nothing is kept.

    Raises UnfitError for too many.
    """
    if len(named) > MOST_ACTS:
        message = f"people: at most {MOST_ACTS} at once"
        raise UnfitError(message)
    found = Several()
    people: dict[int, str] = {}
    with read(engine) as session:
        names = Names(session, organization, 0)
        for line, name in named:
            try:
                person = names.of("somebody", name, None)
            except Wrong as wrong:
                found.rejected.append(Rejection(line, name, wrong.ja, wrong.en))
                continue
            if person not in people.values():
                people[line] = person
    lines = [(line, (act(line, person),)) for line, person in people.items()]
    wrong_lines = {one.line: one for one in rejected_lines(engine, who=who, lines=lines)}
    called = dict(named)
    found.rejected += [Rejection(line, called[line], one.ja, one.en) for line, one in wrong_lines.items()]
    found.people = {people[line]: acts[0] for line, acts in lines if line not in wrong_lines}
    return found


def do_several(engine: Engine, *, who: Who, found: Several) -> Done:
    """Do the act for everybody for whom it can be done, all at once. Raises as the acts do."""
    assert who.member is not None  # a door knows who asks
    outcome = asking.ask(engine, log=who.log, member=who.member, at=who.at, acts=list(found.people.values()))
    assert isinstance(outcome, Done)  # what waits for somebody else is no act for several
    return outcome
