"""An act's rows sealed as they are written, and the account brought forward: by `acts`, under the writer's lock."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Mapper, Session, UOWTransaction
from sqlalchemy.orm.attributes import instance_state

from service.database import Base
from service.ledger.forms import name_of, row_form
from service.ledger.seals import MODULUS, SEAL_COLUMN, RecordMismatchError, RowSeals

LAST_ACCOUNT = text("select changed_index, account from ledger.row_accounts order by changed_index desc limit 1")
_LOADED, _QUIET = "sekisho rows as loaded", "sekisho rows are being sealed"


def is_sealed(row: Base) -> bool:
    """Say whether rows of this table carry a seal."""
    return SEAL_COLUMN in row.__table__.columns


def seal_rows(session: Session, *, seals: RowSeals, rows: Iterable[Base]) -> tuple[int, Mapping[int, dict[str, Any]]]:
    """Seal rows that are about to be written and return by how much the account grows, and the form of each row by its `id`.

    A row whose table fills in an absent column itself is written first and sealed then. Raises RecordMismatchError for
    a row that was read, changed and is now to be written, where what was read is not what the service once wrote.
    """
    session.info[_QUIET] = True
    grown = 0
    forms: dict[int, dict[str, Any]] = {}
    for row in rows:
        if id(row) in forms or not is_sealed(row):
            continue
        if instance_state(row).persistent:
            grown -= _weight_as_loaded(session, seals, row)
        elif _is_filled_in(row):
            session.add(row)
            session.flush()
        forms[id(row)] = form = row_form(row)
        made = seals.of(form["table"], form["row"])
        row.seal = made.seal  # type: ignore[attr-defined]  # is_sealed
        grown += made.weight
    session.info.pop(_LOADED, None)
    session.info[_QUIET] = False
    return grown, forms


def keep_account(session: Session, *, seals: RowSeals, grown: int, before: int, index: int) -> None:
    """Write the account after the change at `index`; the change before it was at `before`. Raises RecordMismatchError.

    INVARIANT: every change leaves an account, whether or not it wrote a row; an account of another change is none.
    """
    last = session.execute(LAST_ACCOUNT).one_or_none()
    account = 0 if last is None and before == 0 else None
    if last is not None and last.changed_index == before:
        account = seals.open(bytes(last.account), index=before)
    if account is None:
        message = "the account of the rows is not that of the last change; run: sekisho migrate, and then: sekisho verify"
        raise RecordMismatchError(message)
    session.execute(
        text("insert into ledger.row_accounts (changed_index, account) values (:index, :account)"),
        {"index": index, "account": seals.shut((account + grown) % MODULUS, index=index)},
    )


def _weight_as_loaded(session: Session, seals: RowSeals, row: Base) -> int:
    loaded = session.info.get(_LOADED, {}).get(id(row))
    table, form, seal = _as_loaded(row) if loaded is None else loaded[1]
    if not seals.holds(table, form, seal):
        message = f"{table} {name_of(row)} is not as the service wrote it; run: sekisho verify"
        raise RecordMismatchError(message)
    return seals.of(table, form).weight


def _as_loaded(row: Base) -> tuple[str, Mapping[str, Any], bytes | None]:
    """Return table, content and seal of a row as they were read from the database, before it was changed."""
    committed = instance_state(row).committed_state
    form = row_form(row, instead=committed)
    return form["table"], form["row"], committed.get(SEAL_COLUMN, row.seal)  # type: ignore[attr-defined]  # is_sealed


def _is_filled_in(row: Base) -> bool:
    return any(getattr(row, key) is None for key in _with_default(row.__mapper__))


@cache
def _with_default(mapper: Mapper[Any]) -> tuple[str, ...]:
    """Return the attributes of the columns that their table fills in itself."""
    return tuple(mapper.get_property_by_column(column).key for column in mapper.local_table.columns if column.server_default is not None)


@event.listens_for(Session, "before_flush")
def _remember(session: Session, _context: UOWTransaction, _instances: Sequence[object] | None) -> None:
    """Keep what was read of rows that a query writes early: the session then forgets it."""
    if session.info.get(_QUIET):
        return
    loaded = session.info.setdefault(_LOADED, {})
    for row in session.dirty:
        if isinstance(row, Base) and is_sealed(row) and id(row) not in loaded:
            loaded[id(row)] = (row, _as_loaded(row))
