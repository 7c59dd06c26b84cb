"""What every act on a register does: looks at whose it is, makes a line with the next number, and records the entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries as designation
from service.ledger import Draft, Kind, Log, record
from service.personnel import queries as personnel
from service.personnel.model import Organization, new_id
from service.personnel.rules import require_words
from service.registers import queries, rules
from service.registers.area_facts import area_facts_of
from service.registers.declared import register
from service.registers.model import Line
from service.statute.citations import cite
from service.statute.periods import legal_day


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, when, in which log, and on which day of law."""

    session: Session
    log: Log
    actor: Actor
    at: datetime
    on: date


def keeping(act: Act, organization_id: str, *, done: bool = True) -> Organization:
    """Return an organization that keeps registers; what was `done` lies in no future.

    Raises UnknownIdError, RegisterRefusedError (requirement_not_met), ValueError.
    """
    if done:
        rules.require_not_yet(act.on, today=legal_day(act.at))
    row = personnel.organization(act.session, organization_id=organization_id)
    if row.kind not in rules.KEEPERS:
        raise rules.RegisterRefusedError(reason="requirement_not_met", basis=(cite("Order 11(1)"),), facts={"kind": row.kind})
    return row


def staff(act: Act, organization_id: str, **people: str | None) -> None:
    """Refuse people who do not work at the organization that day; the words name them.

    Raises UnknownIdError; RegisterRefusedError (not_of_the_organization).
    """
    for word, person_id in people.items():
        if person_id is None:
            continue
        personnel.person(act.session, person_id=person_id)
        place = personnel.workplace(act.session, person_id=person_id, organization_id=organization_id, on=act.on, at=act.at)
        if not place.works_there:
            raise rules.RegisterRefusedError(reason="not_of_the_organization", basis=(cite("Order 11(1)"),), facts={"word": word})


def line(act: Act, kind: str, organization_id: str, *, serial: int | None = None, line_id: str | None = None, **columns: Any) -> Line:
    """Return a new line with the next number of its series.

    Raises ValueError for a line without what its register asks for, and for words that are blank.
    """
    details = {name: value for name, value in columns.pop("details", {}).items() if value is not None}
    require_words(label=columns.get("label"), paper=columns.get("paper"), id=line_id)
    for need in register(kind, on=act.on).needs:
        name = need.removeprefix("details.")
        if (details if need.startswith("details.") else columns).get(name) is None:
            msg = f"a line of the register {kind} needs {name}"
            raise ValueError(msg)
    return Line(
        id=line_id or new_id(),
        kind=kind,
        organization_id=organization_id,
        serial=serial or queries.next_serial(act.session, organization_id=organization_id, kind=kind),
        begun_on=act.on,
        details=details,
        **columns,
    )


def changed(row: Line, **details: Any) -> Line:
    """Return a line with more coded values: the whole is set anew, so that the change is seen."""
    row.details = row.details | {name: value for name, value in details.items() if value is not None}
    return row


def in_charge(act: Act, organization_id: str, document_id: str, *, states: Sequence[rules.State] = ("held",)) -> list[str]:
    """Return the informations that a document carries, once it is in one of some states here.

    Raises UnknownIdError; RegisterRefusedError (not_in_ledger, on_loan, lost, no_longer_held).
    """
    designation.document(act.session, document_id=document_id)
    steps = queries.steps_of(act.session, organization_id=organization_id, document_id=document_id)
    rules.require_state(steps, states=states)
    return list(designation.informations_in(act.session, document_id=document_id, on=act.on))


def end_storage(act: Act, organization_id: str, document_id: str) -> list[Line]:
    """Return the open line of storage, ended, or nothing."""
    row = queries.open_line(act.session, organization_id=organization_id, document_id=document_id, kind="storage")
    if row is None:
        return []
    rules.require_after(act.on, begun_on=row.begun_on)
    row.ended_on = act.on
    return [row]


def enter(act: Act, kind: Kind, rows: Sequence[Any], *, person: str | None = None, informations: Sequence[str] = ()) -> None:
    """Record the entry of an act about its first row."""
    first = rows[0]
    about = first.document_id or first.information_id or first.of_id or first.id
    draft = Draft(
        kind=kind,
        actor=act.actor,
        at=act.at,
        on=act.on,
        person=person,
        object=about,
        organization=first.organization_id,
        subject=person or next(iter(informations), None) or first.information_id or "log",
    )
    record(act.session, log=act.log, draft=draft, rows=[*rows, *area_facts_of(act.session, rows)])
