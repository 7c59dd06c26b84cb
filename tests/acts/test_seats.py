"""Every act by seat, roles and second persons, in one list that a reviewer reads; and acts of the other seat are nowhere."""

from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service.acts import asking
from service.acts.asking import Asked, NoSuchActError, known_act
from service.acts.table import (
    ACTS,
    ADMINISTRATOR,
    APPROVER,
    ASSESSOR,
    COMPLAINTS,
    CUSTODIAN,
    HR,
    MANAGER,
    PERSON,
    Known,
    assessment,
    authority,
    clearance,
    deadlines,
    designation,
    duties,
    need_to_know,
    people,
    privacy,
    provision,
    registers,
)
from service.database import transaction
from service.designation.rules import WrongSeatError
from service.ledger import Seat
from tests.builders.members import found_town
from tests.builders.site import ACTOR

SHORT = {
    PERSON: "self",
    HR: "hr",
    MANAGER: "manager",
    CUSTODIAN: "custodian",
    APPROVER: "approver",
    ADMINISTRATOR: "admin",
    ASSESSOR: "assessor",
    COMPLAINTS: "complaints",
}
LIST = Path(__file__).with_name("seats.txt")


def line_of(known: Known) -> str:
    """One act as a line: its seat, its verb, who may do it, who must approve it, and what decides whether they must."""
    needed = "+".join(SHORT[one] for one in known.seconds) or "-"
    marks = [
        *([f"not when {known.narrow_when[0]} is {'/'.join(sorted(known.narrow_when[1]))}"] if known.narrow_when else []),
        *([f"only with {known.wide_with}"] if known.wide_with else []),
        *([f"or {known.wide_before} past"] if known.wide_before else []),
        *(["unless it narrows"] if known.judged_by else []),
        *([f"only {known.only[0]} {'/'.join(sorted(known.only[1]))}"] if known.only else []),
        *(["fresh sign-in"] if known.step_up else []),
    ]
    roles = "+".join(SHORT[one] for one in known.roles)
    return f"{known.seat or 'both':8} {known.verb:32} {roles:22} {needed:28} {', '.join(marks)}".rstrip()


def test_the_acts_are_those_of_the_list() -> None:
    """To change who may do something alone, or at which seat, is to change `seats.txt`, where it is seen."""
    told = "".join(f"{line_of(ACTS[verb])}\n" for verb in sorted(ACTS, key=lambda verb: (ACTS[verb].seat or "", verb)))
    assert told == LIST.read_text(encoding="utf-8")


def test_no_act_is_said_twice() -> None:
    """Where two lines say one verb, the later one counts and the earlier one deceives whoever reads it."""
    rooms = (people, designation, provision, clearance, assessment, need_to_know, registers, duties, deadlines, authority, privacy)
    said = [known.verb for room in rooms for known in room.ACTS]
    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize(
    ("verb", "outcome"),
    [("record_result", outcome) for outcome in ("negative", "refused", "withdrawn", "not_carried_out")],
)
def test_what_clears_nobody_is_recorded_at_once(verb: str, outcome: str) -> None:
    assert not ACTS[verb].widens({"outcome": outcome})
    assert ACTS[verb].widens({"outcome": "positive"})


@pytest.mark.parametrize("seat", ["organ", "operator"])
def test_an_act_of_the_other_seat_is_no_act(engine: Engine, tmp_path: Path, seat: Seat) -> None:
    """Neither by the one way in for all doors, nor by the operation itself, which looks at the seat before anything else."""
    town = found_town(engine, tmp_path / "keys", seat=seat)
    for verb, known in ACTS.items():
        if known.seat in (None, seat):
            assert known_act(verb, log=town.log) is known
            continue
        with pytest.raises(NoSuchActError):
            asking.ask(town.engine, log=town.log, member=town.member("admin"), at=town.now(), acts=[Asked(verb, {})])
        operation = known.operation()
        needed = [word.name for word in signature(operation).parameters.values() if word.default is Parameter.empty]
        given: dict[str, Any] = dict.fromkeys(needed[4:]) | ({"under": "Act 10(1)"} if "under" in needed else {})
        with pytest.raises(WrongSeatError), transaction(town.engine) as session:
            operation(session, log=town.log, actor=ACTOR, at=town.now(), **given)
