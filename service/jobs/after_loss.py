"""After a declared loss: what opens anything is ended, and entered again by two people.

The rows that are here are those of an older day. What was taken away since (a line of a list, a role, an application's right
to ask, a permit for a room) stands in them as if it never had been, and nobody here can know which. So all of it is ended:
1. every line of every list and scope, without which no permit is given; 2. dated permits for areas and devices; 3. whom
somebody named to list alone in an emergency; 4. applications with their keys; 5. proposals that wait; 6. every role but those
by which the two who declare the loss act. Clearances, designations, provisions and contracts stay: none of them permits
anything by itself, and whoever lists somebody again looks at them, and enters first what was taken away on paper.
Broken off, it goes on where it was; until it has ended nothing is served.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import read, transaction
from service.identity.account_model import Grant
from service.identity.accounts import end_role
from service.identity.model import Application
from service.identity.operations import end_application
from service.ledger import Log, settle_loss
from service.ledger.model import LogRow
from service.need_to_know.model import ActingManager
from service.need_to_know.operations import end_acting_manager
from service.need_to_know.operations.lapsing import lapse_after_loss
from service.proposals.operations import end_waiting
from service.registers.declared import PERMITS
from service.registers.model import Line
from service.registers.operations import end_permit
from service.statute.periods import legal_day

CHUNK = 200
WORDS = "滅失の宣言により終了 / ended by a declared loss"
What = Literal["permits", "acting_managers", "applications", "roles"]
ONE_BY_ONE: tuple[What, ...] = ("permits", "acting_managers", "applications", "roles")


def end_all(
    engine: Engine, *, log: Log, actor: Actor, clock: Callable[[], datetime], kept: Collection[str], statements: Collection[str]
) -> dict[str, int]:
    """End all that opens anything, say so in an entry, and return how much of each was ended in this run.

    `kept` names the grants by which the two act. Raises LossError where no loss was declared, or this was done already.
    """
    with read(engine) as session:
        before = int(session.scalars(select(LogRow.opened_index).order_by(LogRow.opened_index.desc()).limit(1)).one())
    ended = {"listings": _end_listings(engine, log=log, actor=actor, clock=clock, before=before)}
    for what in ONE_BY_ONE:
        with read(engine) as session:
            ids = list(session.scalars(_standing(what, before=before, on=legal_day(clock()), kept=kept)))
        for one in ids:
            with transaction(engine) as session:
                _end(session, what, one, log=log, actor=actor, at=clock())
        ended[what] = len(ids)
    with transaction(engine) as session:
        ended["proposals"] = end_waiting(session, log=log, actor=actor, at=clock(), words=WORDS)
    with transaction(engine) as session:
        settle_loss(session, log=log, actor=actor, at=clock(), statements=list(statements), ended=ended)
    return ended


def _end_listings(engine: Engine, *, log: Log, actor: Actor, clock: Callable[[], datetime], before: int) -> int:
    count = 0
    while True:
        with transaction(engine) as session:
            at = clock()
            done = lapse_after_loss(session, log=log, actor=actor, at=at, on=legal_day(at), before=before, most=CHUNK)
        if not done:
            return count
        count += done


def _standing(what: What, *, before: int, on: date, kept: Collection[str]) -> Select[str]:
    """Return the statement that finds the ids of what still stands since before an index."""
    match what:
        case "permits":
            standing = select(Line.id).where(Line.kind.in_(PERMITS), Line.ended_on.is_(None), Line.struck_on.is_(None))
            return standing.where(Line.changed_index < before).order_by(Line.id)
        case "acting_managers":
            named = select(ActingManager.id).where(ActingManager.until_on > on, ActingManager.until_on > ActingManager.from_on)
            return named.where(ActingManager.changed_index < before).order_by(ActingManager.id)
        case "applications":
            return select(Application.id).where(Application.ended_at.is_(None)).order_by(Application.id)
        case "roles":
            held = select(Grant.id).where(Grant.ended_at.is_(None), Grant.changed_index < before)
            return held.where(Grant.id.not_in(kept)).order_by(Grant.id)


def _end(session: Session, what: What, one: str, *, log: Log, actor: Actor, at: datetime) -> None:
    match what:
        case "permits":
            end_permit(session, log=log, actor=actor, at=at, permit_id=one, on=legal_day(at))
        case "acting_managers":
            end_acting_manager(session, log=log, actor=actor, at=at, acting_id=one, on=legal_day(at))
        case "applications":
            end_application(session, log=log, actor=actor, at=at, application=one)
        case "roles":
            end_role(session, log=log, actor=actor, at=at, grant_id=one)
