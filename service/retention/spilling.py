"""Slips of secret content into what people typed (秘の混入): sealed away at once by one, then destroyed or put back by two.

The entry is named, never the words: whoever typed them again would spill them again. What was typed with the entry is looked
for in all that lies under the same keys, for a row is told whole by each later entry about it, and an act by its proposal.
1. The disclosures of every entry that tells it are sealed away; an entry for each says so.
2. The words are taken out of the rows, and rows that rested on a sealed entry are recorded anew without them.
3. In place of what was sealed the entry tells the same changes without the words: what rested on them can still be checked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import Base
from service.ledger import (
    DESTROYING,
    DestroyedKeyError,
    DisclosureError,
    Draft,
    Kind,
    Log,
    begin_act,
    condemn,
    entries,
    key_ids_of,
    read_entry,
    record_many,
    spill_key,
)
from service.ledger.acts import PREVIEW
from service.ledger.spills import (
    Held,
    SpillStateError,
    disclosures_at,
    open_before,
    put_back,
    seal_away,
    seal_before,
    sealed_away,
    spill_row,
)
from service.personnel.rules import UnknownIdError
from service.proposals.model import Proposal, Remark
from service.retention.clear import typed_columns
from service.retention.rules import INSTEAD, SpillRefusedError, holds, restored, without, words_in

LIMIT = 200
"""Entries that are sealed away by one act; whoever finds more seals them by further acts."""
OF_THE_LOG = frozenset({*DESTROYING, Kind.SPILL_SEALED, Kind.SPILL_UNSEALED, Kind.LOG_OPENED, Kind.MASTER_ROTATED})
_UNDER = text("select distinct index from ledger.disclosures where key_id = any(:keys) order by index")


@dataclass(slots=True)
class Found:
    """An entry that tells the words: under whose key, and what it discloses."""

    index: int
    subject: str
    held: list[Held]
    changes: list[Mapping[str, Any]] = field(default_factory=list)


def seal_spill(session: Session, *, log: Log, actor: Actor, at: datetime, index: int) -> int:
    """Seal away what was typed with an entry, wherever it is told, and return the index of the first entry that says so.

    One person does it, at once. Raises UnknownIdError, SpillStateError where nothing of the entry can be read, SpillRefusedError.
    """
    begin_act(session)
    first = _found(session, log=log, index=index)
    words = _words(first)
    told = [first, *(_telling(session, log=log, first=first, words=words) if words else ())]
    if len(told) > LIMIT:
        reason = "too_many_entries"
        raise SpillRefusedError(reason, facts={"entries": len(told), "limit": LIMIT})
    taken = _taken_out(session, told=told, words=words)
    drafts = []
    for one in told:
        row = spill_row(index=one.index, state="sealed", subject=one.subject, held=one.held)
        if PREVIEW not in session.info:
            row.before = seal_before(session, log=log, index=one.index, before=taken[one.index].before)
        note = {INSTEAD: without(one.changes, words)} if one.changes else None
        drafts.append((_draft(Kind.SPILL_SEALED, actor, at, one, note=note), [row, *taken[one.index].rows]))
    indexes = record_many(session, log=log, drafts=drafts)
    if PREVIEW not in session.info:
        for one in told:
            seal_away(session, log=log, index=one.index, held=one.held)
    return indexes[0]


def unseal_spill(session: Session, *, log: Log, actor: Actor, at: datetime, index: int) -> int:
    """Put back what was sealed away by mistake, with an entry; return the index of the entry that says so.

    It needs two people, who are the caller's to ask. Words go back into rows that have not been changed since. Raises
    SpillStateError.
    """
    begin_act(session)
    state, held = sealed_away(session, log=log, index=index)
    one = Found(index, state.subject, held)
    rows = [] if PREVIEW in session.info else _put_in(session, before=open_before(session, log=log, state=state))
    draft = _draft(Kind.SPILL_UNSEALED, actor, at, one)
    row = spill_row(index=index, state="unsealed", subject=state.subject, held=held)
    made = record_many(session, log=log, drafts=[(draft, [row, *rows])])[0]
    if PREVIEW not in session.info:
        put_back(session, log=log, index=index, subject=state.subject, held=held)
    return made


def destroy_spill(session: Session, *, log: Log, actor: Actor, at: datetime, index: int) -> int:
    """Destroy for good what was sealed away with an entry, and return the index of the entry that says so.

    It needs two people, who are the caller's to ask. The secret is overwritten when the session's work has become durable.
    All else about the same person stays readable. Raises SpillStateError, KeyNotDestroyableError.
    """
    begin_act(session)
    state, held = sealed_away(session, log=log, index=index)
    rows: list[Base] = [*condemn(session, log=log, at=at, key_ids=[spill_key(index)])]
    rows.append(spill_row(index=index, state="destroyed", subject=state.subject, held=held))
    draft = Draft(kind=Kind.SPILL_DESTROYED, actor=actor, at=at, object=str(index))
    return record_many(session, log=log, drafts=[(draft, rows)])[0]


def _draft(kind: Kind, actor: Actor, at: datetime, one: Found, *, note: Mapping[str, Any] | None = None) -> Draft:
    # In clear an entry names the other by its index: which digests were made with that one, everybody sees there.
    return Draft(kind=kind, actor=actor, at=at, object=str(one.index), subject=one.subject, note=note)


def _found(session: Session, *, log: Log, index: int) -> Found:
    """Return an entry's disclosures. Raises UnknownIdError, SpillStateError, SpillRefusedError for the log's own entries."""
    entry = next((read_entry(body) for _index, body in entries(session, start=index, end=index + 1)), None) if index >= 0 else None
    if entry is None:
        raise UnknownIdError(message=f"there is no entry {index}", facts={"index": index})
    if entry["kind"] in OF_THE_LOG:
        # What tells of keys and seals is what everybody else is checked by, and nobody types anything into it.
        reason = "tells_of_the_log"
        raise SpillRefusedError(reason, facts={"entry": index})
    subject, held = disclosures_at(session, log=log, index=index)
    return Found(index, subject, held, _changes(held))


def _changes(held: Iterable[Held]) -> list[Mapping[str, Any]]:
    return [change for one in held if one.name == "facts" and isinstance(one.value, list) for change in one.value]


def _words(one: Found) -> set[str]:
    """Return what people typed with an entry: in the columns for it, and anything in a note."""
    words: set[str] = set()
    for change in one.changes:
        typed = typed_columns(change["table"])
        words |= set().union(*(words_in(value, plain=True) for name, value in change["row"].items() if name in typed))
    notes = (held.value for held in one.held if held.name != "facts" or not isinstance(held.value, list))
    return words.union(*(words_in(note) for note in notes))


def _telling(session: Session, *, log: Log, first: Found, words: set[str]) -> Iterator[Found]:
    """Yield the other entries under the same keys that tell any of the words: those of the subject, and of proposals about it."""
    entry = next(read_entry(body) for _index, body in entries(session, start=first.index, end=first.index + 1))
    subjects = {first.subject, str(entry.get("proposal", first.subject))}
    for proposal_id in [one for one in subjects if session.get(Proposal, one) is not None]:
        subjects |= _of_acts(session, proposal_id=proposal_id)
    keys = [key for subject in sorted(subjects) for key in key_ids_of(session, subject)]
    for index in session.scalars(_UNDER, {"keys": keys}):
        if index == first.index:
            continue
        try:
            subject, held = disclosures_at(session, log=log, index=index)
        except (SpillStateError, DestroyedKeyError, DisclosureError):
            continue
        if any(holds(one.value, words) for one in held):
            yield Found(index, subject, held, _changes(held))


def _of_acts(session: Session, *, proposal_id: str) -> set[str]:
    """Return under whose keys the entries lie that an approved proposal led to."""
    row = session.get(Proposal, proposal_id)
    if row is None or row.first_index is None:
        return set()
    subjects = set()
    for index, body in entries(session, start=row.first_index, end=row.first_index + 2 * len(row.acts) + 1):
        if read_entry(body).get("proposal") == proposal_id:
            under = text("select key_id from ledger.disclosures where index = :index")
            subjects |= {key.partition("#")[0] for key in session.scalars(under, {"index": index})}
    return subjects


def _classes() -> dict[str, type[Base]]:
    return {f"{mapper.local_table.schema}.{mapper.local_table.name}": mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]  # a mapped table has a schema


@dataclass(slots=True)
class Taken:
    """What is taken out of rows with one entry: the rows to be recorded anew, and what stood in which column of which row."""

    rows: list[Base] = field(default_factory=list)
    before: list[dict[str, Any]] = field(default_factory=list)


def _taken_out(session: Session, *, told: Sequence[Found], words: set[str]) -> dict[int, Taken]:
    """Take the words out of the rows that entries tell of, and return by entry what that came to."""
    classes, seen = _classes(), set[int]()
    found = {one.index: Taken() for one in told}
    for one in told:
        for row in _rows_of(session, classes, one.changes):
            if id(row) in seen:
                continue
            seen.add(id(row))
            taken = _replaced(row, words)
            found[one.index].before += taken
            if (taken and "changed_index" in inspect(row).mapper.columns) or getattr(row, "changed_index", None) == one.index:
                found[one.index].rows.append(row)
            if isinstance(row, Proposal):
                # Lines of an approval stand in no entry of their own.
                for line in session.scalars(select(Remark).where(Remark.proposal_id == row.id)):
                    seen.add(id(line))
                    found[one.index].before += _replaced(line, words)
    return found


def _rows_of(session: Session, classes: Mapping[str, type[Base]], changes: Iterable[Mapping[str, Any]]) -> Iterator[Base]:
    """Yield the rows that changes are about, as they stand now."""
    for change in changes:
        model = classes.get(change["table"])
        # What tells of keys and seals is appended to alone, and nobody types into it.
        if model is not None and not change["table"].startswith("ledger."):
            key = tuple(change["row"].get(column.name) for column in inspect(model).primary_key)
            row = session.get(model, key)
            if row is not None:
                yield row


def _replaced(row: Base, words: set[str]) -> list[dict[str, Any]]:
    """Put another text in place of the words in a row, and return what stood where."""
    mapper, before = inspect(row).mapper, []
    table = f"{mapper.local_table.schema}.{mapper.local_table.name}"  # type: ignore[attr-defined]  # a mapped table has a schema
    typed = typed_columns(table)
    for column in mapper.local_table.columns:
        name = mapper.get_property_by_column(column).key
        value = getattr(row, name) if column.name in typed else None
        if holds(value, words):
            before.append({"table": table, "key": [*mapper.primary_key_from_instance(row)], "column": name, "value": value})
            setattr(row, name, without(value, words))
    return before


def _put_in(session: Session, *, before: Iterable[Mapping[str, Any]]) -> list[Base]:
    """Put words back into the rows that they were taken out of and that still say so; return the rows."""
    classes, rows = _classes(), dict[int, Base]()
    for one in before:
        row = session.get(classes[one["table"]], tuple(one["key"]))
        if row is not None:
            value = restored(getattr(row, one["column"]), one["value"])
            if value != getattr(row, one["column"]):
                setattr(row, one["column"], value)
                rows[id(row)] = row
    # A line of an approval has no entry that tells it; it goes back as it is.
    return [row for row in rows.values() if "changed_index" in inspect(row).mapper.columns and not isinstance(row, Remark)]
