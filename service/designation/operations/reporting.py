"""Reports of improper designation (NPSC Rule 8/2025 41, 46): a route that its subject cannot see."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation.model import ImproperAnswer, ImproperReport
from service.designation.rules import IMPROPER_FINDINGS, ImproperFinding
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel import queries as personnel
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, AlreadyRecordedError, require_words
from service.statute.periods import legal_day

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


def answer_improper_report(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    improper_report_id: str,
    finding: ImproperFinding,
    on: date,
    document_number: str | None = None,
) -> str:
    """Record what was found on a report (NPSC Rule 8/2025 41(2), 46) and return the answer's id.

    Whoever reported it sees the finding and its day. Who found it, and under which number, is sealed with the report;
    in clear the entry says that a report was answered. `service.acts.reports` says who may answer. No rule refuses an
    answer, so none is ever kept among refused acts.
    Raises UnknownIdError, AlreadyEndedError for a second answer, ValueError for a blank number, an unknown finding, or a
    day to come or before the report.
    """
    begin_act(session)
    require_words(document_number=document_number)
    if finding not in IMPROPER_FINDINGS:
        message = f"unknown finding {finding!r}; known are {', '.join(IMPROPER_FINDINGS)}"
        raise ValueError(message)
    report = personnel.require_known(session, ImproperReport, improper_report_id, word="improper_report_id")
    if not report.on <= on <= legal_day(at):
        message = f"on: {on} has not come yet, or lies before the report"
        raise ValueError(message)
    if session.scalars(select(ImproperAnswer).where(ImproperAnswer.report_id == report.id)).first() is not None:
        raise AlreadyEndedError(message=f"report {report.id!r} was answered", facts={"report": report.id})
    row = ImproperAnswer(id=new_id(), report_id=report.id, finding=finding, on=on)
    note = {"person_id": actor.person_id, "account_id": actor.id, "document_number": document_number}
    nobody = Actor(id=report.id, kind="person")
    draft = Draft(kind=Kind.IMPROPER_ANSWERED, actor=nobody, at=at, on=on, object=report.id, subject=report.id, note=note)
    record(session, log=log, draft=draft, rows=[row])
    return row.id
