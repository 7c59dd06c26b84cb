"""Reports about people: what they and others report, and the doubts of Order 17(v); who must leave the lists leaves them in the same act.

Only a code, days and the number of a paper are kept, never what happened. All reports have one kind of entry with the same
clear part, a doubt and a changed address alike.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record
from service.need_to_know.model import Exclusion, Listing
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, require_words
from service.registers import events
from service.registers.duties import queries
from service.registers.duties.exclusions import running
from service.registers.events import DOUBT, EventCode, Officer, Reporter
from service.registers.people_model import PersonReport
from service.statute.periods import legal_day

Reported = dict[str, Any]
"""The report's id, the lines that it ended and those that still name the person, an exclusion, whom to tell, what to do, the basis."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A report, the lines that it ends from a day on, and the exclusion that it begins."""

    row: PersonReport
    lines: Collection[Listing]
    off_from: date | None
    exclusion: Exclusion | None = None


def report_event(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    organization_id: str,
    code: EventCode,
    on: date,
    reported_on: date,
    reported_by: Reporter = "oneself",
    reference_number: str | None = None,
    report_id: str | None = None,
) -> Reported:
    """Record that something about somebody was reported, by themselves or by others, and end at once what it ends.

    `on` is the day of the event: of a resignation or an assignment the last day, of a
    transfer the first elsewhere. What follows is in `registers.events`, by law or by the
    house's rules. Raises UnknownIdError, ConflictingPersonError for somebody who never
    worked there, AlreadyRecordedError, ValueError for a code or a day that cannot be.
    """
    begin_act(session)
    line = events.event(code, on=reported_on)
    events.require_days(line, happened_on=on, reported_on=reported_on, today=legal_day(at))
    require_words(reference_number=reference_number)
    personnel.person(session, person_id=person_id)
    kind = personnel.organization(session, organization_id=organization_id).kind
    queries.require_works_there(session, person_id=person_id, organization_id=organization_id, at=at)
    chosen = queries.rules_of(session, organization_id=organization_id, code=code)
    removal = events.removal_of(line, chosen, on=reported_on)
    row = PersonReport(
        id=report_id or new_id(),
        person_id=person_id,
        organization_id=organization_id,
        code=code,
        happened_on=on,
        reported_on=reported_on,
        reported_by=reported_by,
        reference_number=reference_number,
    )
    off_from = events.off_from(removal, happened_on=on, reported_on=reported_on)
    named = queries.named_lines(session, person_id=person_id, organization_id=organization_id, on=off_from or reported_on, at=at)
    where: dict[str, Any] = {"person_id": person_id, "organization_id": organization_id, "on": reported_on}
    # What reaches the person by unit or post, and what somebody alone might put them on in an emergency, is shut off until
    # two people end it: nobody leaves a unit by a report.
    shut = removal == "at_once"
    made = _Made(row, named, off_from, _exclusion(session, under_head_id=None, **where) if shut else None)
    ended = _record(session, log=log, actor=actor, at=at, made=made)
    basis = events.basis_of(line, kind=kind) if removal == line.removal else events.DEFAULT
    return _told(session, made, ended=ended, tell=line.tell, follow_up=line.follow_up, basis=basis, at=at)


def report_doubt(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    organization_id: str,
    head_id: str,
    on: date,
    reported_on: date,
    reported_by: Officer = "superior",
    reference_number: str | None = None,
    report_id: str | None = None,
) -> Reported:
    """Record that circumstances of Act 12(1)(iii) were reported to an organ, and end at once the lines that rest on it.

    An operator owes the report to each organ that provided it with what the person
    handles (Order 17(v)); an organ makes it to its own head. Until that organ's notice the
    clearance stands in law (Act 11(1)); the lists are the house's, and none of that organ's
    information reaches whoever is in doubt, by name, unit or post, until two people end
    the exclusion. Other organs whose information still names the person come back under
    `tell`. Raises UnknownIdError, ConflictingPersonError, AlreadyRecordedError, ValueError
    for a day that has not come.
    """
    begin_act(session)
    events.require_past(on=on, reported_on=reported_on, today=legal_day(at))
    require_words(reference_number=reference_number)
    personnel.person(session, person_id=person_id)
    kind = personnel.organization(session, organization_id=organization_id).kind
    personnel.organization(session, organization_id=head_id)
    queries.require_works_there(session, person_id=person_id, organization_id=organization_id, at=at)
    row = PersonReport(
        id=report_id or new_id(),
        person_id=person_id,
        organization_id=organization_id,
        code=DOUBT,
        happened_on=on,
        reported_on=reported_on,
        reported_by=reported_by,
        head_id=head_id,
        reference_number=reference_number,
    )
    named = queries.named_lines(session, person_id=person_id, organization_id=organization_id, on=reported_on, at=at)
    heads = {
        line.id: queries.heads_of(
            session, information_id=line.information_id, organization_id=organization_id, kind=kind, on=reported_on, at=at
        )
        for line in named
    }
    # What the organization holds from nobody any more rests on no other head: off as well.
    resting = [line for line in named if head_id in heads[line.id] or not heads[line.id]]
    shut = _exclusion(session, person_id=person_id, organization_id=organization_id, under_head_id=head_id, on=reported_on)
    made = _Made(row, resting, reported_on, shut)
    ended = _record(session, log=log, actor=actor, at=at, made=made)
    others = sorted({head for line in named if line not in resting for head in heads[line.id]})
    basis = "Order 17(v)" if kind == "operator" else "Act 12(1)(iii)"
    return _told(session, made, ended=ended, tell=(head_id, *others), follow_up=("collect_documents",), basis=basis, at=at)


def _exclusion(session: Session, *, person_id: str, organization_id: str, under_head_id: str | None, on: date) -> Exclusion | None:
    """Return a new exclusion from a day on, or None where one runs that covers it."""
    if running(session, person_id=person_id, organization_id=organization_id, under_head_id=under_head_id, on=on) is not None:
        return None
    return Exclusion(id=new_id(), person_id=person_id, organization_id=organization_id, under_head_id=under_head_id, from_on=on)


def _record(session: Session, *, log: Log, actor: Actor, at: datetime, made: _Made) -> list[str]:
    """Write a report with the lines that it ends, as one entry; return the ids of the lines."""
    row = made.row
    if session.get(PersonReport, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a report {row.id!r}", facts={"report": row.id})
    ended = list(made.lines) if made.off_from is not None else []
    for line in ended:
        assert made.off_from is not None
        line.until_on = events.ends_on(made.off_from, from_on=line.from_on, until_on=line.until_on)
        line.removed_on = made.off_from
    draft = Draft(
        kind=Kind.PERSON_REPORTED,
        actor=actor,
        at=at,
        on=row.reported_on,
        person=row.person_id,
        organization=row.organization_id,
        subject=row.person_id,
    )
    record(session, log=log, draft=draft, rows=[row, *ended, *([made.exclusion] if made.exclusion else [])])
    return [line.id for line in ended]


def _told(
    session: Session, made: _Made, *, ended: list[str], tell: tuple[str, ...], follow_up: tuple[str, ...], basis: str, at: datetime
) -> Reported:
    """Return what the act says back: what was ended, and what still reaches the person."""
    row = made.row
    on = made.off_from or row.reported_on
    where = {"person_id": row.person_id, "organization_id": row.organization_id, "on": on, "at": at}
    named = [line.id for line in queries.named_lines(session, **where)]  # type: ignore[arg-type]  # the words of both
    remaining = [one for one in named if one not in ended]
    if made.exclusion is None:
        remaining += [line.id for line in queries.scope_lines(session, **where)]  # type: ignore[arg-type]  # the words of both
    return {
        "report": row.id,
        "ended": ended,
        "remaining": remaining,
        "excluded": made.exclusion.id if made.exclusion else None,
        "tell": list(tell),
        "follow_up": list(follow_up),
        "basis": basis,
    }
