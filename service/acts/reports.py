"""Who may read a report of improper designation: complaint officers and auditors outside the chain of whoever it is about.

The report itself is sealed (`designation.operations.reporting`). It is shown to nobody who designated what it is about or
approved that, or acted on it since, nor to the person it names, nor to anybody whose role one of these gave. To all of
them it does not exist.

A complaint officer among the readers answers it, but for a report of their own. Whoever made a report sees what was found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from service.acts.concerning import OutsideError
from service.acts.table import Known
from service.designation.model import ImproperAnswer, ImproperReport, Information
from service.evidence.lookups import entry, opened
from service.identity.account_model import Account
from service.identity.members import Held, Member
from service.ledger import Kind, Log, canonical, read_entry

_ACTS_ON = text(
    "select body from ledger.entries"
    " where position(convert_to(:kind, 'UTF8') in body) > 0 and position(convert_to(:object, 'UTF8') in body) > 0"
)
READERS = frozenset({"complaint_officer", "auditor"})


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was made, the index of its entry, and what was found on it and when, if it was answered."""

    id: str
    index: int
    said: Mapping[str, Any]
    on: date
    finding: str | None = None
    answered_on: date | None = None


def reports_for(session: Session, *, log: Log, member: Member) -> list[Report]:
    """Return the reports that a member may read, the earliest first: to the subject of one it is not there at all."""
    return [one for one in _reports(session, log=log) if readable_by(session, member=member, said=one.said)]


def reported_by(session: Session, *, log: Log, person_id: str) -> list[Report]:
    """Return what somebody reported themselves, the earliest first, for that person alone."""
    return [one for one in _reports(session, log=log) if one.said["person_id"] == person_id]


def reading_roles(session: Session, *, log: Log, member: Member, clear: Mapping[str, Any]) -> frozenset[str]:
    """Return the roles in which a member may look at the entry of a report, or of its answer; none for whoever it is about."""
    row = session.get(ImproperReport, str(clear.get("object")))
    report = None if row is None else _opened(session, log=log, row=row)
    return frozenset() if report is None else _roles(session, member=member, said=report.said)


def require_answerable(session: Session, *, log: Log, member: Member, known: Known, values: Mapping[str, Any]) -> None:
    """Refuse to answer a report that is not there for a member, or is their own, as if nobody had made it. Raises OutsideError."""
    if known.verb != "answer_improper_report":
        return
    word = "improper_report_id"
    row = session.get(ImproperReport, values[word])
    report = None if row is None else _opened(session, log=log, row=row)
    if report is None or report.said["person_id"] == member.person_id:
        raise OutsideError(word)
    if _roles(session, member=member, said=report.said).isdisjoint(known.roles):
        raise OutsideError(word)


def _reports(session: Session, *, log: Log) -> Iterator[Report]:
    for row in session.scalars(select(ImproperReport).order_by(ImproperReport.changed_index)):
        report = _opened(session, log=log, row=row)
        if report is not None:
            yield report


def readable_by(session: Session, *, member: Member, said: Mapping[str, Any]) -> bool:
    """Say whether a member may read a report that says this."""
    return bool(_roles(session, member=member, said=said))


def _roles(session: Session, *, member: Member, said: Mapping[str, Any]) -> frozenset[str]:
    about = _people_about(session, said)
    if member.person_id in about:
        return frozenset()
    return frozenset(held.role for held in member.roles if _outside(held, about))


def _outside(held: Held, about: frozenset[str]) -> bool:
    return held.role in READERS and held.whole and held.granted_by not in about


def _people_about(session: Session, said: Mapping[str, Any]) -> frozenset[str]:
    """Return the people of the chain: whoever designated, approved or acted on what it is about, and whom it names."""
    people = {str(said["against_person_id"])} if said.get("against_person_id") else set()
    if said.get("designation_number"):
        number = said["designation_number"]
        named = select(Information.id).where(or_(Information.number == number, Information.id == number))
        accounts = {account for information_id in session.scalars(named) for account in _who_acted_on(session, information_id)}
        people |= set(session.scalars(select(Account.person_id).where(Account.id.in_(accounts))))
    return frozenset(people)


def _who_acted_on(session: Session, information_id: str) -> set[str]:
    """Return who proposed and who approved any act on an information, from its designation on."""
    found: set[str] = set()
    told = {"kind": '"kind":"designation:', "object": f'"object":{canonical(information_id).decode()}'}
    for (body,) in session.execute(_ACTS_ON, told):
        clear = read_entry(bytes(body))
        found |= {str(clear[word]) for word in ("actor", "second") if clear.get(word)}
    return found


def _opened(session: Session, *, log: Log, row: ImproperReport) -> Report | None:
    clear = entry(session, index=row.changed_index)
    if clear is None or clear.get("kind") != Kind.IMPROPER_REPORTED.value:
        return None
    said = next((one.value for one in opened(session, log=log, clear=clear) if one.name == "note"), None)
    if said is None:
        return None
    answer = session.scalars(select(ImproperAnswer).where(ImproperAnswer.report_id == row.id)).first()
    found = (None, None) if answer is None else (answer.finding, answer.on)
    return Report(row.id, row.changed_index, said, row.on, *found)
