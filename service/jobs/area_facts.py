"""Lines about areas that were entered before decisions read them, brought to their knowledge once."""

from datetime import datetime
from itertools import groupby

from sqlalchemy import Engine

from service.actor import SYSTEM
from service.database import transaction
from service.ledger import LOG_SUBJECT, Draft, Kind, Log, begin_act, record_many
from service.registers.area_facts import area_facts_of, without_facts

CHUNK = 500


def bring_area_facts(engine: Engine, *, log: Log, at: datetime) -> int:
    """Record what the lines about areas say that decisions do not know yet, and return how many there were.

    They are as they stand, and nobody judges them again; each chunk leaves a lawful state.
    """
    brought = 0
    while True:
        with transaction(engine) as session:
            begin_act(session)
            lines = without_facts(session)[:CHUNK]
            if not lines:
                return brought
            drafts = []
            for person, several in groupby(lines, key=lambda line: line.person_id if line.kind == "entry" else None):
                draft = Draft(
                    kind=Kind.HISTORY_RECORDED, actor=SYSTEM, at=at, person=person, subject=person or LOG_SUBJECT, note={"judged": "no"}
                )
                drafts.append((draft, area_facts_of(session, several)))
            record_many(session, log=log, drafts=drafts)
        brought += len(lines)
