"""Acts of legal cases, performed through the same operations that the doors call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine

from service.actor import Actor
from service.database import transaction
from service.jobs.case_acts import assessment, correction, designation, disclosure, lists, provision
from service.jobs.case_acts.act import Act
from service.ledger import Log, Seat
from service.statute.periods import day_start
from service.statute.refusals import Conflict, Refusal

ACTOR = Actor("case", "person")
ACTS: Mapping[str, Callable[[Act], object]] = {
    **designation.ACTS,
    **provision.ACTS,
    **disclosure.ACTS,
    **assessment.ACTS,
    **lists.ACTS,
    **correction.ACTS,
}
"""Every act of the format, by its name."""
OF_OPERATORS = frozenset({"list_candidate", "disclose"})
"""Acts that an operator performs itself; what else it has to do with, it records."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an act came out: `accepted`, `refused` with its reason and basis, or `impossible` with what was wrong."""

    result: str
    reason: str | None = None
    basis: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """Return the outcome as a line shows it."""
        basis = f" [{', '.join(sorted(self.basis))}]" if self.basis else ""
        return f"{self.result}{' ' + self.reason if self.reason else ''}{basis}"


def perform(engine: Engine, *, log: Log, words: Mapping[str, Any], given: Mapping[str, Any]) -> Outcome:
    """Perform one act on its own day and return how it came out; a refused one changes nothing."""
    told = replace(log, seat=_seat(words, given))
    try:
        with transaction(engine) as session:
            ACTS[words["act"]](Act(session, told, ACTOR, day_start(words["on"]), words["on"], words, given))
    except Refusal as refusal:
        return Outcome("refused", refusal.reason, frozenset(map(str, refusal.basis)))
    except (Conflict, ValueError) as impossible:
        return Outcome("impossible", str(impossible))
    return Outcome("accepted")


def _seat(words: Mapping[str, Any], given: Mapping[str, Any]) -> Seat:
    """Return the seat at which an act is performed: the operator's where an operator lists or discloses."""
    kinds = {one["id"]: one["kind"] for one in given.get("organizations") or ()}
    return "operator" if words["act"] in OF_OPERATORS and kinds.get(words["by"]) == "operator" else "organ"
