"""What stands around an information within reach: the documents that carry it, and who gave it to whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from service.acts.concerning import concern_of_row
from service.acts.reach import reaches
from service.acts.reading.informations import InformationLine
from service.acts.reading.paging import CHUNK, MOST_SCANNED, closed
from service.acts.reading.seeing import reached, seers
from service.designation.model import Document, DocumentInformation
from service.identity.desk import Seated
from service.identity.members import Held
from service.provision.model import Condition, Contract, ContractInformation, Message, Provision
from service.provision.owed import conditions_met
from service.registers.queries import state_of
from service.registers.rules import State
from service.statute.periods import legal_day

DEEPEST = 20
MOST_BELOW = 500
"""Parts and copies that one page of documents shows; of more the rest is told by their registers."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in its tree: how deep it lies, what it is, whose, and what the registers of its holder say of it."""

    id: str
    depth: int
    kind: str
    title: str | None
    number: str | None
    organization_id: str | None
    kept: State | None


def documents_page(
    session: Session, seated: Seated, *, information_id: str, after: str | None, limit: int
) -> tuple[list[DocumentLine], str | None]:
    """Return a page of the documents that carry an information, parts and copies below each, and the cursor of the page behind it.

    Raises NotAllowedError.
    """
    held = seers(seated, "title")
    carrying = _carrying(seated, information_id)
    found: list[DocumentLine] = []
    roots, last = 0, after
    for _ in range(MOST_SCANNED // CHUNK):
        wanted = select(Document).where(Document.id.in_(carrying)).order_by(Document.id).limit(CHUNK)
        # A part of something that does not carry it itself stands by itself.
        wanted = wanted.where(or_(Document.parent_id.is_(None), Document.parent_id.not_in(carrying)))
        rows = session.scalars(wanted if last is None else wanted.where(Document.id > last)).all()
        for row in rows:
            if roots == limit:
                return found, closed(last)
            last = row.id
            if reaches(session, held, "document_id", row.id, at=seated.at):
                roots += 1
                found += _tree(session, seated, held, row)
        if len(rows) < CHUNK:
            return found, None
    return found, closed(last)


def _carrying(seated: Seated, information_id: str) -> Select[str]:
    on = legal_day(seated.at)
    return select(DocumentInformation.document_id).where(
        DocumentInformation.information_id == information_id,
        DocumentInformation.replaced_at.is_(None),
        or_(DocumentInformation.until_on.is_(None), DocumentInformation.until_on > on),
    )


def _tree(session: Session, seated: Seated, held: Sequence[Held], root: Document) -> list[DocumentLine]:
    """Return a document and what lies below it, depth first, as far as it is within reach."""
    below: dict[str, list[Document]] = {}
    level, count = [root.id], 0
    for _ in range(DEEPEST):
        children = session.scalars(
            select(Document).where(Document.parent_id.in_(level)).order_by(Document.id).limit(MOST_BELOW - count)
        ).all()
        for child in children:
            below.setdefault(child.parent_id or "", []).append(child)
        level, count = [child.id for child in children], count + len(children)
        if not level or count >= MOST_BELOW:
            break
    found: list[DocumentLine] = []
    waiting = [(root, 0)]
    while waiting:
        row, depth = waiting.pop()
        if depth and not reaches(session, held, "document_id", row.id, at=seated.at):
            continue
        found.append(_document(session, row, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(row.id, []))]
    return found


def _document(session: Session, row: Document, depth: int) -> DocumentLine:
    kept = None if row.organization_id is None else state_of(session, organization_id=row.organization_id, document_id=row.id)
    return DocumentLine(row.id, depth, row.kind, row.title, row.number, row.organization_id, kept)


def count_documents(session: Session, seated: Seated, *, information_id: str, organizations: Collection[str]) -> int:
    """Return how many documents of some organizations carry an information today, as far as they are within reach."""
    held = seers(seated, "title")
    wanted = select(Document.id).where(Document.id.in_(_carrying(seated, information_id)), Document.organization_id.in_(organizations))
    if any(one.whole for one in held):
        return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    return sum(1 for one in session.scalars(wanted) if reaches(session, held, "document_id", one, at=seated.at))


@dataclass(frozen=True, slots=True)
class Given:
    """A provision with the conditions that were met before it and the letters that followed it."""

    row: Provision
    conditions: Sequence[Condition]
    letters: Sequence[Message]


def provisions_of(session: Session, seated: Seated, *, information_id: str) -> list[Given]:
    """Return who gave an information to whom, the earliest first, within reach. Raises NotAllowedError."""
    held = seers(seated, "title")
    found = select(Provision).where(Provision.information_id == information_id, Provision.known(seated.at))
    told = []
    for row in session.scalars(found.order_by(Provision.provided_on, Provision.id)):
        if reached(session, held, concern_of_row(session, row, by=None, at=seated.at)):
            letters = select(Message).where(
                Message.information_id == information_id, Message.giver_id == row.giver_id, Message.receiver_id == row.receiver_id
            )
            told.append(
                Given(
                    row,
                    conditions_met(session, provision_id=row.id),
                    session.scalars(letters.order_by(Message.event_on, Message.id)).all(),
                )
            )
    return told


def contracts_about(session: Session, seated: Seated, line: InformationLine) -> list[Contract]:
    """Return the contracts within reach that cover an information, the earliest first. Raises NotAllowedError."""
    held = seers(seated, "title")
    covering = select(ContractInformation.contract_id).where(ContractInformation.information_id == line.id)
    rows = session.scalars(
        select(Contract).where(Contract.id.in_(covering), Contract.known(seated.at)).order_by(Contract.from_on, Contract.id)
    )
    return [row for row in rows if reached(session, held, concern_of_row(session, row, by="id", at=seated.at))]
