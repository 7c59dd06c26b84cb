"""Which letters there are: what each is about, whose it is to make, which classes of disclosure it holds, and what asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from service.acts.letters import assessing
from service.assessment.model import Case
from service.designation.model import Closing, Designation, Extension
from service.evidence.letters import certifying, custody, telling
from service.evidence.letters.paper import Letter
from service.identity.entitlements import Class
from service.ledger import Seat
from service.provision.model import Certification, CertifiedChange, Contract, Message
from service.registers.model import Line

Content = Callable[[Session, str, datetime], Letter | None]
OF_THE_INFORMATION = frozenset({"information_manager", "approver"})
OF_DOCUMENTS = frozenset({"information_manager", "custodian"})
OF_ASSESSMENTS = frozenset({"assessment_officer"})


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter.

    `content` makes it from the row of `model` that an id names; `offered` narrows the rows that are offered for it, `by`
    names the column by which a role must reach one (None: all that it names), `own` that of the organization whose letter it
    is. Whoever makes it holds one of `roles` and may see every one of `classes`. One of the `circle` is about somebody's
    assessment: each look at it is an entry first.
    """

    kind: str
    says: tuple[str, str]
    about: tuple[str, str]
    content: Content
    model: Any
    roles: frozenset[str]
    classes: tuple[Class, ...]
    basis: tuple[str, ...]
    seat: Seat | None = None
    by: str | None = None
    own: str | None = None
    offered: tuple[ColumnElement[bool], ...] = ()
    circle: bool = False
    template: Literal["letter", "list"] = "letter"


_LINES = Line.struck_on.is_(None)
LETTERS: Mapping[str, LetterKind] = MappingProxyType(
    {
        one.kind: one
        for one in (
            LetterKind(
                "recipient_notice",
                ("提供先への通知", "Notice to a recipient"),
                ("有効期間・延長・解除・満了を、提供先に知らせます。", "Validity, extension, lifting or expiry, to recipients."),
                telling.to_recipient,
                Message,
                OF_THE_INFORMATION,
                ("title",),
                ("Order 13", "Order 7", "Order 8", "Order 10", "Order 14", "Order 17"),
                own="giver_id",
            ),
            LetterKind(
                "designation_notice",
                ("指定の通知", "Notice of a designation"),
                ("表示が難しい情報を取り扱う者に、指定を知らせます。", "To those who handle what cannot well be marked."),
                telling.designation_notice,
                Designation,
                OF_THE_INFORMATION,
                ("title",),
                ("Act 3(2)(ii)", "Order 5"),
                seat="organ",
                by="information_id",
                own="organ_id",
            ),
            LetterKind(
                "designation_receipt",
                ("指定の通知の受領書", "Receipt for a notice of designation"),
                ("行政機関からの指定の通知を受け取ったことを返します。", "That the organ's notice of a designation arrived."),
                telling.receipt_of_designation,
                Designation,
                OF_THE_INFORMATION,
                ("title",),
                ("Act 3(2)(ii)", "Order 13"),
                by="information_id",
                offered=(or_(Designation.document_number.is_not(None), Designation.letter_on.is_not(None)),),
            ),
            LetterKind(
                "extension_receipt",
                ("延長の通知の受領書", "Receipt for a notice of extension"),
                ("指定の有効期間の延長の通知を受け取ったことを返します。", "That the notice of an extension arrived."),
                telling.receipt_of_extension,
                Extension,
                OF_THE_INFORMATION,
                ("title",),
                ("Order 8",),
                offered=(or_(Extension.document_number.is_not(None), Extension.letter_on.is_not(None)),),
            ),
            LetterKind(
                "lifting_receipt",
                ("解除の通知の受領書", "Receipt for a notice of lifting"),
                ("指定の解除の通知を受け取ったことを返します。", "That the notice of a lifting arrived."),
                telling.receipt_of_lifting,
                Designation,
                OF_THE_INFORMATION,
                ("title",),
                ("Order 10",),
                by="information_id",
                offered=(or_(Designation.lifting_document_number.is_not(None), Designation.lifting_letter_on.is_not(None)),),
            ),
            LetterKind(
                "closing_message",
                ("終了措置の完了のお知らせ", "Message that a closing is done"),
                ("表示を抹消し、関係者に知らせ終えたことを伝えます。", "That marks are struck and everybody was told."),
                telling.closing_message,
                Closing,
                OF_THE_INFORMATION,
                ("title",),
                ("Order 7", "Order 10", "Order 17"),
                own="organization_id",
            ),
            LetterKind(
                "delivery_receipt",
                ("文書等の受領書", "Receipt for a document"),
                ("交付した文書等の受領書です。受け取る人が記名します。", "For a document that is delivered, to be signed."),
                custody.delivery_receipt,
                Line,
                OF_DOCUMENTS,
                ("name", "title"),
                ("Order 11(1)(vii)",),
                offered=(Line.kind == "delivery", _LINES),
                own="organization_id",
            ),
            LetterKind(
                "loan_receipt",
                ("借受書", "Receipt for a loan"),
                ("貸与した文書等の借受書です。返却期限を示します。", "For a document that is lent, with the day it is due."),
                custody.loan_receipt,
                Line,
                OF_DOCUMENTS,
                ("name", "title"),
                ("Order 11(1)(vii)",),
                offered=(Line.kind == "loan", _LINES),
                own="organization_id",
            ),
            LetterKind(
                "destruction_certificate",
                ("廃棄証明書", "Certificate of destruction"),
                ("廃棄の方法、廃棄した者と立会者を証明します。", "How a document was destroyed, by whom and before whom."),
                custody.destruction_certificate,
                Line,
                OF_DOCUMENTS,
                ("name", "title"),
                ("Order 11(1)(vii)", "Order 11(1)(x)"),
                offered=(Line.kind.in_(("disposal", "emergency")), _LINES),
                own="organization_id",
            ),
            LetterKind(
                "consent_request",
                ("適性評価の告知書と同意書", "Notice and consent"),
                ("本人への告知と、同意・不同意の書面です。", "The notice to the person, with slips to consent or not."),
                assessing.notice_and_consent,
                Case,
                OF_ASSESSMENTS,
                ("name", "assessment_step"),
                ("Act 12(3)", "Order 19"),
                seat="organ",
                circle=True,
                own="head_id",
            ),
            LetterKind(
                "result_notice",
                ("適性評価の結果の通知（本人）", "Result, to the person"),
                ("本人への結果の通知です。理由は手書きで、記録に残しません。", "To the person alone; reasons by hand, never kept."),
                assessing.result_to_person,
                Case,
                OF_ASSESSMENTS,
                ("name", "assessment_step", "clearance_state"),
                ("Act 13(1)", "Act 13(4)"),
                seat="organ",
                circle=True,
                own="head_id",
            ),
            LetterKind(
                "result_to_operator",
                ("適性評価の結果の通知（適合事業者）", "Result, to the operator"),
                ("適合事業者への結果の通知です。理由は含みません。", "To the operator; never a reason."),
                assessing.result_to_operator,
                Case,
                OF_ASSESSMENTS,
                ("name", "assessment_step", "clearance_state"),
                ("Act 13(2)", "Act 16(2)"),
                seat="organ",
                circle=True,
                own="head_id",
            ),
            LetterKind(
                "certification_notice",
                ("適合事業者の認定の通知", "Notice of certification"),
                ("基準に適合すると認めたことを、事業者に知らせます。", "That an operator meets the criteria."),
                certifying.certification_notice,
                Certification,
                OF_THE_INFORMATION,
                ("title",),
                ("Act 10(1)", "Order 16"),
                seat="organ",
                own="organ_id",
            ),
            LetterKind(
                "contract_annex",
                ("契約の別紙", "Annex of a contract"),
                ("対象の情報、期間、契約に定める事項の一覧です。", "What a contract covers and where it fixes what it must."),
                certifying.contract_annex,
                Contract,
                OF_THE_INFORMATION,
                ("title",),
                ("Act 10(3)", "Order 17"),
                by="id",
            ),
            LetterKind(
                "change_report",
                ("変更の報告", "Report of a change"),
                ("認定に係る事項の変更を、あらかじめ行政機関に報告します。", "A change of what a certification rests on, beforehand."),
                certifying.change_report,
                CertifiedChange,
                OF_THE_INFORMATION,
                ("title",),
                ("Act 10(1)", "Order 16"),
                seat="operator",
                own="operator_id",
            ),
        )
    }
)
"""Every letter by its kind."""

LISTS: Mapping[str, tuple[tuple[str, str], frozenset[str], tuple[Class, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "handler_list": (("取扱者名簿", "List of handlers"), OF_THE_INFORMATION, ("name", "title", "listing"), ("Act 5(1)", "Act 10(4)")),
        "candidate_list": (
            ("適性評価候補者名簿", "List of candidates"),
            frozenset({"hr_officer"}),
            ("name", "clearance_state"),
            ("Act 12(1)",),
        ),
    }
)
"""Lists that are made for an organization and one more thing: their names, who makes them, their classes, what asks for them."""
