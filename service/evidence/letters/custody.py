"""Letters about documents: receipts for what is delivered or lent, certificates of what was destroyed."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.evidence.letters import naming
from service.evidence.letters.paper import Letter, written_day
from service.registers.model import Line

SIGNED = ("受領者（職・氏名・記名）", None)


def _line(session: Session, subject: str, *kinds: str) -> Line | None:
    """Return a register's line of one of some kinds that was not struck; None where there is none."""
    row = session.get(Line, subject)
    return row if row is not None and row.kind in kinds and row.struck_on is None else None


def loan_receipt(session: Session, subject: str, _at: datetime) -> Letter | None:
    """Return the receipt of whoever borrows a document, with the day by which it comes back (NPSC Rule 27(2))."""
    row = _line(session, subject, "loan")
    if row is None:
        return None
    borrower = naming.organization(session, row.party_id) or naming.person(session, row.person_id)
    return Letter(
        title="重要経済安保情報文書等借受書",
        day=row.begun_on,
        to=naming.addressed(session, row.organization_id),
        sender=(borrower or "",),
        number=row.paper,
        on=row.begun_on,
        body=("下記の重要経済安保情報文書等を借り受けました。返却期限までに返却し、期限までの間、必要な保護措置を講じます。",),
        items=(
            *naming.document(session, row),
            ("貸与の年月日", written_day(row.begun_on)),
            ("返却期限", written_day(row.due_on)),
            ("返却の年月日", written_day(row.ended_on)),
            ("運搬した者", naming.person(session, row.witness_id)),
            ("借受者（職・氏名・記名）", None),
        ),
        basis="規程（国家公安委員会規則第27条第2項参照）",
    )


def delivery_receipt(session: Session, subject: str, _at: datetime) -> Letter | None:
    """Return the receipt for a document that was delivered, to be signed by whoever gets it (NPSC Rule 29(1))."""
    row = _line(session, subject, "delivery")
    if row is None:
        return None
    return Letter(
        title="重要経済安保情報文書等受領書",
        day=row.begun_on,
        to=naming.addressed(session, row.organization_id),
        sender=(naming.organization(session, row.party_id),),
        number=row.paper,
        on=row.begun_on,
        body=("下記の重要経済安保情報文書等を受領しました。",),
        items=(
            *naming.document(session, row),
            ("受領の年月日", written_day(row.begun_on)),
            ("交付の方法", naming.coded(row.details.get("way"))),
            ("受領者として記録された者", row.label),
            SIGNED,
        ),
        basis="規程（国家公安委員会規則第29条参照）",
    )


def destruction_certificate(session: Session, subject: str, _at: datetime) -> Letter | None:
    """Return the certificate that a document was destroyed, how, by whom and before whom; in an emergency, on what approval."""
    row = _line(session, subject, "disposal", "emergency")
    if row is None:
        return None
    emergency = row.kind == "emergency"
    how: list[tuple[str, str | None]] = [
        ("廃棄の年月日", written_day(row.begun_on)),
        ("廃棄の方法", naming.coded(row.details.get("method"))),
        ("廃棄した者", naming.person(session, row.person_id)),
    ]
    if emergency:
        how += [("事前の承認", naming.coded(row.details.get("prior"))), ("承認の文書番号", row.paper)]
    else:
        how += [("立会者", naming.person(session, row.witness_id)), ("同意・承認の文書番号", row.paper)]
    signed = [("廃棄した者（記名）", None)] if emergency else [("廃棄した者（記名）", None), ("立会者（記名）", None)]
    return Letter(
        title="緊急廃棄証明書" if emergency else "廃棄証明書",
        day=row.begun_on,
        sender=naming.addressed(session, row.organization_id),
        on=row.begun_on,
        body=("下記の重要経済安保情報文書等を、復元することができない方法により廃棄したことを証明します。",),
        items=(*naming.document(session, row), *how, *signed),
        basis="規程（国家公安委員会規則第38条参照）" if emergency else "規程（国家公安委員会規則第37条参照）",
    )
