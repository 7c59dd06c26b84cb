"""The list of candidates that an organization hands to the organ that assesses (Act 12(1)): of those who agreed alone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.model import Candidate
from service.evidence.letters import naming
from service.evidence.letters.paper import Letter
from service.personnel.model import Person, Post, Unit
from service.statute.eras import in_era
from service.statute.periods import legal_day

CANDIDATES = ("番号", "氏名", "ふりがな", "生年月日", "所属", "官職・役職", "派遣元", "本人の同意の日", "従事する予定の業務", "備考")


def candidate_list(session: Session, candidates: Sequence[Candidate], *, organization_id: str, head_id: str, at: datetime) -> Letter:
    """Return the list of candidates that an organization hands to the organ that assesses: of those who agreed, and nobody else."""
    today = legal_day(at)
    rows = tuple(_candidate(session, number, row, at) for number, row in enumerate(candidates, start=1))
    return Letter(
        title="適性評価候補者名簿",
        day=today,
        to=naming.addressed(session, head_id),
        sender=naming.addressed(session, organization_id),
        body=("下記の者について、名簿への登載に本人の同意を得たので、適性評価の実施に当たり提出します。",),
        headings=CANDIDATES,
        rows=rows,
        notes=("従事する予定の業務及び備考は、手書きで記入してください。",),
        basis="法第12条第1項",
    )


def _candidate(session: Session, number: int, row: Candidate, at: datetime) -> tuple[str, ...]:
    person = session.get_one(Person, row.person_id)
    held = select(Post).where(Post.person_id == row.person_id, Post.organization_id == row.organization_id, Post.known(at))
    posts = [one for one in session.scalars(held.order_by(Post.id)) if one.until_on is None or legal_day(at) < one.until_on]
    units = [session.get(Unit, (row.organization_id, one.unit_id)) for one in posts if one.unit_id is not None]
    return (
        str(number),
        person.legal_name,
        person.kana or "",
        in_era(person.birth_on) if person.birth_on else "",
        "、".join(dict.fromkeys(one.name for one in units if one is not None)),
        "、".join(dict.fromkeys(one.post or one.title or "" for one in posts if one.post or one.title)),
        naming.organization(session, row.employer_id),
        in_era(row.answered_on) if row.answered_on else "",
        "",
        "",
    )
