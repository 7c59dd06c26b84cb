"""Lists as letters: handlers of one information, candidates for an organ's assessment, and any register as its form has it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.model import Candidate
from service.evidence.letters import naming
from service.evidence.letters.paper import Letter
from service.evidence.sheets import Sheet
from service.need_to_know.queries import roll
from service.personnel.model import Person, Post, Unit
from service.statute.eras import in_era
from service.statute.periods import legal_day

HANDLERS = ("番号", "氏名", "ふりがな", "所属", "官職・役職", "派遣元", "取扱いの範囲", "開始日", "最終日", "業務", "文書番号")
ACTIONS = {
    "read": "閲覧",
    "list": "件名の閲覧",
    "make": "作成",
    "communicate": "伝達",
    "transmit": "送信",
    "carry_out": "持出し",
    "dispose": "廃棄",
    "return": "返却",
}


def handler_list(session: Session, organization_id: str, information_id: str, at: datetime) -> Letter:
    """Return the list of handlers of an organization for one information as it stands that day; nothing of any assessment."""
    today = legal_day(at)
    lines = roll(session, information_id=information_id, organization_id=organization_id, on=today, at=at)
    rows = tuple(
        (
            str(one.number),
            one.name,
            one.kana,
            one.units,
            one.posts,
            one.dispatched_by,
            "、".join(ACTIONS.get(part.strip(), part.strip()) for part in one.actions.split(",")) if one.actions else "",
            in_era(one.from_on) if one.from_on else "",
            in_era(one.last_day) if one.last_day else "",
            one.task,
            one.reference,
        )
        for one in lines
    )
    title = naming.information_title(session, information_id)
    return Letter(
        title="取扱者名簿",
        day=today,
        sender=naming.addressed(session, organization_id),
        on=today,
        body=(f"重要経済安保情報　{' '.join(one for one in (naming.information_number(session, information_id), title) if one)}",),
        headings=HANDLERS,
        rows=rows,
        basis="法第5条第1項、第10条第4項",
    )


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


def as_list(sheet: Sheet, *, sender: tuple[str, ...], at: datetime) -> Letter:
    """Return a register as a list to be printed."""
    return Letter(
        title=sheet.title,
        day=legal_day(at),
        sender=sender,
        on=legal_day(at),
        headings=sheet.headings,
        rows=sheet.rows,
        basis="" if sheet.basis is None else sheet.basis.ja(),
    )
