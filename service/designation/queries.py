"""Questions about information, its designations and its documents; nothing here writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.designation.model import Closing, Designation, Document, DocumentInformation, Extension, Information
from service.designation.rules import Designated, Extended
from service.personnel.queries import require_known
from service.personnel.rules import first_recorded


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
    rows = session.scalars(select(Designation).where(Designation.information_id == information_id)).all()
    replaces = {row.id: row.replaces for row in rows}
    extensions = session.scalars(
        select(Extension)
        .where(Extension.designation_id.in_(replaces), Extension.known(at))
        .order_by(Extension.extended_on, Extension.until_on)
    ).all()
    known = select(Designation.id).where(Designation.information_id == information_id, Designation.known(at))
    counting = set(session.scalars(known))
    return [
        Designated(
            id=row.id,
            information_id=information_id,
            organ_id=row.organ_id,
            on=row.designated_on,
            until_on=row.until_on,
            extensions=tuple(
                Extended(on=each.extended_on, until_on=each.until_on)
                for each in extensions
                if first_recorded(replaces, each.designation_id) == first_recorded(replaces, row.id)
            ),
            lifted_on=row.lifted_on,
        )
        for row in sorted(rows, key=lambda row: (row.designated_on, row.id))
        if row.id in counting
    ]


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
        or_(DocumentInformation.from_on.is_(None), DocumentInformation.from_on <= on),
        or_(DocumentInformation.until_on.is_(None), DocumentInformation.until_on > on),
    )
    return session.scalars(select(Document).where(Document.id.in_(carried)).order_by(Document.id)).all()


def informations_in(session: Session, *, document_id: str, on: date) -> Sequence[str]:
    """Return the ids of the informations that a document carries on a day."""
    found = select(DocumentInformation.information_id).where(
        DocumentInformation.document_id == document_id,
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
    )
    return session.scalars(found).first()
