"""Nobody is lent a document who may not handle what it carries (Act 11(1), Order 11(1)(iv)).

A register tells of what was done, and tells it of anybody. But lending waits for a second person: until then nothing was
done, and nobody lends it to, or sends it by, somebody who is not cleared and on the list. Which of the two is missing is
not said: who keeps documents learns nothing of anybody's clearance.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.table import Known
from service.designation.model import Closing
from service.designation.queries import informations_in
from service.need_to_know.model import Exclusion
from service.need_to_know.queries import running, ways_in
from service.personnel.model import Organization
from service.personnel.queries import workplace
from service.statute.citations import cite
from service.statute.refusals import Refusal

HANDED = {"lend_document": ("person_id", "carrier_id")}
"""Acts that put a document into somebody's hands, and the words that name them. Not delivering it: what must go back after a
contract's end goes back."""


class EntrustingRefusedError(Refusal):
    """A document that would be handed to somebody who may not handle what it carries."""

    slug = "entrusting-refused"


def require_entrustable(session: Session, known: Known, values: Mapping[str, Any], *, at: datetime) -> None:
    """Refuse to hand a document to somebody who may not handle it on that day. Raises EntrustingRefusedError (may_not_handle)."""
    people = {values[word] for word in HANDED.get(known.verb, ()) if values.get(word) is not None}
    if not people:
        return
    organization, on = values["organization_id"], values["on"]
    for information in informations_in(session, document_id=values["document_id"], on=on):
        if _closed(session, information, organization, on=on, at=at):
            continue
        for person in sorted(people):
            if not _may_handle(session, information, organization, person, on=on, at=at):
                raise EntrustingRefusedError(reason="may_not_handle", basis=(cite("Act 11(1)"), cite("Order 11(1)(iv)")))


def _closed(session: Session, information: str, organization: str, *, on: date, at: datetime) -> bool:
    """Say whether an information is no longer restricted at an organization: its closing is done."""
    mine = (Closing.information_id == information, Closing.organization_id == organization)
    found = select(Closing.id).where(*mine, Closing.closed_on <= on, Closing.known(at))
    return session.scalars(found.limit(1)).first() is not None


def _may_handle(session: Session, information: str, organization: str, person: str, *, on: date, at: datetime) -> bool:
    place = workplace(session, person_id=person, organization_id=organization, on=on, at=at)
    listed = any(
        line.information_id == information and (line.person_id == person or line.unit_id in place.units or line.post in place.posts)
        for line in running(session, organization_id=organization, on=on, at=at)
    )
    kind = session.get_one(Organization, organization).kind
    ways = ways_in(session, information_id=information, organization_id=organization, kind=kind, person_id=person, on=on, at=at)
    excluded = select(Exclusion.under_head_id).where(
        Exclusion.person_id == person,
        Exclusion.organization_id == organization,
        Exclusion.from_on <= on,
        or_(Exclusion.until_on.is_(None), Exclusion.until_on > on),
    )
    shut = set(session.scalars(excluded))
    open_ways = [
        way
        for way in ways
        if way.cleared and way.certified and way.contracted and None not in shut and way.head_id not in shut
        if way.units is None or not place.units.isdisjoint(way.units)
    ]
    return listed and bool(open_ways)
