"""Documents at the custodian's desk: what a code that was scanned or typed names, and where each thing should be now."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import reaches
from service.database import read
from service.designation.model import Document
from service.identity.desk import Seated
from service.personnel.model import Alias
from service.registers import queries
from service.registers.model import Line
from service.registers.rules import State

KEEPERS = frozenset({"custodian", "information_manager"})
"""Who stands at the desk."""
MOST = 20
"""Things that one code may name: a registration number is one in each organization."""
LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True)
class Placed:
    """A document at an organization: its number there, what it is now, where it is kept and to whom it is lent."""

    document: Document
    organization_id: str
    state: State
    serial: int | None
    storage: Line | None
    area: Line | None
    loan: Line | None


def found_documents(seated: Seated, *, code: str) -> list[Placed]:
    """Return the documents within reach that a code names: by id, registration number, own number or alias; none where none is.

    What is out of reach is not there. Raises NotAllowedError.
    """
    require_any_role(seated.member, KEEPERS)
    words = unicodedata.normalize("NFKC", code).strip()
    if not words:
        return []
    with read(seated.desk.engine) as session:
        found = [one for document in _named(session, words) for one in _placed(session, seated, document)]
        if words.isascii() and words.isdigit():
            # A number is that of the register first: what merely has such an id comes behind.
            found.sort(key=lambda one: (one.serial != int(words), one.organization_id))
        session.expunge_all()
    return found[:MOST]


def document_at(seated: Seated, *, document_id: str) -> list[Placed]:
    """Return a document at each organization within reach. Raises OutsideError, NotAllowedError."""
    require_any_role(seated.member, KEEPERS)
    with read(seated.desk.engine) as session:
        row = session.get(Document, document_id)
        found = [] if row is None else list(_placed(session, seated, row))
        session.expunge_all()
    if not found:
        word = "document_id"
        raise OutsideError(word)
    return found


def _named(session: Session, words: str) -> list[Document]:
    """Return the documents that a code could name, wherever they are."""
    ids = {words, words.lower()}
    named = select(Alias.target_id).where(Alias.target_kind == "document", Alias.value == words, Alias.until_on.is_(None))
    wanted = or_(Document.id.in_(ids), Document.number == words, Document.id.in_(named))
    if words.isascii() and words.isdigit() and len(words) <= LONGEST_NUMBER:
        numbered = select(Line.document_id).where(Line.kind == "document", Line.serial == int(words), Line.struck_on.is_(None))
        wanted = or_(wanted, Document.id.in_(numbered))
    return list(session.scalars(select(Document).where(wanted).order_by(Document.id).limit(10 * MOST)))


def _placed(session: Session, seated: Seated, document: Document) -> Iterator[Placed]:
    """Yield a document at each organization in whose registers it stands, or whose it is, as far as a role reaches it."""
    found = select(Line).where(Line.document_id == document.id, Line.kind == "document", Line.struck_on.is_(None))
    lines = {line.organization_id: line for line in session.scalars(found)}
    owners = set(lines) | ({document.organization_id} if document.organization_id is not None else set())
    for organization_id in sorted(owners):
        held = [one for one in seated.member.roles if one.role in KEEPERS and one.organization_id == organization_id]
        if reaches(session, held, "document_id", document.id, at=seated.at):
            yield _at(session, document, organization_id, lines.get(organization_id))


def _at(session: Session, document: Document, organization_id: str, line: Line | None) -> Placed:
    here = {"organization_id": organization_id, "document_id": document.id}
    storage = queries.open_line(session, **here, kind="storage")
    area = None if storage is None or storage.of_id is None else session.get(Line, storage.of_id)
    loan = queries.open_line(session, **here, kind="loan")
    serial = None if line is None else line.serial
    return Placed(document, organization_id, queries.state_of(session, **here), serial, storage, area, loan)
