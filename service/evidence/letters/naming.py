"""How letters call what they speak of: organizations with who decides in them, informations, documents, people, codes."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.designation.model import Document, DocumentInformation, Information
from service.personnel.model import Organization, Person
from service.registers.declared import CODES
from service.registers.model import Line

HEAD: Mapping[str, str] = MappingProxyType({"organ": "行政機関の長", "police": "警察本部長", "operator": "代表者"})
"""Who receives and sends an organization's letters, by its kind; the name of the office is the organization's own to add."""
CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "measures": "外部から行われる行為への措置・計画・研究",
        "vulnerability": "脆弱性・革新的技術その他の重要な情報",
        "foreign": "外国の政府又は国際機関からの情報",
        "collection": "収集整理又はその能力",
    }
)
MATTERS: Mapping[str, str] = MappingProxyType({"officer": "役員", "place": "場所", "rule": "規程", "facility": "施設設備"})
ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "handler_scope": "取扱者の範囲",
        "person_in_charge": "管理する者の指名",
        "facilities": "施設設備の設置",
        "education": "従業者の教育",
        "hand_over": "求めに応じた提供",
        "marking": "表示又は通知",
        "expiry": "有効期間の満了の際の措置",
        "extension": "有効期間の延長の際の措置",
        "lifting": "指定の解除の際の措置",
        "doubt_report": "疑いを生じさせる事情の報告",
        "entry_and_devices": "立入り及び機器の持込みの制限",
        "computers": "電子計算機の使用の制限",
        "treatment": "作成、運搬、交付、保管及び廃棄の制限",
        "communication": "伝達の方法の制限",
        "inspection": "検査",
        "emergency_destruction": "緊急の場合の廃棄",
        "incidents": "紛失その他の事故の際の措置",
        "other_measures": "その他運用基準で定める措置",
    }
)
"""What a contract must fix (Act 10(3), Order 17), as its annex calls it."""


def organization(session: Session, organization_id: str | None) -> str:
    """Return an organization's name, or an empty text for none."""
    row = session.get(Organization, organization_id) if organization_id is not None else None
    return "" if row is None else row.name


def addressed(session: Session, organization_id: str) -> tuple[str, ...]:
    """Return an organization as an address or sender: its name, and who decides in it."""
    row = session.get_one(Organization, organization_id)
    return (row.name, HEAD[row.kind]) if row.kind in HEAD else (row.name,)


def information_number(session: Session, information_id: str) -> str:
    """Return the number by which an information goes."""
    return session.get_one(Information, information_id).number or information_id


def information_title(session: Session, information_id: str) -> str | None:
    """Return the title of an information, which reveals nothing of it."""
    return session.get_one(Information, information_id).title


def person(session: Session, person_id: str | None) -> str | None:
    """Return a person's legal name exactly as it was entered; None for nobody."""
    return None if person_id is None else session.get_one(Person, person_id).legal_name


def document(session: Session, row: Line) -> tuple[tuple[str, str | None], ...]:
    """Return what a letter tells of the document of a register's line: designation numbers, title, registration number."""
    if row.document_id is None:
        return ()
    paper = session.get_one(Document, row.document_id)
    carried = select(DocumentInformation.information_id).where(
        DocumentInformation.document_id == row.document_id,
        DocumentInformation.until_on.is_(None),
        DocumentInformation.replaced_at.is_(None),
    )
    numbers = sorted({information_number(session, one) for one in session.scalars(carried)})
    entered = select(Line.serial).where(
        Line.organization_id == row.organization_id, Line.kind == "document", Line.document_id == row.document_id, Line.struck_on.is_(None)
    )
    serial = session.scalars(entered).first()
    return (
        ("指定の整理番号", "、".join(numbers)),
        ("件名", paper.title or paper.number or paper.id),
        ("登録番号", None if serial is None else f"第{serial}号"),
    )


def coded(code: object) -> str | None:
    """Return a code of a register's line in words; None for none."""
    return None if code is None else CODES[str(code)][0] if str(code) in CODES else str(code)
