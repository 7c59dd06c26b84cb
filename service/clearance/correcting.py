"""Putting results, doubt notices and offices right (Act 11, 12(8), 13(1))."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.clearance import rules
from service.clearance.model import DoubtNotice, Office, Result
from service.clearance.narrowing import doubt_narrows, office_narrows, result_narrows
from service.ledger import Draft, Kind, Log, begin_act
from service.personnel import queries as personnel
from service.personnel.corrections import (
    AlreadyCorrectedError,
    Grounds,
    Pair,
    changes_of,
    columns_of,
    current,
    lineage,
    newest,
    put_right,
    replacing,
)
from service.personnel.model import Correctable
from service.personnel.rules import UnknownIdError, exclusive, require_order
from service.statute.periods import legal_day

Law = Literal["iesi", "sds"]
Outcome = Literal["positive", "negative", "refused", "withdrawn", "not_carried_out"]
Investigator = Literal["prime_minister", "organ"]
EmptiedOfOffice = Literal["from_on", "until_on"]


def correct_result(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    result_id: str,
    grounds: Grounds,
    notified_on: date | None = None,
    original_on: date | None = None,
    outcome: Outcome | None = None,
    head_id: str | None = None,
    law: Law | None = None,
    investigated_by: Investigator | None = None,
    document_number: str | None = None,
    letter_on: date | None = None,
    arrived_on: date | None = None,
    never_was: bool = False,
) -> str:
    """Put a result right and return the id of the row that counts now.

    The day from which the years run follows: the day of the notice, for a reused investigation the original one
    (`original_on`, or that of the first result here), and results that reuse this one follow it in the same entry.
    `never_was` says that there was no such result of this person. Raises ClearanceRefusedError (outcome_of_other_seat,
    requirement_not_met, original_day_missing), UnknownIdError, AlreadyCorrectedError, and ValueError where nothing is put right
    or the day has not come.
    """
    begin_act(session)
    if outcome is not None:
        rules.require_outcome(seat=log.seat, outcome=outcome)
    rules.require_come(notified_on, today=legal_day(at))
    given = {"notified_on": notified_on, "outcome": outcome, "head_id": head_id, "law": law, "investigated_by": investigated_by}
    given |= {"document_number": document_number, "letter_on": letter_on, "arrived_on": arrived_on}
    pairs = _result_pairs(session, at=at, result_id=result_id, given=given, original_on=original_on, never_was=never_was)
    row = pairs[0].old
    draft = Draft(kind=Kind.RESULT_CORRECTED, actor=actor, at=at, organization=row.head_id, subject=row.person_id)
    return put_right(session, log=log, draft=draft, pairs=pairs, grounds=grounds)


_RESULT = ("notified_on", "outcome", "head_id", "law", "investigated_by", "document_number", "letter_on", "arrived_on")


def widens_result(
    session: Session, *, at: datetime, result_id: str, original_on: date | None = None, never_was: bool = False, **words: Any
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_result` does."""
    given = {name: words.get(name) for name in _RESULT}
    for pair in _result_pairs(session, at=at, result_id=result_id, given=given, original_on=original_on, never_was=never_was):
        old = pair.old
        beside = select(Result).where(
            Result.person_id == old.person_id, Result.head_id == old.head_id, Result.id != old.id, Result.known(at)
        )
        others = [columns_of(row) for row in session.scalars(beside)]
        if not result_narrows(columns_of(old), _after(pair), on=legal_day(at), others=others):
            return True
    return False


def _after(pair: Pair) -> dict[str, Any] | None:
    return None if pair.new is None else columns_of(pair.new)


def _result_pairs(
    session: Session, *, at: datetime, result_id: str, given: Mapping[str, Any], original_on: date | None, never_was: bool
) -> list[Pair]:
    """Return a result with what replaces it, and with those that reuse it: their years run from its day (Act 12(8))."""
    row = current(session, Result, result_id, word="result")
    if never_was:
        return [Pair(row, None)]
    changes = changes_of(given)
    if "head_id" in changes:
        rules.require_head(kind=personnel.organization(session, organization_id=changes["head_id"]).kind)
    after = columns_of(row, changes)
    reused = row.reuses is not None or row.original_on is not None or row.counted_on != _own_day(columns_of(row))
    first = _first_day(session, row, original_on) if reused else None
    rules.require_original_day(reused=reused, original_on=first, outcome=after["outcome"])
    counted_on = rules.earliest_known(_own_day(after), first)
    # The original day goes along: what is learned of the notice later must not bring an older one back.
    told = first if reused else row.original_on
    days = {"counted_on": counted_on, "original_on": told, "provisional": after["notified_on"] is None}
    made = replacing(row, at=at, changes=changes | days)
    return [Pair(row, made), *_reusing(session, row, made, at=at)]


def _own_day(row: Mapping[str, Any]) -> date | None:
    """Return the day from which a result's years run by itself: its notice, else the earliest that its letter could mean."""
    day: date | None = row["notified_on"]
    return day or rules.earliest_known(row["letter_on"], row["arrived_on"])


def _first_day(session: Session, row: Result, original_on: date | None) -> date | None:
    """Return the original day of a reused result: as it is said now, as its first result here says, else as it was."""
    if original_on is not None or row.reuses is None:
        return original_on or row.original_on or row.counted_on
    try:
        return newest(session, Result, row.reuses, word="result").counted_on
    except (UnknownIdError, AlreadyCorrectedError):
        return row.counted_on


def _reusing(session: Session, row: Result, made: Result, *, at: datetime) -> list[Pair]:
    """Return the results that reuse one, each with its years counted from the corrected day."""
    ids = lineage(session, Result, row)
    found = session.scalars(select(Result).where(Result.reuses.in_(ids), Result.known(at), Result.person_id == row.person_id)).all()
    pairs = []
    for each in found:
        counted_on = rules.earliest_known(_own_day(columns_of(each)), made.counted_on)
        if counted_on != each.counted_on:
            follower = replacing(each, at=at, changes={"counted_on": counted_on, "original_on": made.counted_on})
            pairs += [Pair(each, follower), *_reusing(session, each, follower, at=at)]
    return pairs


def correct_doubt_notice(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    doubt_notice_id: str,
    grounds: Grounds,
    notified_on: date | None = None,
    head_id: str | None = None,
    law: Law | None = None,
    document_number: str | None = None,
    letter_on: date | None = None,
    arrived_on: date | None = None,
    never_was: bool = False,
) -> str:
    """Put a notice of Act 12(1)(iii), (3) right and return the id of the row that counts now.

    Raises ClearanceRefusedError (requirement_not_met), UnknownIdError, AlreadyCorrectedError, and ValueError where nothing
    is put right.
    """
    begin_act(session)
    given = {"notified_on": notified_on, "head_id": head_id, "law": law, "document_number": document_number}
    pair = _doubt_pair(session, at, doubt_notice_id, given | {"letter_on": letter_on, "arrived_on": arrived_on}, never_was=never_was)
    row = pair.old
    draft = Draft(kind=Kind.DOUBT_CORRECTED, actor=actor, at=at, organization=row.head_id, subject=row.person_id)
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


_DOUBT = ("notified_on", "head_id", "law", "document_number", "letter_on", "arrived_on")


def widens_doubt_notice(session: Session, *, at: datetime, doubt_notice_id: str, never_was: bool = False, **words: Any) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_doubt_notice` does."""
    pair = _doubt_pair(session, at, doubt_notice_id, {name: words.get(name) for name in _DOUBT}, never_was=never_was)
    return not doubt_narrows(columns_of(pair.old), _after(pair), on=legal_day(at))


def _doubt_pair(session: Session, at: datetime, row_id: str, given: Mapping[str, Any], *, never_was: bool) -> Pair:
    row: Correctable = current(session, DoubtNotice, row_id, word="doubt_notice")
    if never_was:
        return Pair(row, None)
    if given["head_id"] is not None:
        rules.require_head(kind=personnel.organization(session, organization_id=given["head_id"]).kind)
    return Pair(row, replacing(row, at=at, changes=changes_of(given)))


def correct_office(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    office_id: str,
    grounds: Grounds,
    from_on: date | None = None,
    last_day: date | None = None,
    without: Sequence[EmptiedOfOffice] | None = None,
    never_was: bool = False,
) -> str:
    """Put the days of an exempt office right (Act 11(1) proviso, Order 18) and return the id of the row that counts now.

    Raises UnknownIdError, AlreadyCorrectedError, and ValueError for an interval that ends before it begins or where nothing
    is put right.
    """
    begin_act(session)
    pair = _office_pair(session, at, office_id, from_on, last_day, without, never_was=never_was)
    draft = Draft(kind=Kind.OFFICE_CORRECTED, actor=actor, at=at, person=pair.old.person_id, subject=pair.old.person_id)
    return put_right(session, log=log, draft=draft, pairs=[pair], grounds=grounds)


def widens_office(
    session: Session,
    *,
    at: datetime,
    office_id: str,
    from_on: date | None = None,
    last_day: date | None = None,
    without: Sequence[EmptiedOfOffice] | None = None,
    never_was: bool = False,
    **_rest: object,
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_office` does."""
    pair = _office_pair(session, at, office_id, from_on, last_day, without, never_was=never_was)
    return not office_narrows(columns_of(pair.old), _after(pair))


def _office_pair(
    session: Session,
    at: datetime,
    row_id: str,
    from_on: date | None,
    last_day: date | None,
    without: Sequence[str] | None,
    *,
    never_was: bool,
) -> Pair:
    row = current(session, Office, row_id, word="office")
    if never_was:
        return Pair(row, None)
    made = replacing(row, at=at, changes=changes_of({"from_on": from_on, "until_on": exclusive(last_day)}, without))
    require_order(from_on=made.from_on, until_on=made.until_on)
    return Pair(row, made)
