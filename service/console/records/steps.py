"""What somebody may do with a line of a register, or with a document at the desk: the acts of their roles, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.acts.reading.desk import Placed
from service.acts.table import ACTS, PERSON
from service.console.act_words import VERBS, said
from service.console.acting.act import link
from service.console.visit import Visit
from service.registers.model import Line

KEEPERS = frozenset({"custodian", "information_manager"})
OF_LINE = {
    "loan": (("return_loan", "loan_id"),),
    "area": (("permit_entry", "area_id"), ("permit_device", "area_id"), ("grant_area_alias", "area_id"), ("end_area", "area_id")),
    "entry": (("end_permit", "permit_id"),),
    "device": (("end_permit", "permit_id"),),
    "incident": (("tell_head_of_incident", "incident_id"), ("follow_treaty_procedure", "incident_id"), ("close_incident", "incident_id")),
    "emergency": (("report_emergency_destruction", "emergency_id"),),
}
"""By the kind of an open line, the acts that go on with it and the word that names it."""
AT_DESK = {
    "held": ("lend_document", "record_handling", "store_document", "make_copy", "deliver_document", "dispose_document"),
    "on_loan": ("record_handling",),
    "lost": ("record_handling", "report_incident"),
    "not_in_ledger": ("enter_document", "receive_document"),
    "no_longer_held": (),
}
"""By what a document is now, the acts that it is open to, the commonest first."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that one can do: where, what it is called, and its verb."""

    path: str
    name: str
    verb: str


def may(visit: Visit, verb: str) -> bool:
    """Say whether a role of the visitor's does an act at this seat."""
    known = ACTS[verb]
    return known.seat in (None, visit.desk.log.seat) and bool(set(known.roles) & (visit.member.role_names | {PERSON}))


def steps_of_line(visit: Visit, line: Line, *, back: str) -> list[Step]:
    """Return what the visitor may do with a line of a register."""
    if line.struck_on is not None:
        return []
    return list(_steps(visit, line, back))


def _steps(visit: Visit, line: Line, back: str) -> Iterator[Step]:
    if line.ended_on is None:
        for verb, word in OF_LINE.get(line.kind, ()):
            if may(visit, verb):
                yield _step(visit, verb, back, **{word: line.id})
    if may(visit, "strike_line"):
        yield _step(visit, "strike_line", back, line_id=line.id)


def steps_at_desk(visit: Visit, placed: Placed, *, back: str) -> list[Step]:
    """Return what the visitor may do with a document as it stands; taking back a loan has a button of its own."""
    here = {"document_id": placed.document.id, "organization_id": placed.organization_id}
    found = []
    for verb in AT_DESK[placed.state]:
        if may(visit, verb):
            more = {"person_id": visit.member.person_id} if verb == "report_incident" else {}
            found.append(_step(visit, verb, back, **here, **more))
    return found


def _step(visit: Visit, verb: str, back: str, **words: str) -> Step:
    return Step(link(verb, back=back, **words), said(VERBS, verb, visit.language), verb)
