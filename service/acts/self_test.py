"""What an application is told of itself: what it was granted, and which aliases in its own namespaces resolve. Nobody's name.

Aliases are the one thing here of which a check would not say whether it is known, so each test is an entry and has a budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.identity.callers import Caller, Named
from service.identity.on_record import callers_on_record
from service.ledger import Draft, Kind, Log, RowSeals, begin_act, record
from service.personnel.model import Alias
from service.statute.periods import legal_day

MOST_ALIASES = 100


@dataclass(frozen=True, slots=True)
class Tested:
    """What was found: the caller, how many aliases of each namespace and kind run today, and what each alias asked for names.

    `named` has the kind of what an alias names, or None for one that is not in a granted namespace or names nothing today.
    """

    caller: Caller
    counts: dict[str, dict[str, int]]
    named: dict[str, str | None]
    index: int


def self_test(session: Session, *, log: Log, seals: RowSeals, at: datetime, named: Named, aliases: Sequence[str]) -> Tested | None:
    """Return what an application is told of itself, and record that it asked; None where it is nobody.

    Raises RecordMismatchError, ClockUnsureError.
    """
    begin_act(session)
    caller = callers_on_record(session, seals=seals, named={named}, at=at).get(named)
    if caller is None:
        return None
    # No caller that comes with a key or a token may use every namespace.
    namespaces = caller.namespaces or frozenset()
    on = legal_day(at)
    counted: dict[str, dict[str, int]] = {one: {} for one in sorted(namespaces)}
    runs = (
        Alias.namespace.in_(namespaces),
        or_(Alias.from_on.is_(None), Alias.from_on <= on),
        or_(Alias.until_on.is_(None), Alias.until_on > on),
    )
    found = select(Alias.namespace, Alias.target_kind, func.count()).where(*runs).group_by(Alias.namespace, Alias.target_kind)
    for namespace, kind, count in session.execute(found.order_by(Alias.namespace, Alias.target_kind)):
        counted[namespace][kind] = count
    asked = {one: one.partition(":") for one in aliases}
    values = {value for namespace, _colon, value in asked.values() if namespace in namespaces}
    there = {
        (row.namespace, row.value): row.target_kind
        for row in session.execute(select(Alias.namespace, Alias.value, Alias.target_kind).where(*runs, Alias.value.in_(values)))
    }
    told = {one: there.get((namespace, value)) for one, (namespace, _colon, value) in asked.items()}
    note = {"asked": len(told), "resolved": sum(kind is not None for kind in told.values())}
    draft = Draft(
        kind=Kind.APPLICATION_TESTED,
        actor=Actor(id=caller.id, kind="application"),
        at=at,
        object=caller.id,
        organization=caller.organization,
        note=note,
    )
    return Tested(caller, counted, told, record(session, log=log, draft=draft, rows=[]))
