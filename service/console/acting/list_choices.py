"""What the forms about lists offer to choose from: purposes with their names, and what waits or runs, by its id."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.console.words import Language
from service.need_to_know.queries import acting_managers, open_requests, purpose_lines
from service.personnel.model import Person
from service.personnel.queries import posts_of
from service.statute.periods import legal_day

Offered = dict[str, tuple[tuple[str, str], ...]]


def list_choices(
    session: Session, *, organizations: Collection[str], person_id: str, names: bool, at: datetime, language: Language
) -> Offered:
    """Return by word what the lists of some organizations offer; without any, what those do where the person works.

    Whom a request or a naming is about is told by name only where `names` says so.
    """
    on = legal_day(at)
    places = sorted(organizations or {row.organization_id for row in posts_of(session, person_id=person_id, at=at)})
    purposes = {
        line.code: line.name if language == "ja" else line.name_en
        for place in places
        for line in purpose_lines(session, organization_id=place, on=on)
    }
    requests = [row for place in places for row in open_requests(session, organization_id=place) if organizations]
    namings = [row for place in places for row in acting_managers(session, organization_id=place, on=on) if organizations]
    about = {row.person_id for row in requests} | {row.person_id for row in namings}
    found = select(Person.id, Person.legal_name).where(Person.id.in_(about))
    called = {row.id: row.legal_name for row in session.execute(found)} if names else {}
    offered: Offered = {
        "purpose": tuple(purposes.items()),
        "request_id": tuple((row.id, f"{called.get(row.person_id, row.person_id)} / {row.information_id}") for row in requests),
        "acting_id": tuple((row.id, called.get(row.person_id, row.person_id)) for row in namings),
    }
    return {word: choices for word, choices in offered.items() if choices}
