"""Informations and documents that words find, within somebody's reach."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.acts.reach import reaches
from service.database import read
from service.designation.model import Document, Information
from service.identity.desk import Seated
from service.identity.entitlements import TABLE
from service.identity.members import Held


def found_titles(seated: Seated, *, words: str, limit: int) -> tuple[list[Information], list[Document]]:
    """Return the informations and the documents whose title, number or id contains words; none for whom titles are not to be seen."""
    held = [one for one in seated.member.roles if TABLE[one.role].get("title") == "yes"]
    if not held or not words:
        return [], []
    with read(seated.desk.engine) as session:
        informations = islice(_reached(session, seated, held, Information, "information_id", words), limit)
        documents = islice(_reached(session, seated, held, Document, "document_id", words), limit)
        return list(informations), list(documents)


def _reached(session: Session, seated: Seated, held: Sequence[Held], model: Any, word: str, words: str) -> Iterator[Any]:
    columns = [column for column in (model.title, model.id, getattr(model, "number", None)) if column is not None]
    found = select(model).where(or_(*(column.contains(words, autoescape=True) for column in columns))).order_by(model.id)
    return (row for row in session.scalars(found) if reaches(session, held, word, row.id, at=seated.at))
