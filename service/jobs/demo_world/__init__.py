"""The demo: a small invented world, told as a roster, legal history and speaking people."""

from dataclasses import dataclass
from datetime import date

from service.jobs.demo_world.facts import DOCUMENTS, OPERATOR, ORGAN, Facts, operator_history, organ_history
from service.jobs.demo_world.people import OPERATOR_SPEAKING, ORGAN_SPEAKING, STORIES, Speaking
from service.jobs.demo_world.roster import OPERATOR_UNITS, ORGAN_UNITS, Employee, crowd, roster_csv
from service.ledger import Log, Seat

__all__ = ["DOCUMENTS", "ORIGIN", "STORIES", "World", "is_demo", "organization_of", "world_of"]

ORIGIN = "demo.sekisho.invalid/"
"""How the log of every demo is called; nothing else may be."""


@dataclass(frozen=True, slots=True)
class World:
    """One side of the demo: whose deployment it is, its staff and its recorded history."""

    seat: Seat
    organization: str
    speaking: tuple[Speaking, ...]
    units: tuple[str, ...]
    staff: tuple[Employee, ...]
    history: Facts

    @property
    def roster(self) -> bytes:
        """The staff as a file of their personnel system."""
        return roster_csv(self.staff)

    @property
    def origin(self) -> str:
        """The name of the log."""
        return f"{ORIGIN}{self.seat}"


def is_demo(log: Log) -> bool:
    """Say whether a log is a demo's."""
    return log.origin.startswith(ORIGIN)


def organization_of(seat: Seat) -> str:
    """Return the organization whose deployment a side of the demo is."""
    return OPERATOR if seat == "operator" else ORGAN


def world_of(seat: Seat, *, on: date) -> World:
    """Return one side of the demo, with everything counted back from a day."""
    operator = seat == "operator"
    speaking = OPERATOR_SPEAKING if operator else ORGAN_SPEAKING
    units = OPERATOR_UNITS if operator else ORGAN_UNITS
    return World(
        seat=seat,
        organization=organization_of(seat),
        speaking=speaking,
        units=tuple(name for name, _ in units),
        staff=(*(one.employee(on=on) for one in speaking), *crowd(units, on=on)),
        history=operator_history(on=on) if operator else organ_history(on=on),
    )
