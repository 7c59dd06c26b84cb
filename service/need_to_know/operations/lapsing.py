"""What lapses unconfirmed, by the timed job: never silently, one entry a line."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Draft, Kind, Log, begin_act, record_many
from service.need_to_know import queries
from service.need_to_know.operations import lines
from service.personnel.queries import organizations


def lapse_unconfirmed(session: Session, *, log: Log, actor: Actor, at: datetime, on: date) -> tuple[str, ...]:
    """End every line whose confirmation is overdue on a day, each with its own entry, and return their ids.

    Run twice it changes nothing the second time. What one person listed in an emergency lapses by its own instant.
    """
    begin_act(session)
    found = [
        one.listing
        for organization in organizations(session)
        for one in queries.standings(session, organization_id=organization.id, on=on, at=at)
        if one.phase == "lapsing"
    ]
    drafts = []
    for row in found:
        lines.end(row, on=on)
        draft = Draft(
            kind=Kind.HANDLER_LAPSED,
            actor=actor,
            at=at,
            on=on,
            person=row.person_id,
            object=row.information_id,
            organization=row.organization_id,
            subject=row.person_id or row.information_id,
        )
        drafts.append((draft, [row]))
    record_many(session, log=log, drafts=drafts)
    return tuple(row.id for row in found)
