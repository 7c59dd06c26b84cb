"""Reports of improper designation (NPSC Rule 8/2025 41, 46): a route that its subject cannot see."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation.model import ImproperReport
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyRecordedError, require_words

Improper = Literal["hides_wrongdoing", "unmet_requirement", "not_lifted", "no_mark_or_notice", "files_mismanaged", "other"]


def report_improper(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    person_id: str,
    improper: Improper,
    on: date,
    designation_number: str | None = None,
    against_person_id: str | None = None,
    reference_number: str | None = None,
    improper_report_id: str | None = None,
) -> str:
    """Report that a designation, a lifting or the keeping of files is not as the law wants it; return the report's id.

    What it says, and who says it, is sealed under a key of the report's own; the entry in clear and the row tell only
    that a report came. Numbers and the person reported are taken as they are typed: whether there is such a one is not
    told. `service.acts.reports` says who may read it. No rule refuses a report, so none is ever kept among refused acts.
    Raises UnknownIdError for an unknown reporter, ValueError for a blank number.
    """
    begin_act(session)
    require_words(designation_number=designation_number, against_person_id=against_person_id, reference_number=reference_number)
    personnel.person(session, person_id=person_id)
    row = ImproperReport(id=improper_report_id or new_id(), on=on)
    if session.get(ImproperReport, row.id) is not None:
        raise AlreadyRecordedError(message=f"there is already a report {row.id!r}", facts={"report": row.id})
    note = {
        "person_id": person_id,
        "account_id": actor.id,
        "improper": improper,
        "designation_number": designation_number,
        "against_person_id": against_person_id,
        "reference_number": reference_number,
    }
    # In clear the report has a name of its own: an entry that named the account would tell everybody who reported.
    nobody = Actor(id=row.id, kind="person")
    draft = Draft(kind=Kind.IMPROPER_REPORTED, actor=nobody, at=at, on=on, object=row.id, subject=row.id, note=note)
    record(session, log=log, draft=draft, rows=[row])
    return row.id
