"""Designating (Act 3(1), Act 4(1)), performed by an organ or recorded by an operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries, rules
from service.designation.model import Designation, Information
from service.designation.operations.notice import Notice
from service.designation.operations.reasons import grounds_row
from service.designation.reasons import Grounds
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, exclusive, require_words
from service.statute.periods import ONE_DAY, counted_from


@dataclass(frozen=True, slots=True)
class Subject:
    """What is designated: how it is called and marked, and where it came from.

    `released_to` lists the only organizations that the originator allows (None: no such
    condition). `already_public` and `also_sds` say what would forbid a designation.
    """

    title: str | None = None
    number: str | None = None
    information_class: str | None = None
    originator_id: str | None = None
    released_to: Sequence[str] | None = None
    marking: str | None = None
    outline: str | None = None
    already_public: bool = False
    also_sds: bool = False


def designate(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organ_id: str,
    on: date,
    years: int | None = None,
    until: date | None = None,
    subject: Subject | None = None,
    grounds: Grounds | None = None,
    information_id: str | None = None,
    designation_id: str | None = None,
) -> str:
    """Designate an information at the organ's own seat (Act 3(1), 3(2), 4(1)) and return the information's id.

    The validity is a number of `years`, the day itself counted, or its last day `until`. `grounds` has the reasons of the
    designation document; `record_grounds` records them later. With `information_id` of one that is handled with care, the
    care ends in the designation.
    Raises WrongSeatError; DesignationRefusedError (requirement_not_met, already_public,
    is_sds, validity_over_five_years); UnknownIdError; AlreadyRecordedError where the
    organ's designation already stands; ValueError for a malformed validity or code.
    """
    rules.require_seat(log.seat, "organ", act="Act 3(1)")
    last_day = _last_day(on, years, until)
    row = _designation(organ_id, on, last_day, subject or Subject(), information_id, designation_id, at)
    return _put(session, log=log, actor=actor, at=at, row=row, subject=subject or Subject(), grounds=grounds)


def record_designation(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    organ_id: str,
    on: date,
    until: date,
    notice: Notice,
    subject: Subject | None = None,
    information_id: str | None = None,
    designation_id: str | None = None,
) -> str:
    """Record, at an operator, the designation that an organ gave notice of (Act 3(1), 10(2)); return the information's id.

    Raises as `designate` does.
    """
    rules.require_seat(log.seat, "operator", act="Act 10(1)")
    row = _designation(organ_id, on, until, subject or Subject(), information_id, designation_id, at)
    row.document_number, row.letter_on, row.arrived_on = notice.document_number, notice.letter_on, notice.arrived_on
    return _put(session, log=log, actor=actor, at=at, row=row, subject=subject or Subject())


def _last_day(on: date, years: int | None, until: date | None) -> date:
    if (years is None) == (until is None):
        msg = "a validity is given in years or by its last day, one of the two"
        raise ValueError(msg)
    if until is not None:
        return until
    assert years is not None
    if years < 1:
        msg = f"a validity of {years} years is none"
        raise ValueError(msg)
    return counted_from(on, years=years)


def _designation(
    organ_id: str, on: date, last_day: date, subject: Subject, information_id: str | None, designation_id: str | None, at: datetime
) -> Designation:
    for code, codes in ((subject.information_class, rules.INFORMATION_CLASSES), (subject.marking, rules.MARKINGS)):
        if code is not None and code not in codes:
            msg = f"unknown code {code!r}; known are {', '.join(codes)}"
            raise ValueError(msg)
    require_words(title=subject.title, number=subject.number, outline=subject.outline, id=information_id)
    until_on = exclusive(last_day)
    assert until_on is not None
    return Designation(
        id=designation_id or new_id(),
        information_id=information_id or new_id(),
        organ_id=organ_id,
        class_=subject.information_class,
        designated_on=on,
        until_on=until_on,
        originator_id=subject.originator_id,
        released_to=None if subject.released_to is None else sorted(set(subject.released_to)),
        marking=subject.marking,
        outline=subject.outline,
        recorded_at=at,
    )


def _put(
    session: Session, *, log: Log, actor: Actor, at: datetime, row: Designation, subject: Subject, grounds: Grounds | None = None
) -> str:
    """Judge a designation and record it, with its information where that is new."""
    begin_act(session)
    organ = personnel.organization(session, organization_id=row.organ_id)
    for named in {row.originator_id, *(row.released_to or ())} - {None}:
        personnel.organization(session, organization_id=str(named))
    information = session.get(Information, row.information_id)
    became_sds = information is not None and information.sds_from_on is not None
    rules.require_designable(organ_kind=organ.kind, already_public=subject.already_public, also_sds=subject.also_sds or became_sds)
    rules.require_first_validity(on=row.designated_on, last_day=row.until_on - ONE_DAY)
    if session.get(Designation, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a designation {row.id!r}", facts={"designation": row.id})
    standing = queries.designators(session, information_id=row.information_id, on=row.designated_on, at=at)
    if row.organ_id in standing:
        raise AlreadyRecordedError(
            message=f"the designation of {row.information_id!r} by {row.organ_id!r} already stands",
            facts={"information": row.information_id},
        )
    new = [] if information is not None else [Information(id=row.information_id, title=subject.title, number=subject.number)]
    why = [] if grounds is None else [grounds_row(row.id, grounds, on=row.designated_on)]
    draft = Draft(
        kind=Kind.INFORMATION_DESIGNATED,
        actor=actor,
        at=at,
        on=row.designated_on,
        object=row.information_id,
        organization=row.organ_id,
        subject=row.information_id,
    )
    record(session, log=log, draft=draft, rows=[*new, row, *why])
    return row.information_id
