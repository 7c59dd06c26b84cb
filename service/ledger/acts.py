"""How an act enters the log: one act, one transaction, one entry (a chunk of a bulk act may hold many).

1. The act lock: the acts of a log are serial. 2. The operation reads and judges. 3. The writer's lock: from here on
nobody else appends. 4. Rows get the index that the entry will have. 5. Entry, disclosures and batch are written.
The transaction's end releases both locks. READ COMMITTED throughout: each statement sees the newest head.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any
from uuid import uuid4

from psycopg import sql
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from service.actor import Actor
from service.database import Base
from service.ledger.disclosures import Disclosure, disclose
from service.ledger.entries import build, instant
from service.ledger.forms import plain, row_form
from service.ledger.kinds import Kind, is_change
from service.ledger.locks import ACT_LOCK, WRITER_LOCK
from service.ledger.log import Log
from service.ledger.sealing import keep_account, seal_rows
from service.ledger.seals import RowSeals
from service.ledger.subject_keys import keys_of
from service.statute.refusals import Conflict
from service.tlog.tree import Frontier, leaf_hash

MANY = 100
"""From how many new rows of one table on they are written by COPY."""
LATE = timedelta(seconds=30)
"""How long an act may have waited for its turn between the instant it was told and its entry."""
AHEAD = timedelta(seconds=2)
"""How far a clock may run ahead of the database's."""


PREVIEW = "what an act would write"
"""The key of a session's info under which a preview collects; see `preview`."""


class ClockUnsureError(RuntimeError):
    """The clock of this process and that of the database or the log are too far apart to date an entry."""


class LogClosedError(Conflict):
    """The log was closed and its successor has not begun: nothing can be appended."""

    slug = "log-closed"


@dataclass(frozen=True, slots=True)
class Draft:
    """What an act wants recorded. `subject` names whose key seals its disclosures; `note` is free text and counts."""

    kind: Kind
    actor: Actor
    at: datetime
    on: date | None = None
    out: str = "accepted"
    person: str | None = None
    object: str | None = None
    organization: str | None = None
    subject: str = "log"
    note: Mapping[str, Any] | None = None
    digests: tuple[str, ...] = field(default=())
    former: Mapping[str, str] = field(default_factory=dict)
    """What the first entry of a successor says in clear of the log before."""


@dataclass(slots=True)
class Head:
    """The newest batch: where the log ends, and when."""

    size: int
    frontier: Frontier
    changed_index: int
    changed_at: datetime
    last_at: datetime


HEAD = text("select first_index + size, frontier, changed_index, changed_at, last_at from ledger.batches order by first_index desc limit 1")


def begin_act(session: Session) -> None:
    """Take the act lock: call it before the first read of an operation."""
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": ACT_LOCK})


def read_head(session: Session) -> Head:
    """Return the head as it is now."""
    size, frontier, changed_index, changed_at, last_at = session.execute(HEAD).one()
    return Head(size, Frontier.from_bytes(bytes(frontier), size=size), changed_index, changed_at, last_at)


def require_open(session: Session, *, size: int) -> None:
    """Return if an entry may stand at index `size`. Raises LogClosedError behind the last entry of a closed log."""
    opened = text(
        "select c.origin, c.successor from ledger.closings c where c.changed_index < :size"
        " and not exists (select from ledger.log l where l.opened_index = c.changed_index + 1)"
    )
    closed = session.execute(opened, {"size": size}).first()
    if closed is not None:
        message = f"the log {closed.origin} was closed; open its successor on the server: sekisho ledger succeed"
        raise LogClosedError(message)


def record(session: Session, *, log: Log, draft: Draft, rows: Sequence[Base]) -> int:
    """Write the rows and the entry of an act, last of all in its transaction, and return the entry's index."""
    return record_many(session, log=log, drafts=[(draft, rows)])[0]


def record_many(session: Session, *, log: Log, drafts: Sequence[tuple[Draft, Sequence[Base]]]) -> list[int]:
    """Write the rows and entries of a chunk as one batch and return the entries' indexes. Raises ClockUnsureError."""
    if not drafts:
        return []
    if PREVIEW in session.info:
        return _foreseen(session, drafts)
    with session.no_autoflush:
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
        head = read_head(session)
        require_open(session, size=head.size)
        at = _dated(session, log=log, head=head, at=drafts[-1][0].at)
        indexes = list(range(head.size, head.size + len(drafts)))
        for index, (_draft, rows) in zip(indexes, drafts, strict=True):
            for row in rows:
                row.changed_index = index  # type: ignore[attr-defined]  # every fact row has it; a test holds the list
        written, seals = [row for _draft, rows in drafts for row in rows], RowSeals(log.keyring)
        grown, forms = seal_rows(session, seals=seals, rows=written)
        _write_rows(session, written)
        disclosures = [_disclosures(draft, rows, forms) for draft, rows in drafts]
        bodies = [_body(draft, at, made) for (draft, _rows), made in zip(drafts, disclosures, strict=True)]
        changed = [is_change(draft.kind) for draft, _rows in drafts]
        _append(session, head=head, at=at, bodies=bodies, changed=changed)
        if any(changed):
            last_change = max(index for index, one in zip(indexes, changed, strict=True) if one)
            keep_account(session, seals=seals, grown=grown, before=head.changed_index, index=last_change)
        _seal(
            session,
            log=log,
            made=[
                (index, draft.subject, one)
                for index, (draft, _rows), some in zip(indexes, drafts, disclosures, strict=True)
                for one in some
            ],
        )
    return indexes


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One entry that an act would write, and the rows it would make or change: (table, before or None, after)."""

    draft: Draft
    rows: tuple[tuple[str, Mapping[str, Any] | None, Mapping[str, Any]], ...]


def preview(session: Session) -> list[Foreseen]:
    """Turn a session into one in which acts are judged and nothing is appended; return where they will be told.

    The transaction must be undone afterwards. No writer's lock is taken.
    """
    found: list[Foreseen] = []
    session.info[PREVIEW] = found
    return found


def end_preview(session: Session) -> None:
    """Let what is recorded from now on be appended again: what was previewed has been undone."""
    session.info.pop(PREVIEW, None)


def _foreseen(session: Session, drafts: Sequence[tuple[Draft, Sequence[Base]]]) -> list[int]:
    """Tell what would be written and let later acts of the same transaction see it."""
    # A flush would forget what each row was before.
    with session.no_autoflush:
        head = read_head(session)
        for draft, rows in drafts:
            told = []
            for row in rows:
                row.changed_index = head.size  # type: ignore[attr-defined]  # every fact row has it
                before = None if inspect(row).transient else _before(row)
                told.append((row_form(row)["table"], before, row))
            _write_rows(session, list(rows))
            # Columns with a default have it only now that they are written.
            forms = [(table, before, row_form(row)["row"]) for table, before, row in told]
            session.info[PREVIEW].append(Foreseen(draft, tuple(forms)))
    return [head.size] * len(drafts)


def _before(row: Base) -> Mapping[str, Any]:
    """Return a row as it stood before the act changed it."""
    state = inspect(row)
    form = row_form(row)["row"]
    for name, column in state.mapper.columns.items():
        history = state.attrs[name].history
        if history.deleted:
            form[column.name] = plain(history.deleted[0])
    return form  # type: ignore[no-any-return]  # the columns of a row


def _write_rows(session: Session, rows: Sequence[Base]) -> None:
    """Write rows before their entry: defaults are filled in, and a broken constraint ends the act.

    Table by table, what is referred to first: no relationship tells the session of foreign keys.
    """
    order = _order(len(Base.metadata.tables))
    waiting: dict[int, list[Base]] = {}
    for row in rows:
        waiting.setdefault(order[row.__table__], []).append(row)
    for place in sorted(waiting):
        fresh = [row for row in waiting[place] if instance_state(row).transient]
        if len(fresh) < MANY or any(column.server_default is not None for column in fresh[0].__table__.columns):
            session.add_all(waiting[place])
        else:
            # The rows of a bulk act go in by COPY: one statement a table instead of one a row.
            _copy(session, fresh)
            session.add_all([row for row in waiting[place] if not instance_state(row).transient])
        session.flush()


@cache
def _order(_tables: int) -> Mapping[Any, int]:
    """Return the place of each table, what is referred to first; worked out anew only where rooms brought further tables."""
    return {table: place for place, table in enumerate(Base.metadata.sorted_tables)}


def _copy(session: Session, rows: Sequence[Base]) -> None:
    mapper = inspect(rows[0]).mapper
    keys = [mapper.get_property_by_column(column).key for column in mapper.local_table.columns]
    table = sql.Identifier(*str(mapper.local_table).split("."))
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in mapper.local_table.columns)
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy {} ({}) from stdin").format(table, columns)) as copy:
        for row in rows:
            values = row.__dict__
            copy.write_row([values[key] if key in values else getattr(row, key) for key in keys])


def _dated(session: Session, *, log: Log, head: Head, at: datetime) -> datetime:
    """Return the time of the entries: the instant told, never before the last entry."""
    if log.clock == "wall":
        database = session.execute(text("select clock_timestamp()")).scalar_one()
        if not -LATE <= at - database <= AHEAD or head.last_at - at > LATE:
            message = (
                f"the clock is unsure: told {instant(at)}, the database says {instant(database)}, the last entry {instant(head.last_at)}"
            )
            raise ClockUnsureError(message)
    return max(at, head.last_at)


def _disclosures(draft: Draft, rows: Sequence[Base], forms: Mapping[int, dict[str, Any]]) -> list[Disclosure]:
    """Return what an entry discloses: its rows, as they were sealed where they are, and its note."""
    made = [disclose("facts", [forms.get(id(row)) or row_form(row) for row in rows])] if rows else []
    if draft.note:
        made.append(disclose("note", plain(draft.note)))
    return made


def _body(draft: Draft, at: datetime, made: Sequence[Disclosure]) -> bytes:
    return build(
        kind=draft.kind,
        at=at,
        out=draft.out,
        digests=[*(one.name for one in made), *draft.digests],
        actor=draft.actor.id,
        person=draft.person,
        object=draft.object,
        for_=draft.organization,
        on=draft.on.isoformat() if draft.on else None,
        second=draft.actor.second.id if draft.actor.second else None,
        footing=draft.actor.second.footing if draft.actor.second else None,
        proposal=draft.actor.second.proposal if draft.actor.second else None,
        **draft.former,
    )


def _append(session: Session, *, head: Head, at: datetime, bodies: Sequence[bytes], changed: Sequence[bool]) -> None:
    leaves = [leaf_hash(body) for body in bodies]
    frontier = head.frontier.copy()
    frontier.extend(leaves)
    last_change = max((head.size + place for place, one in enumerate(changed) if one), default=None)
    session.execute(
        text(
            "insert into ledger.batches (first_index, size, leaves, frontier, changed_index, changed_at, last_at, batch_id)"
            " values (:first_index, :size, :leaves, :frontier, :changed_index, :changed_at, :last_at, :batch_id)",
        ),
        {
            "first_index": head.size,
            "size": len(bodies),
            "leaves": b"".join(leaves),
            "frontier": frontier.to_bytes(),
            "changed_index": head.changed_index if last_change is None else last_change,
            "changed_at": head.changed_at if last_change is None else at,
            "last_at": at,
            "batch_id": uuid4(),
        },
    )
    session.execute(
        text(
            "insert into ledger.entries (index, body)"
            " select :first_index + e.n - 1, substring(cast(:joined as bytea) from e.start for e.size)"
            " from unnest(cast(:starts as int[]), cast(:sizes as int[])) with ordinality as e (start, size, n)",
        ),
        {"first_index": head.size} | _joined(bodies),
    )


def _joined(values: Sequence[bytes]) -> dict[str, object]:
    """Return values as one, with where each starts (from 1) and its size: one value goes over the line several times faster."""
    sizes = [len(one) for one in values]
    return {"joined": b"".join(values), "starts": _array(accumulate(sizes[:-1], initial=1)), "sizes": _array(sizes)}


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def _seal(session: Session, *, log: Log, made: Sequence[tuple[int, str, Disclosure]]) -> None:
    """Write disclosures under the keys of their subjects; keys that are new count only if the act does."""
    if not made:
        return
    rings = keys_of(session, log=log, subjects=sorted({subject for _index, subject, _one in made}))
    used = [rings[subject] for _index, subject, _one in made]
    session.execute(
        text(
            "insert into ledger.disclosures (index, digest, key_id, sealed)"
            " select d.index, substring(cast(:digests as bytea) from 32 * d.n::int - 31 for 32), d.key_id,"
            " substring(cast(:joined as bytea) from d.start for d.size)"
            " from unnest(cast(:indexes as bigint[]), cast(:keys as text[]), cast(:starts as int[]), cast(:sizes as int[]))"
            " with ordinality as d (index, key_id, start, size, n)",
        ),
        {
            "indexes": _array(index for index, _subject, _one in made),
            "digests": b"".join([one.digest for _index, _subject, one in made]),
            "keys": [key_id for key_id, _ring in used],
        }
        | _joined([ring.seal(key_id, one) for (_index, _subject, one), (key_id, ring) in zip(made, used, strict=True)]),
    )
