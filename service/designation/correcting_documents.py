"""Putting a registered document right: its number and title, what it carries and since when, or that it never was one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from service.actor import Actor
from service.designation import queries
from service.designation.model import Document, DocumentInformation, NarrowerFinding
from service.designation.narrowing import contents_narrow
from service.designation.operations.documents import first_day, inherited
from service.ledger import Draft, Kind, Log, begin_act
from service.personnel.corrections import (
    Amended,
    Columns,
    Grounds,
    Pair,
    amending,
    changes_of,
    columns_of,
    put_right,
    replacing,
    require_something,
)
from service.personnel.model import new_id
from service.personnel.rules import require_order, require_words
from service.statute.periods import legal_day

Emptied = Literal["number", "title"]


def correct_document(
    session: Session,
    *,
    log: Log,
    actor: Actor,
    at: datetime,
    document_id: str,
    grounds: Grounds,
    number: str | None = None,
    title: str | None = None,
    carries: Collection[str] | None = None,
    from_on: date | None = None,
    without: Sequence[Emptied] | None = None,
    never_was: bool = False,
) -> str:
    """Put a registered document right and return its id, which stays.

    `carries` says anew all that it carries, and carried: what is added reaches what was made from it, what is left out
    does not, for each of those has its own finding. `from_on` is the day from which it carries anything. A document that
    `never_was` carries nothing and is opened by nobody. Raises UnknownIdError, and ValueError for a document that would
    carry nothing otherwise, for days that cannot be, or where nothing is put right.
    """
    begin_act(session)
    require_words(number=number, title=title)
    given = {"number": number, "title": title}
    plan = _plan(session, at, document_id, given, carries=carries, from_on=from_on, without=without, never_was=never_was)
    row = plan.document
    draft = Draft(
        kind=Kind.DOCUMENT_CORRECTED,
        actor=actor,
        at=at,
        object=row.id,
        organization=row.organization_id,
        subject=next((one.information_id for one in plan.before), None) or "log",
    )
    findings = [_finding(row.id, information_id, legal_day(at), grounds) for information_id in plan.left_out]
    derived = [each for one in plan.added for each in inherited(session, row.id, one.information_id, one.from_on, at=at)]
    more = [*(one for one in plan.added if one.replaces is None), *derived, *findings]
    put_right(session, log=log, draft=draft, pairs=plan.pairs, grounds=grounds, more=more, amended=plan.amended)
    return row.id


def widens_document(
    session: Session,
    *,
    at: datetime,
    document_id: str,
    number: str | None = None,
    title: str | None = None,
    carries: Collection[str] | None = None,
    from_on: date | None = None,
    without: Sequence[Emptied] | None = None,
    never_was: bool = False,
    **_rest: object,
) -> bool:
    """Say whether such a correction may let somebody do more. Raises as `correct_document` does.

    Another number does: by it a paper is taken for the document that is registered.
    """
    given = {"number": number, "title": title}
    plan = _plan(session, at, document_id, given, carries=carries, from_on=from_on, without=without, never_was=never_was)
    if any("number" in one.changes for one in plan.amended):
        return True
    return not contents_narrow([columns_of(row) for row in plan.before], plan.after)


@dataclass(slots=True)
class _Plan:
    """What a correction does to a document and to what it carries."""

    document: Document
    before: Sequence[DocumentInformation]
    amended: Sequence[Amended] = ()
    pairs: list[Pair] = field(default_factory=list)
    added: list[DocumentInformation] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def after(self) -> list[Columns]:
        """What the document carries once it is put right."""
        replaced = {pair.old.id for pair in self.pairs}
        standing = [row for row in self.before if row.id not in replaced]
        made = [pair.new for pair in self.pairs if pair.new is not None and pair.new not in self.added]
        return [columns_of(row) for row in (*standing, *made, *self.added)]


def _plan(
    session: Session,
    at: datetime,
    document_id: str,
    given: dict[str, Any],
    *,
    carries: Collection[str] | None,
    from_on: date | None,
    without: Sequence[str] | None,
    never_was: bool,
) -> _Plan:
    row = queries.document(session, document_id=document_id)
    plan = _Plan(row, queries.contents_of(session, document_id=document_id))
    if never_was:
        if carries is not None or from_on is not None or without or any(value is not None for value in given.values()):
            message = "never_was: of a document that never was nothing else is put right"
            raise ValueError(message)
        plan.pairs = [Pair(one, None) for one in plan.before]
        require_something(plan.pairs)
        return plan
    plan.amended = amending(row, changes_of(given, without))
    if carries is not None:
        _recarried(session, plan, carries, at=at)
    if from_on is not None:
        _begun(session, plan, from_on, at=at)
    require_something(plan.amended, plan.pairs, plan.added)
    return plan


def _recarried(session: Session, plan: _Plan, carries: Collection[str], *, at: datetime) -> None:
    """Leave out what a document never carried, and add what it did all along."""
    wanted = {queries.information(session, information_id=one).id for one in carries}
    if not wanted:
        message = "carries: a document carries at least one information; one that never was is put right as such"
        raise ValueError(message)
    first = first_day(session, plan.document.id)
    wrong = [row for row in plan.before if row.until_on is None and row.information_id not in wanted]
    missing = sorted(wanted - {row.information_id for row in plan.before if row.until_on is None})
    plan.left_out = sorted({row.information_id for row in wrong})
    for place, row in enumerate(wrong):
        # Where one was taken for another, the right one stands in its place, and a look back sees both.
        swapped = replacing(row, at=at, changes={"information_id": missing[place]}) if place < len(missing) else None
        plan.pairs.append(Pair(row, swapped))
        plan.added += [swapped] if swapped is not None else []
    for information_id in missing[len(wrong) :]:
        made = DocumentInformation(id=new_id(), document_id=plan.document.id, information_id=information_id, from_on=first, recorded_at=at)
        plan.added.append(made)


def _begun(session: Session, plan: _Plan, from_on: date, *, at: datetime) -> None:
    """Let a document carry what it carried from its first day on from another."""
    first = first_day(session, plan.document.id)
    pairs = {pair.old.id: pair for pair in plan.pairs}
    for row in plan.before:
        if row.from_on != first or from_on == first:
            continue
        pair = pairs.get(row.id)
        if pair is None:
            plan.pairs.append(Pair(row, replacing(row, at=at, changes={"from_on": from_on})))
            require_order(from_on=from_on, until_on=row.until_on)
        elif pair.new is not None:
            pair.new.from_on = from_on
    for made in plan.added:
        made.from_on = from_on if made.from_on == first else made.from_on


def _finding(document_id: str, information_id: str, on: date, grounds: Grounds) -> NarrowerFinding:
    """Return the finding that keeps what was left out from coming back by what the document was made from."""
    return NarrowerFinding(
        id=new_id(),
        document_id=document_id,
        information_id=information_id,
        on=on,
        finding="registered_in_error",
        finding_number=grounds.reference,
    )
