"""Questions about information, its designations and its documents; nothing here writes."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.designation.model import (
    CabinetRefusal,
    Closing,
    Designation,
    DesignationGrounds,
    Document,
    DocumentInformation,
    Doubt,
    Extension,
    Information,
    MarkingSwitch,
    NarrowerFinding,
    Review,
    Source,
    Told,
)
from service.designation.reasons import next_review
from service.designation.rules import Designated, Extended, require_disposable
from service.personnel.queries import require_known
from service.personnel.rules import first_recorded

Following = TypeVar("Following", bound=Told)


def information(session: Session, *, information_id: str) -> Information:
    """Return an information; raise UnknownIdError naming it where there is none."""
    return require_known(session, Information, information_id, word="information")


def document(session: Session, *, document_id: str) -> Document:
    """Return a document; raise UnknownIdError naming it where there is none."""
    return require_known(session, Document, document_id, word="document")


def designations_of(session: Session, *, information_id: str, at: datetime) -> Sequence[Designated]:
    """Return the designations of an information as known at an instant, the earliest first.

    An extension belongs to the designation and to every correction of it.
    """
    return designations_of_several(session, informations=[information_id], at=at).get(information_id, [])


def designations_of_several(session: Session, *, informations: Collection[str], at: datetime) -> dict[str, list[Designated]]:
    """Return by information the designations as known at an instant, the earliest first; none for one that has none."""
    rows = session.scalars(select(Designation).where(Designation.information_id.in_(informations))).all()
    replaces = {row.id: row.replaces for row in rows}
    wanted = select(Extension).where(Extension.designation_id.in_(replaces), Extension.known(at))
    extensions: dict[str, list[Extended]] = defaultdict(list)
    for each in session.scalars(wanted.order_by(Extension.extended_on, Extension.until_on)):
        extensions[first_recorded(replaces, each.designation_id)].append(Extended(on=each.extended_on, until_on=each.until_on))
    counting = set(session.scalars(select(Designation.id).where(Designation.information_id.in_(informations), Designation.known(at))))
    found: dict[str, list[Designated]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.designated_on, row.id)):
        if row.id in counting:
            found[row.information_id].append(
                Designated(
                    id=row.id,
                    information_id=row.information_id,
                    organ_id=row.organ_id,
                    on=row.designated_on,
                    until_on=row.until_on,
                    extensions=tuple(extensions[first_recorded(replaces, row.id)]),
                    lifted_on=row.lifted_on,
                )
            )
    return found


def designators(session: Session, *, information_id: str, on: date, at: datetime) -> frozenset[str]:
    """Return the organs whose designation of an information stands on a day."""
    known = designations_of(session, information_id=information_id, at=at)
    return frozenset(each.organ_id for each in known if each.in_force(on))


def designated_by(session: Session, *, information_id: str, on: date, at: datetime) -> frozenset[str]:
    """Return the organs that designated an information by a day, whether or not it still stands."""
    known = designations_of(session, information_id=information_id, at=at)
    return frozenset(each.organ_id for each in known if each.on <= on)


@dataclass(frozen=True, slots=True)
class InformationState:
    """An information with its designations and each organization's closing day."""

    information: Information
    designations: Sequence[Designated]
    closed_on: Mapping[str, date]

    def in_force(self, on: date) -> bool:
        """Tell whether any designation stands on a day."""
        return any(each.in_force(on) for each in self.designations)


def informations(session: Session, *, at: datetime) -> Sequence[InformationState]:
    """Return every information with its state as known at an instant, by id."""
    rows = session.scalars(select(Information).order_by(Information.id)).all()
    return [information_state(session, information_id=row.id, at=at) for row in rows]


def information_state(session: Session, *, information_id: str, at: datetime) -> InformationState:
    """Return one information with its state; raise UnknownIdError where there is none."""
    closings = session.scalars(select(Closing).where(Closing.information_id == information_id, Closing.known(at)))
    return InformationState(
        information=information(session, information_id=information_id),
        designations=designations_of(session, information_id=information_id, at=at),
        closed_on={each.organization_id: each.closed_on for each in closings},
    )


def documents_of(session: Session, *, information_id: str, on: date) -> Sequence[Document]:
    """Return the documents that carry an information on a day, by id."""
    carried = select(DocumentInformation.document_id).where(
        DocumentInformation.information_id == information_id,
        DocumentInformation.replaced_at.is_(None),
        or_(DocumentInformation.from_on.is_(None), DocumentInformation.from_on <= on),
        or_(DocumentInformation.until_on.is_(None), DocumentInformation.until_on > on),
    )
    return session.scalars(select(Document).where(Document.id.in_(carried)).order_by(Document.id)).all()


def informations_in(session: Session, *, document_id: str, on: date) -> Sequence[str]:
    """Return the ids of the informations that a document carries on a day."""
    found = select(DocumentInformation.information_id).where(
        DocumentInformation.document_id == document_id,
        DocumentInformation.replaced_at.is_(None),
        or_(DocumentInformation.from_on.is_(None), DocumentInformation.from_on <= on),
        or_(DocumentInformation.until_on.is_(None), DocumentInformation.until_on > on),
    )
    return session.scalars(found.order_by(DocumentInformation.information_id)).all()


def carried(session: Session, *, document_id: str, information_id: str) -> DocumentInformation | None:
    """Return the row by which a document carries an information with no end known, or None."""
    found = select(DocumentInformation).where(
        DocumentInformation.document_id == document_id,
        DocumentInformation.information_id == information_id,
        DocumentInformation.until_on.is_(None),
        DocumentInformation.replaced_at.is_(None),
    )
    return session.scalars(found).first()


def contents_of(session: Session, *, document_id: str) -> Sequence[DocumentInformation]:
    """Return what a document carries, or carried, as known now."""
    found = select(DocumentInformation).where(DocumentInformation.document_id == document_id, DocumentInformation.replaced_at.is_(None))
    return session.scalars(found.order_by(DocumentInformation.information_id, DocumentInformation.id)).all()


def same_designation(session: Session, *, designation_id: str) -> Sequence[str]:
    """Return the ids under which a designation and its corrections were recorded; what follows it may name any of them."""
    row = require_known(session, Designation, designation_id, word="designation")
    rows = session.execute(select(Designation.id, Designation.replaces).where(Designation.information_id == row.information_id))
    replaces = {each.id: each.replaces for each in rows}
    first = first_recorded(replaces, designation_id)
    return [each for each in replaces if first_recorded(replaces, each) == first]


def follow(session: Session, model: type[Following], *, designation_id: str) -> Sequence[Following]:
    """Return what followed a designation (partial liftings, reviews and so on), the earliest first."""
    ids = same_designation(session, designation_id=designation_id)
    return session.scalars(select(model).where(model.designation_id.in_(ids)).order_by(model.on, model.changed_index, model.id)).all()


def cabinet_refusals(session: Session, *, designation_id: str) -> Sequence[date]:
    """Return the days on which the Cabinet refused its approval for a designation."""
    return [each.on for each in follow(session, CabinetRefusal, designation_id=designation_id)]


def goes_to_the_archives(session: Session, *, information_id: str) -> date | None:
    """Return since when the files on an information go to the National Archives (Act 4(6)), or None."""
    found = (
        select(CabinetRefusal.on)
        .join(Designation, Designation.id == CabinetRefusal.designation_id)
        .where(Designation.information_id == information_id)
    )
    return session.scalars(found.order_by(CabinetRefusal.on)).first()


def require_document_disposable(session: Session, *, document_id: str) -> None:
    """Refuse to destroy a document that carries, or ever carried, what goes to the National Archives.

    Raises DesignationRefusedError (requirement_not_met, Act 4(6)), UnknownIdError.
    """
    document(session, document_id=document_id)
    for information_id in sorted({row.information_id for row in contents_of(session, document_id=document_id)}):
        require_disposable(refused_on=goes_to_the_archives(session, information_id=information_id))


def grounds_of(session: Session, *, designation_id: str) -> DesignationGrounds | None:
    """Return the reasons recorded for a designation, or None."""
    ids = same_designation(session, designation_id=designation_id)
    return session.scalars(select(DesignationGrounds).where(DesignationGrounds.designation_id.in_(ids))).first()


def marking_of(session: Session, *, designation_id: str, on: date) -> str | None:
    """Return whether a designation is shown by a mark or told by notice on a day; None where that is not recorded."""
    row = require_known(session, Designation, designation_id, word="designation")
    switched = any(each.on <= on for each in follow(session, MarkingSwitch, designation_id=designation_id))
    return "marking" if switched else row.marking


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """A designation that stands, when its reasons were last looked at, and the last day for the next time."""

    designation_id: str
    information_id: str
    last_on: date
    due_on: date


def reviews_due(session: Session, *, organ_id: str, on: date, at: datetime) -> Sequence[ReviewDue]:
    """Return an organ's standing designations with the last day for their next review, the most urgent first."""
    found = []
    for row in session.scalars(select(Designation).where(Designation.organ_id == organ_id, Designation.known(at))):
        state = next(each for each in designations_of(session, information_id=row.information_id, at=at) if each.id == row.id)
        if not state.in_force(on):
            continue
        reviewed = [each.on for each in follow(session, Review, designation_id=row.id) if each.on <= on]
        last = max(reviewed, default=row.designated_on)
        found.append(ReviewDue(row.id, row.information_id, last, next_review(last)))
    return sorted(found, key=lambda each: (each.due_on, each.designation_id))


def doubts_of(session: Session, *, information_id: str) -> Sequence[Doubt]:
    """Return what staff reported of an information's designation, by the number on its marks, the earliest first."""
    row = information(session, information_id=information_id)
    if row.number is None:
        return []
    return session.scalars(select(Doubt).where(Doubt.number == row.number).order_by(Doubt.on, Doubt.id)).all()


def still_carried(session: Session, *, document_id: str) -> Sequence[str]:
    """Return the informations that a document carries or will carry, with no end known: what is made from it inherits them."""
    return [row.information_id for row in contents_of(session, document_id=document_id) if row.until_on is None]


def found_without(session: Session, *, information_id: str) -> Sequence[str]:
    """Return the documents that a custodian found not to carry an information."""
    return session.scalars(select(NarrowerFinding.document_id).where(NarrowerFinding.information_id == information_id).distinct()).all()


def made_from(session: Session, *, document_id: str) -> Sequence[str]:
    """Return the documents from which a copy or a compilation was made."""
    return session.scalars(select(Source.source_id).where(Source.document_id == document_id).order_by(Source.source_id)).all()


def derived_from(session: Session, *, document_id: str) -> Sequence[str]:
    """Return every document that was made from one, however many steps away; each once."""
    found: list[str] = []
    waiting = [document_id]
    while waiting:
        sources = waiting
        waiting = [
            each
            for each in session.scalars(select(Source.document_id).where(Source.source_id.in_(sources)).order_by(Source.document_id))
            if each not in found and each != document_id
        ]
        found += dict.fromkeys(waiting)
    return found
