"""What is owed after a provision, and how ready an operator is for its certification: as far as a role reaches it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.concerning import Concern, OutsideError, concern_of_row
from service.acts.reading.seeing import reached, seers_in
from service.identity.desk import Seated
from service.personnel.model import Organization
from service.provision.model import Provision
from service.provision.owed import Owed, messages_owed
from service.provision.readiness import ItemState
from service.provision.readiness import readiness as states
from service.statute.periods import legal_day


def letters_owed(session: Session, seated: Seated, *, organization_id: str, information_id: str | None = None) -> list[Owed]:
    """Return the letters that an organization still owes to who got information from it, the oldest first; of one information or all.

    Raises NotAllowedError, OutsideError.
    """
    held = seers_in(seated, "title", organization_id)
    wanted = (
        select(Provision.information_id, Organization.kind)
        .join(Organization, Organization.id == Provision.giver_id)
        .where(Provision.giver_id == organization_id, Provision.known(seated.at))
        .distinct()
        .order_by(Provision.information_id)
    )
    if information_id is not None:
        wanted = wanted.where(Provision.information_id == information_id)
    told = []
    for given, kind in session.execute(wanted):
        words = {"information_id": given, "giver_id": organization_id, "giver_kind": kind}
        for one in messages_owed(session, on=legal_day(seated.at), at=seated.at, **words):
            row = session.get_one(Provision, one.provision_id)
            if reached(session, held, concern_of_row(session, row, by=None, at=seated.at)):
                told.append(one)
    return sorted(told, key=lambda one: (one.since, one.information_id, one.receiver_id))


def readiness_of(session: Session, seated: Seated, *, operator_id: str, organ_id: str | None) -> Sequence[ItemState]:
    """Return each item of Order 16 as it was last seen: an operator's own view, or, to an organ, what it found there itself.

    Raises NotAllowedError, OutsideError.
    """
    examined = seated.desk.log.seat == "organ"
    owner = organ_id or "" if examined else operator_id
    held = seers_in(seated, "title", owner)
    concern = Concern()
    concern.owners("operator" if not examined else "organ", {owner})
    if not reached(session, held, concern):
        word = "operator"
        raise OutsideError(word)
    return states(session, operator_id=operator_id, organ_id=organ_id, examined=examined, on=legal_day(seated.at))
