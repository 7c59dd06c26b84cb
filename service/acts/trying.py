"""Trying acts out: everything that they would do is done, shown and undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from service.acts.asking import Asked, UnfitError, judged_now, keep_refusal, known_act, perform, values_of
from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.showing import show
from service.database import trial
from service.identity.members import Member
from service.ledger import Log, begin_act, preview
from service.statute.periods import legal_day
from service.statute.refusals import Conflict, Refusal

Hindrance = Refusal | Conflict | OutsideError | UnfitError
HINDRANCES = (Refusal, Conflict, OutsideError, UnfitError)
"""What may stand in the way of an act that somebody may ask for."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What acts would write now, and whether they would wait for a second person."""

    foreseen: tuple[Mapping[str, Any], ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class Together:
    """What several acts would write now in one breath, or, by the place of each, what stands in the way of which."""

    foreseen: tuple[Mapping[str, Any], ...] = ()
    waits: bool = False
    hindered: tuple[tuple[int, Hindrance], ...] = ()


def try_out(engine: Engine, *, log: Log, member: Member, at: datetime, asked: Asked) -> Tried:
    """Return what an act would come to if it were asked for now; nothing of it is kept but a refusal of law. Raises as `ask` does."""
    try:
        return _tried(engine, log, member, at, [asked])
    except Refusal as refusal:
        known = known_act(asked.verb, log=log)
        keep_refusal(engine, log=log, actor=member.actor, at=at, known=known, acts=[asked], refusal=refusal)
        raise


def try_together(engine: Engine, *, log: Log, member: Member, at: datetime, asked: Sequence[Asked]) -> Together:
    """Return what several acts would come to together; where they cannot be done, each is tried alone to tell which of them.

    Nothing is kept but refusals of law. Raises as `ask` does where each of them could be done alone.
    """
    try:
        found = _tried(engine, log, member, at, asked)
    except HINDRANCES:
        hindered: list[tuple[int, Hindrance]] = []
        for place, one in enumerate(asked):
            try:
                try_out(engine, log=log, member=member, at=at, asked=one)
            except HINDRANCES as hindrance:
                hindered.append((place, hindrance))
        if not hindered:
            raise
        return Together(hindered=tuple(hindered))
    return Together(found.foreseen, found.waits)


def _tried(engine: Engine, log: Log, member: Member, at: datetime, asked: Sequence[Asked]) -> Tried:
    known = [known_act(one.verb, log=log) for one in asked]
    for act in known:
        require_any_role(member, act.roles)
    on = legal_day(at)
    values = [values_of(act, one, today=on) for act, one in zip(known, asked, strict=True)]
    waits = False
    with trial(engine) as session:
        begin_act(session)
        found = preview(session)
        wide = any(act.widens(value, on=on) and act.judged_by is None for act, value in zip(known, values, strict=True))
        for one in judged_now(session, log=log, member=member, at=at, known=known, values=values, wide=wide):
            waits = one.known.widens_as_recorded(session, one.values, at=at) or waits
            perform(session, log=log, actor=member.actor, at=at, judged=[one])
        return Tried(tuple(show(one) for one in found), waits)
