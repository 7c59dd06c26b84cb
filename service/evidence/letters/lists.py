"""Lists as letters: handlers of one information, and any register as its form has it."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.evidence.letters import naming
from service.evidence.letters.paper import Letter
from service.evidence.sheets import Sheet
from service.need_to_know.queries import roll
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
