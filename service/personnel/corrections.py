"""Putting recorded facts right: one row replaces another, which stays as it was recorded; nothing is removed.

The law runs by what happened, not by what was typed; but before its day a correction was not known. So the row that was
wrong counts until the instant of the correction, and the one that replaces it from then on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from service.ledger import Draft, Log, record
from service.personnel.model import PutRight, new_id
from service.personnel.queries import require_known
from service.personnel.rules import require_words
from service.statute.refusals import Conflict

Why = Literal["mistyped", "misread", "source_corrected", "learned_late", "wrong_record"]
"""Why a fact is put right: mistyped here, misread from a letter, its source corrected it, learned late, of somebody or something else."""
Fixed = TypeVar("Fixed", bound=PutRight)
Columns = Mapping[str, Any]
"""A row as plain values, by the names of its attributes."""
OWN = frozenset({"id", "replaces", "recorded_at", "replaced_at", "changed_index", "seal"})
"""The columns in which a row speaks of itself and not of the fact."""


class AlreadyCorrectedError(Conflict):
    """A row that was put right once already: what counts now is another row, or nothing."""

    slug = "already-corrected"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a fact is put right, and what shows it (a letter's number, a register). Raises ValueError for a blank reference."""

    why: Why
    reference: str

    def __post_init__(self) -> None:
        """Refuse a correction that nothing shows."""
        require_words(reference=self.reference)


def current(session: Session, model: type[Fixed], row_id: str, *, word: str) -> Fixed:
    """Return a row that nothing has put right yet. Raises UnknownIdError, and AlreadyCorrectedError naming what counts instead."""
    row: Fixed = require_known(session, model, row_id, word=word)  # type: ignore[type-var]  # every correctable class is mapped
    if row.replaced_at is not None:
        instead = _follower(session, model, row_id)
        message = f"{word} {row_id!r} was put right already" + (f"; what counts is {instead!r}" if instead else " as one that never was")
        raise AlreadyCorrectedError(message=message, facts={word: row_id} | ({"instead": instead} if instead else {}))
    return row


def newest(session: Session, model: type[Fixed], row_id: str, *, word: str) -> Fixed:
    """Return the row that counts for what was recorded under an id: its last correction, or itself.

    Raises UnknownIdError, and AlreadyCorrectedError where it was found never to have been.
    """
    following: str | None = row_id
    while following is not None:
        row_id, following = following, _follower(session, model, following)
    return current(session, model, row_id, word=word)


def _follower(session: Session, model: type[Fixed], row_id: str) -> str | None:
    found: str | None = session.scalar(select(model.id).where(model.replaces == row_id))  # type: ignore[attr-defined]  # every row has an id
    return found


def lineage(session: Session, model: type[Fixed], row: Fixed) -> list[str]:
    """Return the ids under which a fact was recorded so far, its own first."""
    ids = [row.id]  # type: ignore[attr-defined]  # every row has an id
    before = row.replaces
    while before is not None:
        ids.append(before)
        before = session.scalar(select(model.replaces).where(model.id == before))  # type: ignore[attr-defined,arg-type]  # the same
    return ids


def columns_of(row: PutRight, changes: Columns | None = None) -> dict[str, Any]:
    """Return what a row says of its fact, with changes."""
    keys = [one.key for one in inspect(row).mapper.column_attrs]
    return {key: getattr(row, key) for key in keys if key not in OWN} | dict(changes or {})


def replacing(row: Fixed, *, at: datetime, changes: Columns, beside: bool = False) -> Fixed:
    """Return the row that replaces one from an instant on. Raises ValueError where nothing is put right, nor anything `beside`."""
    before = columns_of(row)
    if not beside and all(before[key] == value for key, value in changes.items()):
        message = "nothing is put right: the record says the same already"
        raise ValueError(message)
    made: Fixed = type(row)(**{**before, **changes})
    made.id = new_id()  # type: ignore[attr-defined]  # every row has an id
    made.replaces = row.id  # type: ignore[attr-defined]  # the same
    made.recorded_at = at
    return made


def changes_of(given: Columns, without: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the columns that a correction names: those with a value, and those to be emptied. Raises ValueError for both at once."""
    changes = {name: value for name, value in given.items() if value is not None}
    for name in without or ():
        if name in changes:
            message = f"without: {name} is put right and emptied at once"
            raise ValueError(message)
        changes[name] = None
    return changes


@dataclass(frozen=True, slots=True)
class Pair:
    """A row that counts until the correction, and the one that replaces it: None where the fact never was."""

    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Amended:
    """A row on whose words no decision rests: they are put right in place, and its entries tell what stood there before."""

    row: Any
    changes: Columns


def put_right(
    session: Session,
    *,
    log: Log,
    draft: Draft,
    pairs: Sequence[Pair],
    grounds: Grounds,
    more: Sequence[Any] = (),
    amended: Sequence[Amended] = (),
) -> str:
    """Record a correction as one entry and return the id of the row that counts now (of the old one where the fact never was).

    The note names the entries put right, what in them, and why. `more` are rows that the new ones bring along.
    """
    rows: list[Any] = []
    told = []
    for each in amended:
        told.append({"entry": each.row.changed_index, "row": each.row.id, "columns": sorted(each.changes), "never_was": False})
        for name, value in each.changes.items():
            setattr(each.row, name, value)
        rows.append(each.row)
    for pair in pairs:
        pair.old.replaced_at = draft.at
        before, after = columns_of(pair.old), None if pair.new is None else columns_of(pair.new)
        differing = [] if after is None else sorted(name for name in before if before[name] != after[name])
        told.append({"entry": pair.old.changed_index, "row": pair.old.id, "columns": differing, "never_was": after is None})
        rows += [pair.old] if pair.new is None else [pair.old, pair.new]
    note = {"put_right": told, "why": grounds.why, "reference": grounds.reference}
    full = Draft(**{name: getattr(draft, name) for name in Draft.__slots__} | {"note": note})
    record(session, log=log, draft=full, rows=[*rows, *more])
    if not pairs:
        return str(next(one.row.id for one in amended)) if amended else str(draft.object)
    first = pairs[0]
    return str(first.old.id if first.new is None else first.new.id)


def amending(row: Any, changes: Columns) -> list[Amended]:
    """Return the words of a row that differ from what stands there, to be put right in place; nothing where none does."""
    differing = {name: value for name, value in changes.items() if getattr(row, name) != value}
    return [Amended(row, differing)] if differing else []


def require_something(*differing: Sequence[Any]) -> None:
    """Raise ValueError where nothing is put right."""
    if not any(differing):
        message = "nothing is put right: the record says the same already"
        raise ValueError(message)


def within(before: Columns, after: Columns, first: str, last: str) -> bool:
    """Say whether the second of two intervals lies inside the first; None is open, the last day exclusive."""
    return _not_before(after[first], before[first]) and _not_after(after[last], before[last])


def _not_before(day: date | None, bound: date | None) -> bool:
    return bound is None or (day is not None and day >= bound)


def _not_after(day: date | None, bound: date | None) -> bool:
    return bound is None or (day is not None and day <= bound)


def same(before: Columns, after: Columns, *names: str) -> bool:
    """Say whether two rows agree in some columns."""
    return all(before[name] == after[name] for name in names)
