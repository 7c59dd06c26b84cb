"""What happened to an information, in one line of time: designated, given, told, listed, ended; as far as it is within reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.concerning import concern_of_row
from service.acts.reading.holding import Given, provisions_of
from service.acts.reading.informations import InformationLine, designation_rows
from service.acts.reading.lists import line_reached
from service.acts.reading.seeing import reached, seers
from service.designation.model import (
    CabinetRefusal,
    Closing,
    ClosingFormality,
    DocumentInformation,
    HandOver,
    MarkingSwitch,
    PartialLifting,
    Review,
    Told,
)
from service.designation.queries import follow
from service.identity.desk import Seated
from service.identity.entitlements import access
from service.need_to_know.model import Listing
from service.provision.model import Demand
from service.statute.periods import ONE_DAY, legal_day

FOLLOWING: tuple[tuple[str, type[Told]], ...] = (
    ("marked", MarkingSwitch),
    ("lifted_in_part", PartialLifting),
    ("cabinet_refused", CabinetRefusal),
    ("handed_over", HandOver),
    ("reviewed", Review),
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened: on what day, what by its code, who and to whom, until when, and by which paper.

    `who` and `whom` are ids; a person is named only in what is told to whoever sees lists.
    """

    on: date
    what: str
    who: str | None = None
    whom: str | None = None
    until: date | None = None
    paper: str | None = None
    code: str | None = None


def history_of(session: Session, seated: Seated, line: InformationLine) -> list[Happened]:
    """Return what happened to an information up to today, the newest first. Raises NotAllowedError."""
    found = [
        *_designated(session, seated, line),
        *_documents(session, line),
        *_closed(session, seated, line),
        *_demanded(session, seated, line),
    ]
    for given in provisions_of(session, seated, information_id=line.id):
        found += _given(given)
    if access(seated.member.role_names, "listing") == "yes":
        found += _listed(session, seated, line)
    today = legal_day(seated.at)
    # What came later the same day was gathered later, and is told before.
    return sorted((one for one in found if one.on <= today), key=lambda one: one.on)[::-1]


def _designated(session: Session, seated: Seated, line: InformationLine) -> Iterator[Happened]:
    rows = designation_rows(session, line)
    today = legal_day(seated.at)
    for one in line.designations:
        row = rows[one.id]
        yield Happened(one.on, "designated", who=one.organ_id, until=one.until_on - ONE_DAY, paper=row.document_number)
        for each in one.extensions:
            yield Happened(each.on, "extended", who=one.organ_id, until=each.until_on - ONE_DAY)
        for what, model in FOLLOWING:
            for told in follow(session, model, designation_id=one.id):
                paper = told.part_number if isinstance(told, PartialLifting) else told.document_number
                yield Happened(told.on, what, who=one.organ_id, paper=paper, code=told.finding if isinstance(told, Review) else None)
        if not one.in_force(today) and one.on <= today:
            yield Happened(one.ended_on(today), one.end_mark(today), who=one.organ_id, paper=row.lifting_document_number)


def _documents(session: Session, line: InformationLine) -> Iterator[Happened]:
    found = select(DocumentInformation.from_on, DocumentInformation.document_id).where(
        DocumentInformation.information_id == line.id, DocumentInformation.replaced_at.is_(None), DocumentInformation.from_on.is_not(None)
    )
    for on, document_id in session.execute(found):
        if on is not None:
            yield Happened(on, "carried", whom=document_id)


def _closed(session: Session, seated: Seated, line: InformationLine) -> Iterator[Happened]:
    rows = session.scalars(select(Closing).where(Closing.information_id == line.id, Closing.known(seated.at))).all()
    done = select(ClosingFormality).where(ClosingFormality.closing_id.in_([row.id for row in rows]))
    papers = {one.closing_id: one.told_number for one in session.scalars(done)}
    for row in rows:
        yield Happened(row.closed_on, "closed", who=row.organization_id, paper=papers.get(row.id))


def _demanded(session: Session, seated: Seated, line: InformationLine) -> Iterator[Happened]:
    held = seers(seated, "title")
    for row in session.scalars(select(Demand).where(Demand.information_id == line.id)):
        if reached(session, held, concern_of_row(session, row, by=None, at=seated.at)):
            yield Happened(row.demanded_on, "demanded", who=row.organ_id, whom=row.operator_id, paper=row.number)


def _given(given: Given) -> Iterator[Happened]:
    row = given.row
    yield Happened(row.provided_on, "provided", who=row.giver_id, whom=row.receiver_id, paper=row.document_number, code=row.under)
    if row.returned_on is not None:
        yield Happened(row.returned_on, "returned", who=row.receiver_id, whom=row.giver_id)
    for letter in given.letters:
        if letter.provision_id == row.id and letter.sent_on is not None:
            yield Happened(letter.sent_on, "told", who=letter.giver_id, whom=letter.receiver_id, paper=letter.number, code=letter.about)
        if letter.provision_id == row.id and letter.received_on is not None:
            yield Happened(letter.received_on, "receipted", who=letter.receiver_id, whom=letter.giver_id, paper=letter.receipt_number)


def _listed(session: Session, seated: Seated, line: InformationLine) -> Iterator[Happened]:
    held = seers(seated, "listing")
    mine = {one.organization_id for one in held}
    found = select(Listing).where(Listing.information_id == line.id, Listing.organization_id.in_(mine), Listing.known(seated.at))
    for row in session.scalars(found.order_by(Listing.changed_index.desc()).limit(MOST_LISTED)):
        if not line_reached(session, held, row.id, seated):
            continue
        whom = row.person_id or row.unit_id or row.post
        if row.from_on is not None:
            yield Happened(row.from_on, "listed", who=row.organization_id, whom=whom)
        if row.until_on is not None:
            yield Happened(row.until_on, "unlisted", who=row.organization_id, whom=whom)


MOST_LISTED = 500
"""Lines of lists that a history tells, the newest: the list itself tells all that run."""
