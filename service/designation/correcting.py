"""Putting designations, extensions and closings right (Act 3, Act 4, Order 7, 10)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries, rules
from service.designation.model import Closing, Designation, Extension
from service.designation.narrowing import closing_narrows, designation_narrows, extension_narrows
from service.ledger import Draft, Kind, Log, begin_act
from service.personnel import queries as personnel
from service.personnel.corrections import Grounds, Pair, changes_of, columns_of, current, put_right, replacing
from service.personnel.rules import exclusive, require_order, require_words
from service.statute.periods import ONE_DAY, counted_from

InformationClass = Literal["measures", "vulnerability", "foreign", "collection"]
Marking = Literal["marking", "notice"]
Emptied = Literal["lifted_on", "originator_id", "released_to"]


def correct_designation(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    designation_id: str,
    grounds: Grounds,
    on: date | None = None,
    years: int | None = None,
    until: date | None = None,
    lifted_on: date | None = None,
    information_class: InformationClass | None = None,
    marking: Marking | None = None,
    originator_id: str | None = None,
    released_to: Sequence[str] | None = None,
    document_number: str | None = None,
    letter_on: date | None = None,
    arrived_on: date | None = None,
    without: Sequence[Emptied] | None = None,
) -> str:
    """Put a designation right and return the id of the row that counts now.

    Whoever puts its day right says its validity anew, in years or by its last day. Extensions stay. Raises
    DesignationRefusedError (validity_over_five_years), UnknownIdError, AlreadyCorrectedError, and ValueError for a validity
    or lifting that cannot be, or where nothing is put right.
    """
    begin_act(session)
    given: dict[str, Any] = {"lifted_on": lifted_on, "class_": information_class, "marking": marking, "originator_id": originator_id}
    given |= {"released_to": None if released_to is None else sorted(set(released_to))}
    given |= {"document_number": document_number, "letter_on": letter_on, "arrived_on": arrived_on}
    pair = _designation_pair(session, at, designation_id, given, validity=(on, years, until), without=without)
    for organization_id in {originator_id, *(released_to or ())} - {None}:
        personnel.organization(session, organization_id=str(organization_id))
    row = pair.old
    draft = Draft(
        kind=Kind.DESIGNATION_CORRECTED,
        actor=actor,
        at=at,
        object=row.information_id,
        organization=row.organ_id,
        subject=row.information_id,
    )
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


_DESIGNATION = ("lifted_on", "marking", "originator_id", "released_to", "document_number", "letter_on", "arrived_on")


def widens_designation(
    session: Session, *, at: datetime, designation_id: str, without: Sequence[Emptied] | None = None, **words: Any
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_designation` does."""
    given = {name: words.get(name) for name in _DESIGNATION} | {"class_": words.get("information_class")}
    validity = (words.get("on"), words.get("years"), words.get("until"))
    pair = _designation_pair(session, at, designation_id, given, validity=validity, without=without)
    beside = select(Designation).where(
        Designation.information_id == pair.old.information_id, Designation.id != pair.old.id, Designation.known(at)
    )
    others = [columns_of(row) for row in session.scalars(beside)]
    return not designation_narrows(columns_of(pair.old), columns_of(pair.new), others=others)


def _designation_pair(
    session: Session,
    at: datetime,
    row_id: str,
    given: Mapping[str, Any],
    *,
    validity: tuple[date | None, int | None, date | None],
    without: Sequence[str] | None,
) -> Pair:
    row = current(session, Designation, row_id, word="designation")
    changes = changes_of(given, without)
    on, years, until = validity
    if years is not None and until is not None:
        message = "until: a validity is given in years or by its last day, one of the two"
        raise ValueError(message)
    if on is not None and years is None and until is None:
        message = "on: whoever puts the day of a designation right says its validity anew, in years or by its last day"
        raise ValueError(message)
    if years is not None or until is not None:
        day = on or row.designated_on
        last_day = until or counted_from(day, years=_number(years))
        rules.require_first_validity(on=day, last_day=last_day)
        changes |= {"designated_on": day, "until_on": exclusive(last_day)}
    made = replacing(row, at=at, changes=changes)
    require_order(from_on=made.designated_on, until_on=made.lifted_on)
    return Pair(row, made)


def _number(years: int | None) -> int:
    if years is None or years < 1:
        message = f"years: a validity of {years} years is none"
        raise ValueError(message)
    return years


def correct_extension(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    extension_id: str,
    grounds: Grounds,
    on: date | None = None,
    until: date | None = None,
    cabinet_approved_on: date | None = None,
    document_number: str | None = None,
    letter_on: date | None = None,
    arrived_on: date | None = None,
    never_was: bool = False,
) -> str:
    """Put an extension right (Act 4(2)) and return the id of the row that counts now.

    Its days are judged as when it was made. Raises DesignationRefusedError as `extend` does, UnknownIdError,
    AlreadyCorrectedError, and ValueError where nothing is put right.
    """
    begin_act(session)
    given: dict[str, Any] = {"extended_on": on, "until_on": exclusive(until), "cabinet_approved_on": cabinet_approved_on}
    given |= {"document_number": document_number, "letter_on": letter_on, "arrived_on": arrived_on}
    pair = _extension_pair(session, at, extension_id, given, never_was=never_was)
    designation = session.get_one(Designation, pair.old.designation_id)
    if pair.new is not None and not extension_narrows(columns_of(pair.old), columns_of(pair.new)):
        _require_extensible(session, designation, pair.old, pair.new, at=at)
    draft = Draft(
        kind=Kind.EXTENSION_CORRECTED,
        actor=actor,
        at=at,
        object=designation.information_id,
        organization=designation.organ_id,
        subject=designation.information_id,
    )
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


def _require_extensible(session: Session, designation: Designation, old: Extension, made: Extension, *, at: datetime) -> None:
    """Refuse days that Act 4(2) to (4) does not allow, as of the validity that ran when the extension was made."""
    known = queries.designations_of(session, information_id=designation.information_id, at=at)
    standing = next((one for one in known if one.organ_id == designation.organ_id and one.on == designation.designated_on), None)
    if standing is None:
        return
    before = tuple(one for one in standing.extensions if (one.on, one.until_on) < (old.extended_on, old.until_on))
    rules.require_extensible(
        rules.Designated(
            standing.id, standing.information_id, standing.organ_id, standing.on, standing.until_on, before, standing.lifted_on
        ),
        on=made.extended_on,
        last_day=made.until_on - ONE_DAY,
        cabinet_approved_on=made.cabinet_approved_on,
        exception=made.exception,
    )


_EXTENSION = ("cabinet_approved_on", "document_number", "letter_on", "arrived_on")


def widens_extension(
    session: Session,
    *,
    at: datetime,
    extension_id: str,
    on: date | None = None,
    until: date | None = None,
    never_was: bool = False,
    **words: Any,
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_extension` does."""
    given: dict[str, Any] = {name: words.get(name) for name in _EXTENSION} | {"extended_on": on, "until_on": exclusive(until)}
    pair = _extension_pair(session, at, extension_id, given, never_was=never_was)
    return not extension_narrows(columns_of(pair.old), None if pair.new is None else columns_of(pair.new))


def _extension_pair(session: Session, at: datetime, row_id: str, given: Mapping[str, Any], *, never_was: bool) -> Pair:
    row = current(session, Extension, row_id, word="extension")
    return Pair(row, None if never_was else replacing(row, at=at, changes=changes_of(given)))


def correct_closing(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    closing_id: str,
    grounds: Grounds,
    on: date | None = None,
    never_was: bool = False,
) -> str:
    """Put the day of closing formalities right (Order 7, 10) and return the id of the row that counts now.

    Raises DesignationRefusedError (requirement_not_met) for a day on which the designation stood, UnknownIdError,
    AlreadyCorrectedError, and ValueError where nothing is put right.
    """
    begin_act(session)
    pair = _closing_pair(session, at, closing_id, on, never_was=never_was)
    row = pair.old
    if pair.new is not None:
        rules.require_ended(queries.designations_of(session, information_id=row.information_id, at=at), on=pair.new.closed_on)
    require_words(id=closing_id)
    draft = Draft(
        kind=Kind.CLOSING_CORRECTED,
        actor=actor,
        at=at,
        object=row.information_id,
        organization=row.organization_id,
        subject=row.information_id,
    )
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


def widens_closing(
    session: Session, *, at: datetime, closing_id: str, on: date | None = None, never_was: bool = False, **_rest: object
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_closing` does."""
    pair = _closing_pair(session, at, closing_id, on, never_was=never_was)
    days = [one.on for one in queries.designations_of(session, information_id=pair.old.information_id, at=at)]
    after = None if pair.new is None else columns_of(pair.new)
    return not closing_narrows(columns_of(pair.old), after, designated_on=days)


def _closing_pair(session: Session, at: datetime, row_id: str, on: date | None, *, never_was: bool) -> Pair:
    row = current(session, Closing, row_id, word="closing")
    return Pair(row, None if never_was else replacing(row, at=at, changes=changes_of({"closed_on": on})))
