"""Letters between an organ and an operator: certification, the annex of a contract, changes reported beforehand (Act 10)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.evidence.letters import naming
from service.evidence.letters.paper import Letter, written_day
from service.provision.model import Certification, CertifiedChange, Contract, ContractInformation, ContractItem
from service.provision.rules import CONTRACT_ITEMS
from service.statute.citations import cite
from service.statute.periods import ONE_DAY


def certification_notice(session: Session, subject: str, _at: datetime) -> Letter | None:
    """Return an organ's notice that an operator meets the criteria (Act 10(1), Order 16)."""
    row = session.get(Certification, subject)
    if row is None:
        return None
    return Letter(
        title="適合事業者の認定について（通知）",
        day=row.certified_on,
        to=naming.addressed(session, row.operator_id),
        sender=naming.addressed(session, row.organ_id),
        number=row.document_number,
        on=row.letter_on,
        body=(
            "貴社は、重要経済安保情報の保護のために必要な施設設備を設置していることその他政令で定める基準に適合すると認められるので、下記のとおり通知します。",
        ),
        items=(
            ("認定の年月日", written_day(row.certified_on)),
            ("認定を受けた者", naming.organization(session, row.operator_id)),
            ("認定の条件・備考", None),
        ),
        notes=("認定に係る事項に変更があるときは、あらかじめ報告してください。",),
        basis="法第10条第1項、施行令第16条",
    )


def contract_annex(session: Session, subject: str, _at: datetime) -> Letter | None:
    """Return the annex of a contract: what it covers, for how long, and where it fixes each thing that it must fix (Act 10(3))."""
    row = session.get(Contract, subject)
    if row is None:
        return None
    covered = session.scalars(select(ContractInformation.information_id).where(ContractInformation.contract_id == row.id))
    numbers = sorted({naming.information_number(session, one) for one in covered})
    kept = {one.item: one for one in session.scalars(select(ContractItem).where(ContractItem.contract_id == row.id))}
    rows = tuple(
        (
            naming.ITEMS[item],
            cite(citation).ja(),
            kept[item].clause or "" if item in kept else "",
            written_day(kept[item].settled_on) or "未定" if item in kept else "",
        )
        for item, citation in CONTRACT_ITEMS.items()
    )
    last = None if row.until_on is None else row.until_on - ONE_DAY
    term = None if row.return_until_on is None else row.return_until_on - ONE_DAY
    return Letter(
        title="重要経済安保情報の取扱いに関する契約　別紙",
        day=row.from_on,
        sender=(naming.organization(session, row.organ_id), naming.organization(session, row.operator_id)),
        number=row.number,
        dated=False,
        items=(
            ("対象となる重要経済安保情報", "、".join(numbers)),
            ("契約の期間", f"{written_day(row.from_on)}から{written_day(last) or '　　　　'}まで"),
            ("返却・廃棄の期限", written_day(term)),
        ),
        headings=("契約に定める事項", "根拠", "契約の条項", "定めた日"),
        rows=rows,
        basis="法第10条第3項、施行令第17条",
    )


def change_report(session: Session, subject: str, _at: datetime) -> Letter | None:
    """Return an operator's report of a change of what its certification rests on."""
    row = session.get(CertifiedChange, subject)
    if row is None:
        return None
    return Letter(
        title="認定に係る事項の変更について（報告）",
        day=row.reported_on or row.due_on,
        to=naming.addressed(session, row.organ_id),
        sender=naming.addressed(session, row.operator_id),
        number=row.report_number or row.number,
        on=row.reported_on,
        body=("適合事業者の認定に係る事項について、下記のとおり変更することとしたので、あらかじめ報告します。",),
        items=(
            ("変更する事項", naming.MATTERS[row.matter]),
            ("変更を予定する年月日", written_day(row.planned_on)),
            ("報告の期限", written_day(row.due_on)),
            ("変更前", None),
            ("変更後", None),
            ("変更の理由", None),
        ),
        basis="法第10条第1項、施行令第16条",
    )
