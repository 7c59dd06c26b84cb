"""Marks and labels of what stands, or of what has ended, for whoever keeps it; and what staff doubted of a designation."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.acts.concerning import OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import reaches
from service.acts.reading.seeing import seers
from service.acts.table import MANAGER
from service.designation.labels import Label
from service.designation.model import Designation, Doubt
from service.designation.queries import doubts_of, information_state, informations_in
from service.identity.desk import Seated
from service.personnel.model import Organization
from service.statute.periods import legal_day

Marked = Literal["information_id", "document_id"]


def labels_of(session: Session, seated: Seated, *, word: Marked, value: str) -> Sequence[Label]:
    """Return the labels of an information or a document: of all that it carries and that still stands, else of what has ended.

    Raises NotAllowedError, OutsideError, and UnfitError where nothing of it is designated under a number.
    """
    held = seers(seated, "title")
    if not reaches(session, held, word, value, at=seated.at):
        raise OutsideError(word)
    carried = [value] if word == "information_id" else informations_in(session, document_id=value, on=legal_day(seated.at))
    found = [label for one in carried for label in _labels(session, one, seated)]
    if not found:
        message = f"{word}: nothing of it is designated under a number, so that there is no mark"
        raise UnfitError(message)
    standing = [one for one in found if one.state == "designated"]
    return standing or found


def doubts_about(session: Session, seated: Seated, *, information_id: str) -> Sequence[Doubt]:
    """Return what staff doubted of a designation, the earliest first. Raises NotAllowedError, OutsideError."""
    require_any_role(seated.member, {MANAGER})
    held = [one for one in seated.member.roles if one.role == MANAGER]
    if not reaches(session, held, "information_id", information_id, at=seated.at):
        word = "information_id"
        raise OutsideError(word)
    return doubts_of(session, information_id=information_id)


def together(labels: Sequence[Label]) -> Label:
    """Return one label for everything that stands, until the last of it ends."""
    last = max(labels, key=lambda one: str(one.last_day))
    return Label(
        state=last.state,
        numbers=[number for one in labels for number in one.numbers],
        organs=[organ for one in labels for organ in one.organs],
        last_day=last.last_day,
        classes=[code for one in labels for code in one.classes],
        originators=[name for one in labels for name in one.originators],
    )


def _labels(session: Session, information_id: str, seated: Seated) -> list[Label]:
    """Return the label of an information, of its standing designations or else of the one that ended last; none without a number."""
    today = legal_day(seated.at)
    state = information_state(session, information_id=information_id, at=seated.at)
    made = [one for one in state.designations if one.on <= today]
    shown = [one for one in made if one.in_force(today)] or sorted(made, key=lambda one: one.ended_on(today))[-1:]
    if not shown or state.information.number is None:
        return []
    rows = session.scalars(select(Designation).where(Designation.id.in_([one.id for one in shown]))).all()
    last = max(shown, key=lambda one: one.last_day_as_of(today))
    return [
        Label(
            state="designated" if last.in_force(today) else _ended(last.end_mark(today)),
            numbers=[state.information.number],
            organs=_names(session, [row.organ_id for row in rows]),
            last_day=last.last_day_as_of(today),
            classes=[row.class_ for row in rows if row.class_ is not None],
            originators=_names(session, [row.originator_id for row in rows if row.originator_id is not None]),
        )
    ]


def _ended(word: str) -> Literal["expired", "lifted"]:
    return "lifted" if word == "lifted" else "expired"


def _names(session: Session, organizations: Sequence[str]) -> list[str]:
    return [session.get_one(Organization, one).name for one in sorted(set(organizations))]
