"""Trying an act out: everything that it would do is done, shown and undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from service.acts.asking import Asked, judged_now, keep_refusal, known_act, perform, values_of
from service.acts.entitled import require_any_role
from service.acts.showing import show
from service.database import transaction
from service.identity.members import Member
from service.ledger import Log, begin_act, preview
from service.statute.periods import legal_day
from service.statute.refusals import Refusal


class _UndoneError(Exception):
    """Ends the transaction of a trial without leaving anything."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What acts would write now, and whether they would wait for a second person."""

    foreseen: tuple[Mapping[str, Any], ...]
    waits: bool


def try_out(engine: Engine, *, log: Log, member: Member, at: datetime, asked: Asked) -> Tried:
    """Return what an act would come to if it were asked for now; nothing of it is kept but a refusal of law. Raises as `ask` does."""
    known = known_act(asked.verb, log=log)
    require_any_role(member, known.roles)
    values = [values_of(known, asked, today=legal_day(at))]
    told: list[Mapping[str, Any]] = []
    waits = False
    try:
        with transaction(engine) as session:
            begin_act(session)
            found = preview(session)
            wide = known.widens(values[0], on=legal_day(at)) and known.judged_by is None
            judged = judged_now(session, log=log, member=member, at=at, known=[known], values=values, wide=wide)
            waits = judged[0].known.widens_as_recorded(session, values[0], at=at)
            perform(session, log=log, actor=member.actor, at=at, judged=judged)
            told += [show(one) for one in found]
            raise _UndoneError  # noqa: TRY301 - the way to end a transaction without leaving anything
    except _UndoneError:
        return Tried(tuple(told), waits)
    except Refusal as refusal:
        keep_refusal(engine, log=log, actor=member.actor, at=at, known=known, acts=[asked], refusal=refusal)
        raise
