"""How ready an operator is for certification (Order 16), and which changes it must report; writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.provision.model import CertifiedChange, Readiness, ReportTerm
from service.provision.rules import DEFAULT_REPORT_DAYS, READINESS_ITEMS, ReadinessItem
from service.statute.citations import Citation, cite


@dataclass(frozen=True, slots=True)
class ItemState:
    """One item of the checklist as it was last seen; `met` None where nobody has looked at it."""

    item: str
    citation: Citation
    met: bool | None
    noted_on: date | None
    evidence: tuple[str, ...]
    owner: str | None
    review_on: date | None
    review_over: bool


def readiness(session: Session, *, operator_id: str, organ_id: str | None, examined: bool, on: date) -> tuple[ItemState, ...]:
    """Return every item of Order 16 as it was last noted by a day, in the order of the list.

    `examined` asks for the organ's findings, else for the operator's own view; its lines for no organ count for every one.
    """
    mine = or_(Readiness.organ_id == organ_id, Readiness.organ_id.is_(None)) if organ_id is not None else Readiness.organ_id.is_(None)
    found = select(Readiness).where(Readiness.operator_id == operator_id, Readiness.examined.is_(examined), Readiness.noted_on <= on, mine)
    newest = {row.item: row for row in session.scalars(found.order_by(Readiness.noted_on, Readiness.changed_index))}
    return tuple(_state(item, newest.get(item), on) for item in READINESS_ITEMS)


def _state(item: ReadinessItem, row: Readiness | None, on: date) -> ItemState:
    citation = cite(READINESS_ITEMS[item])
    if row is None:
        return ItemState(item, citation, None, None, (), None, None, review_over=False)
    over = row.review_on is not None and row.review_on < on
    return ItemState(item, citation, row.met, row.noted_on, tuple(row.evidence), row.owner, row.review_on, review_over=over)


@dataclass(frozen=True, slots=True)
class Term:
    """How many days before a change it is reported; `source` None where this is only the product's default."""

    days: int
    source: str | None

    @property
    def is_default(self) -> bool:
        """Whether nobody has set it: a default of this product and not of law."""
        return self.source is None


def report_term(session: Session, *, organ_id: str, on: date) -> Term:
    """Return the term that an organ had set by a day, else the default, marked as one."""
    found = select(ReportTerm).where(ReportTerm.organ_id == organ_id, ReportTerm.from_on <= on)
    row = session.scalars(found.order_by(ReportTerm.from_on.desc(), ReportTerm.changed_index.desc())).first()
    return Term(DEFAULT_REPORT_DAYS, None) if row is None else Term(row.days, row.source)


def changes_to_report(session: Session, *, operator_id: str, on: date) -> Sequence[CertifiedChange]:
    """Return the coming changes that an operator has not reported by a day, the most urgent first; late ones stay on the list."""
    found = select(CertifiedChange).where(
        CertifiedChange.operator_id == operator_id, or_(CertifiedChange.reported_on.is_(None), CertifiedChange.reported_on > on)
    )
    return session.scalars(found.order_by(CertifiedChange.due_on, CertifiedChange.id)).all()


def changes_to_settle(session: Session, *, organ_id: str, on: date) -> Sequence[CertifiedChange]:
    """Return the changes reported to an organ by a day on which it has not yet decided, the most urgent first."""
    found = select(CertifiedChange).where(
        CertifiedChange.organ_id == organ_id,
        CertifiedChange.reported_on <= on,
        or_(CertifiedChange.settled_on.is_(None), CertifiedChange.settled_on > on),
    )
    return session.scalars(found.order_by(CertifiedChange.planned_on, CertifiedChange.id)).all()
