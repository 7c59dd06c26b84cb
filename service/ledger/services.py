"""When the service started and stopped: an entry at each start, and one at each stop in order, of each place where it runs.

A place is a folder of data and an address on a machine, named by a keyed hash. What was stopped in order left word of it; a place
that starts while its last word is a start was cut off. So of a silence of the log one can tell which it was.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.actor import SYSTEM
from service.ledger.acts import Draft, begin_act, record
from service.ledger.kinds import Kind
from service.ledger.log import Log
from service.ledger.model import ServiceRow

Step = Literal["started", "stopped"]
KINDS: dict[Step, Kind] = {"started": Kind.SERVICE_STARTED, "stopped": Kind.SERVICE_STOPPED}
PURPOSE, PLACE_BYTES = "service-place", 8
Ended = Literal["stopped", "cut_off"]
"""How a silence began: the service was stopped in order, or it started again without having been."""


def place_of(log: Log, *, machine: str, folder: str, address: str) -> str:
    """Return the name of a place, the same at each start; who has not the log's keys cannot tell which machine it is."""
    told = json.dumps([machine, folder, address]).encode()
    return f"place_{blake2b(told, key=log.keyring.derived(PURPOSE), digest_size=PLACE_BYTES).hexdigest()}"


def tell_of_service(session: Session, *, log: Log, at: datetime, place: str, step: Step) -> int:
    """Record that the service started or stopped at a place and return the entry's index. Raises ClockUnsureError, LogClosedError."""
    begin_act(session)
    row = ServiceRow(place=place, step=step, at=at)
    return record(session, log=log, draft=Draft(kind=KINDS[step], actor=SYSTEM, at=at, object=place), rows=[row])


def silence_began(session: Session, *, before: int, after: int) -> Ended | None:
    """Return how the silence between two entries began, as far as the log tells; None where it does not.

    Where the first entry behind it is a start, the last word of that place decides. Else every place must have stopped.
    """
    started = session.get(ServiceRow, after)
    if started is not None and started.step == "started":
        steps = iter(_last_steps(session, before=before, place=started.place))
        last = next(steps, None)
        return None if last is None else "stopped" if last == "stopped" else "cut_off"
    found = list(_last_steps(session, before=before))
    return "stopped" if found and set(found) == {"stopped"} else None


def _last_steps(session: Session, *, before: int, place: str | None = None) -> Iterator[str]:
    """Yield the last step of each place, or of one, up to an entry."""
    query = select(ServiceRow.step).where(ServiceRow.changed_index <= before)
    if place is not None:
        query = query.where(ServiceRow.place == place)
    newest = query.ext(distinct_on(ServiceRow.place)).order_by(ServiceRow.place, ServiceRow.changed_index.desc())
    yield from session.scalars(newest)
