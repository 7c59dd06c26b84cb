"""Notes and findings: auditors note and state, whoever keeps the matter answers, auditors close."""

from sqlalchemy.orm import Session

from service.acts.attempts import attempts_kept
from service.acts.auditing.asking import fitting
from service.acts.auditing.keeping import AUDITORS, auditing
from service.acts.concerning import Concern, OutsideError
from service.acts.entitled import require_any_role
from service.acts.reach import unreached
from service.database import read, transaction
from service.evidence import remarks
from service.evidence.model import ANSWERERS
from service.evidence.queries import query_of
from service.evidence.remarks import About, Addressed, Told
from service.identity.desk import Seated
from service.personnel.queries import organization

READERS = AUDITORS | frozenset(ANSWERERS)


def note(seated: Seated, *, index: int, words: str, query_id: str | None = None) -> str:
    """Note something on an entry and return the note's id. Raises UnknownIdError, ValueError."""
    auditing(seated)
    with fitting(), transaction(seated.desk.engine) as session:
        about = _about(session, index, query_id)
        return remarks.note_entry(session, log=seated.desk.log, actor=seated.member.actor, at=seated.at, about=about, words=words)


def state(seated: Seated, *, index: int, addressed: Addressed, words: str, query_id: str | None = None) -> str:
    """State a finding on an entry and return its id. Raises UnknownIdError, ValueError."""
    auditing(seated)
    with fitting(), transaction(seated.desk.engine) as session:
        organization(session, organization_id=addressed.organization_id)
        about = _about(session, index, query_id)
        return remarks.state_finding(
            session, log=seated.desk.log, actor=seated.member.actor, at=seated.at, about=about, addressed=addressed, words=words
        )


def answer(seated: Seated, *, finding_id: str, words: str) -> int:
    """Answer a finding as whoever keeps the matter, and return the index of the entry.

    Raises NotAllowedError, OutsideError where it is not for this role here, FindingRefusedError, AlreadyEndedError.
    """
    require_any_role(seated.member, ANSWERERS)
    with fitting(), transaction(seated.desk.engine) as session:
        row = remarks.finding(session, finding_id)
        if Addressed(str(row.organization_id), str(row.role)) not in _addressed(session, seated):
            word = "finding_id"
            raise OutsideError(word)
        return remarks.answer_finding(
            session, log=seated.desk.log, actor=seated.member.actor, at=seated.at, remark_id=finding_id, words=words
        )


def close(seated: Seated, *, finding_id: str, words: str) -> int:
    """Close a finding that was answered and return the index of the entry. Raises UnknownIdError, FindingRefusedError."""
    auditing(seated)
    with fitting(), transaction(seated.desk.engine) as session:
        return remarks.close_finding(
            session, log=seated.desk.log, actor=seated.member.actor, at=seated.at, remark_id=finding_id, words=words
        )


@attempts_kept("findings")
def told(seated: Seated, *, index: int | None = None, query_id: str | None = None) -> list[Told]:
    """Return notes and findings: for auditors all, for whoever answers the findings that are theirs, and to nobody else any.

    Raises NotAllowedError.
    """
    require_any_role(seated.member, READERS)
    with read(seated.desk.engine) as session:
        if seated.member.role_names & AUDITORS:
            return remarks.remarks(session, log=seated.desk.log, entry=index, query_id=query_id)
        return remarks.remarks(session, log=seated.desk.log, entry=index, query_id=query_id, addressed=_addressed(session, seated))


def _addressed(session: Session, seated: Seated) -> list[Addressed]:
    """Return in which organizations somebody answers in which role; a role for a part of one answers for none."""
    found = []
    for held in seated.member.roles:
        concern = Concern()
        concern.owners("organization_id", {held.organization_id})
        if held.role in ANSWERERS and held.whole and unreached(session, held, concern) is None:
            found.append(Addressed(held.organization_id, held.role))
    return found


def _about(session: Session, index: int, query_id: str | None) -> About:
    if query_id is not None:
        query_of(session, query_id)
    return About(index, query_id)
