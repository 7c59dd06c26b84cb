"""Notes and findings on entries: an auditor states a finding, whoever keeps the matter answers it, an auditor closes it.

Each step is an entry. Its words are disclosed beside it under the key of the person whom the entry in question is about, so
that they go with that person's record, and can be sealed like all others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.actor import Actor
from service.database import Base
from service.evidence import lookups
from service.evidence.model import ANSWERERS, Remark, RemarkStep
from service.identity.account_model import Account
from service.ledger import Draft, Kind, Log, begin_act, record
from service.personnel.model import new_id
from service.personnel.rules import AlreadyEndedError, UnknownIdError, require_words
from service.statute.refusals import Refusal

MOST = 200
LONGEST = 2_000


class FindingRefusedError(Refusal):
    """A step of a finding that does not come now, or not from this person."""

    slug = "finding-refused"


@dataclass(frozen=True, slots=True)
class About:
    """What a remark is about: an entry, and the query by which it was found."""

    entry: int
    query_id: str | None = None


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whose answer a finding asks for: a role in an organization."""

    organization_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody said of a matter, and the entry that holds it; `words` None where they were destroyed."""

    step: str
    account_id: str
    at: datetime
    index: int
    words: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A note or finding with all that was said of it, in order."""

    row: Remark
    steps: list[Step] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Return `note`, or how far a finding came: stated, answered, closed."""
        return "note" if self.row.sort == "note" else self.steps[-1].step


def note_entry(session: Session, *, log: Log, actor: Actor, at: datetime, about: About, words: str) -> str:
    """Note something on an entry and return the note's id. Raises UnknownIdError, ValueError for blank words."""
    row = Remark(id=new_id(), sort="note", entry=about.entry, query_id=about.query_id, account_id=actor.id, made_at=at)
    _say(session, log=log, actor=actor, at=at, kind=Kind.NOTE_MADE, remark=row, row=row, words=words)
    return row.id


def state_finding(session: Session, *, log: Log, actor: Actor, at: datetime, about: About, addressed: Addressed, words: str) -> str:
    """State a finding on an entry, for whoever keeps the matter to answer, and return its id.

    Raises UnknownIdError, ValueError for blank words and for a role that answers none.
    """
    if addressed.role not in ANSWERERS:
        message = f"role: one of {', '.join(ANSWERERS)}"
        raise ValueError(message)
    row = Remark(
        id=new_id(),
        sort="finding",
        entry=about.entry,
        query_id=about.query_id,
        account_id=actor.id,
        organization_id=addressed.organization_id,
        role=addressed.role,
        made_at=at,
    )
    _say(session, log=log, actor=actor, at=at, kind=Kind.FINDING_STATED, remark=row, row=row, words=words)
    return row.id


def answer_finding(session: Session, *, log: Log, actor: Actor, at: datetime, remark_id: str, words: str) -> int:
    """Answer a finding, once, and return the index of the entry.

    Raises UnknownIdError, FindingRefusedError (answered_by_its_author), AlreadyEndedError, ValueError.
    """
    begin_act(session)
    row = finding(session, remark_id)
    if row.account_id == actor.id or _person_of(session, row.account_id) == actor.person_id:
        reason = "answered_by_its_author"
        raise FindingRefusedError(reason)
    return _step(session, log=log, actor=actor, at=at, remark=row, step="answered", words=words)


def close_finding(session: Session, *, log: Log, actor: Actor, at: datetime, remark_id: str, words: str) -> int:
    """Close a finding that was answered and return the index of the entry.

    Raises UnknownIdError, FindingRefusedError (not_answered, closed_by_its_answerer), AlreadyEndedError, ValueError.
    """
    begin_act(session)
    row = finding(session, remark_id)
    answer = _steps(session, [row.id]).get(row.id, {}).get("answered")
    if answer is None:
        reason = "not_answered"
        raise FindingRefusedError(reason)
    if answer.account_id == actor.id or _person_of(session, answer.account_id) == actor.person_id:
        reason = "closed_by_its_answerer"
        raise FindingRefusedError(reason)
    return _step(session, log=log, actor=actor, at=at, remark=row, step="closed", words=words)


def finding(session: Session, remark_id: str) -> Remark:
    """Return a finding. Raises UnknownIdError."""
    row = session.get(Remark, remark_id)
    if row is None or row.sort != "finding":
        raise UnknownIdError(message="no finding has this id", facts={"finding_id": remark_id})
    return row


def remarks(
    session: Session, *, log: Log, entry: int | None = None, query_id: str | None = None, addressed: Collection[Addressed] | None = None
) -> list[Told]:
    """Return notes and findings, the newest first: on an entry, of a query; with `addressed`, the findings for these roles alone."""
    found = select(Remark).order_by(Remark.changed_index.desc()).limit(MOST)
    if entry is not None:
        found = found.where(Remark.entry == entry)
    if query_id is not None:
        found = found.where(Remark.query_id == query_id)
    if addressed is not None:
        found = found.where(Remark.organization_id.in_({one.organization_id for one in addressed}))
    rows = [
        row
        for row in session.scalars(found)
        if addressed is None or any((row.organization_id, row.role) == (one.organization_id, one.role) for one in addressed)
    ]
    steps = _steps(session, [row.id for row in rows])
    return [_told(session, log, row, steps.get(row.id, {})) for row in rows]


def _told(session: Session, log: Log, row: Remark, steps: Mapping[str, RemarkStep]) -> Told:
    first = "noted" if row.sort == "note" else "stated"
    said: list[tuple[str, Remark | RemarkStep]] = [(first, row), *((name, steps[name]) for name in ("answered", "closed") if name in steps)]
    return Told(
        row, [Step(name, one.account_id, one.made_at, one.changed_index, _words(session, log, one.changed_index)) for name, one in said]
    )


def _words(session: Session, log: Log, index: int) -> str | None:
    clear = lookups.entry(session, index=index)
    opened = [] if clear is None else lookups.opened(session, log=log, clear=clear)
    return next((str(one.value["words"]) for one in opened if one.name == "note"), None)


def _steps(session: Session, ids: Sequence[str]) -> dict[str, dict[str, RemarkStep]]:
    found: dict[str, dict[str, RemarkStep]] = {}
    for row in session.scalars(select(RemarkStep).where(RemarkStep.remark_id.in_(ids))):
        found.setdefault(row.remark_id, {})[row.step] = row
    return found


def _person_of(session: Session, account_id: str) -> str | None:
    row = session.get(Account, account_id)
    return None if row is None else row.person_id


def _step(session: Session, *, log: Log, actor: Actor, at: datetime, remark: Remark, step: str, words: str) -> int:
    if step in _steps(session, [remark.id]).get(remark.id, {}):
        raise AlreadyEndedError(message=f"the finding was {step} already", facts={"finding_id": remark.id})
    row = RemarkStep(id=new_id(), remark_id=remark.id, step=step, account_id=actor.id, made_at=at)
    kind = Kind.FINDING_ANSWERED if step == "answered" else Kind.FINDING_CLOSED
    return _say(session, log=log, actor=actor, at=at, kind=kind, remark=remark, row=row, words=words)


def _say(session: Session, *, log: Log, actor: Actor, at: datetime, kind: Kind, remark: Remark, row: Base, words: str) -> int:
    begin_act(session)
    require_words(words=words)
    if len(words) > LONGEST:
        message = f"words: at most {LONGEST} characters"
        raise ValueError(message)
    clear = lookups.entry(session, index=remark.entry) if 0 <= remark.entry < 2**53 else None
    if clear is None:
        raise UnknownIdError(message="the log has no such entry", facts={"entry": str(remark.entry)})
    note: dict[str, Any] = {"words": words, "entry": remark.entry}
    # Whom the entry is about is not said in clear: what is found about somebody is not read off the log.
    subject = str(clear.get("person") or lookups.sealed_for(session, clear=clear) or "log")
    draft = Draft(kind=kind, actor=actor, at=at, object=remark.id, organization=remark.organization_id, subject=subject, note=note)
    return record(session, log=log, draft=draft, rows=[row])
