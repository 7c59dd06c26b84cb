"""Letters of an assessment, at an organ alone: notice and answer slips (Act 12(3)), results (Act 13). No reason is ever in them.

Where a negative result is told to the person, room is left for the reasons, to be written by hand (Act 13(4)); the operator's
letter has no such room, and looks alike whatever the result.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.model import Case, Step
from service.assessment.queries import standing_of, steps_of
from service.assessment.rules import Standing
from service.clearance.model import Result
from service.evidence.letters import naming
from service.evidence.letters.paper import Letter, Slip, written_day
from service.personnel.model import Post
from service.provision.model import Contract
from service.statute.periods import legal_day

SEVEN = (
    "①重要経済基盤毀損活動との関係、②犯罪及び懲戒の経歴、③情報の取扱いに係る非違の経歴、"
    "④薬物の濫用及び影響、⑤精神疾患、⑥飲酒についての節度、⑦信用状態その他の経済的な状況"
)
"""What is investigated, in short (Act 12(2))."""
CONSENTS = (
    "告知された事項を確認し、適性評価を実施することに同意します。結果が通知されるまでは、同意を取り下げることができることを承知しています。"
)
REFUSES = "告知された事項を確認し、適性評価を実施することに同意しません。これを理由に不利益な取扱いを受けないことを承知しています。"
FREE = (
    "あなたについて適性評価を実施するに当たり、下記の事項をお知らせします。同意するかどうかはあなたの自由です。"
    "同意しないこと又は同意を取り下げることを理由として、不利益な取扱いを受けることはありません。"
)
RESULTS = {
    "positive": "重要経済安保情報の取扱いの業務を行った場合にこれを漏らすおそれがないと認められた",
    "negative": "重要経済安保情報の取扱いの業務を行った場合にこれを漏らすおそれがないと認められなかった",
    "not_carried_out": "同意がなかったため、適性評価は実施されなかった",
}


def notice_and_consent(session: Session, subject: str, _at: datetime) -> Letter | None:
    """Return the notice in advance to the person, with slips to consent and not to consent that have the same room."""
    case = session.get(Case, subject)
    step = None if case is None else _step(session, case, "notified")
    if case is None or step is None:
        return None
    head = naming.addressed(session, case.head_id)
    name = naming.person(session, case.person_id) or ""
    to = f"{'　'.join(head)}　殿"
    doubt = "引き続き漏らすおそれがないと認めることについて疑いを生じさせる事情があるため実施するもの" if case.doubt else "該当しない"
    slips = (Slip("適性評価についての同意書", to, CONSENTS), Slip("適性評価についての不同意書", to, REFUSES))
    return Letter(
        title="適性評価の実施に当たっての告知書",
        day=step.on or case.opened_on,
        to=(name,),
        sender=head,
        number=step.document_number,
        on=step.on,
        body=(FREE,),
        items=(
            ("調査する事項", SEVEN),
            ("調査の方法", "本人若しくは知人その他の関係者への質問、本人からの資料の提出、公務所若しくは公私の団体への照会"),
            ("疑いを生じさせる事情による評価", doubt),
            ("同意の方法", "次のページの書面のいずれかに記名し、担当者に提出してください"),
            ("苦情の申出", "結果その他について、書面で申し出ることができます"),
        ),
        slips=slips,
        basis="法第12条第3項、施行令第19条",
    )


def result_to_person(session: Session, subject: str, at: datetime) -> Letter | None:
    """Return the notice of the result to the person (Act 13(1)), from the decision on; None before it."""
    case, standing = _decided(session, subject)
    if case is None or standing is None:
        return None
    result = _result(session, case)
    step = _step(session, case, "told")
    reused = standing.has("reused")
    items: list[tuple[str, str | None]] = [("適性評価の結果", RESULTS[standing.outcome or "not_carried_out"])]
    if reused:
        items.append(("調査の流用", "法第12条第7項の規定により、既に行われた適性評価調査の結果を用いた"))
    blanks = (("漏らすおそれがないと認められなかった理由（手書き。この記録には残りません）", 6),)
    with_room = standing.outcome == "negative" and not standing.has("waived")
    return Letter(
        title="適性評価の結果について（通知）",
        day=(step.on if step is not None else None) or standing.last_on or legal_day(at),
        to=(naming.person(session, case.person_id) or "",),
        sender=naming.addressed(session, case.head_id),
        number=None if result is None else result.document_number,
        on=None if step is None else step.on,
        body=("あなたについて実施した適性評価の結果を、下記のとおり通知します。",),
        items=tuple(items),
        blanks=blanks if with_room else (),
        notes=(
            "この通知に不服がある場合は、書面で苦情の申出をすることができます。申し出たことを理由に不利益な取扱いを受けることはありません。",
        ),
        basis="法第13条第1項、第4項" if with_room else "法第13条第1項",
    )


def result_to_operator(session: Session, subject: str, at: datetime) -> Letter | None:
    """Return what the operator is told of a result (Act 13(2)); None before the decision, and for staff of the organ itself."""
    case, standing = _decided(session, subject)
    operator = None if case is None else _operator(session, case, at)
    if case is None or standing is None or operator is None:
        return None
    step = _step(session, case, "told")
    items: list[tuple[str, str | None]] = [
        ("氏名", naming.person(session, case.person_id)),
        ("適性評価の結果", RESULTS[standing.outcome or "not_carried_out"]),
        ("本人への通知の年月日", None if step is None else written_day(step.on)),
        ("調査の流用", "あり" if standing.has("reused") else "なし"),
    ]
    return Letter(
        title="適合事業者の従業者に係る適性評価の結果について（通知）",
        day=(step.on if step is not None else None) or standing.last_on or legal_day(at),
        to=naming.addressed(session, operator),
        sender=naming.addressed(session, case.head_id),
        body=(
            "貴社の従業者について、下記のとおり通知します。この通知の内容は、重要経済安保情報の保護以外の目的に利用し、又は提供することはできません。",
        ),
        items=tuple(items),
        notes=("派遣労働者である場合は、その者を雇用する事業主に通知の内容を通知してください（法第13条第3項）。",),
        basis="法第13条第2項、第16条第2項",
    )


def _decided(session: Session, subject: str) -> tuple[Case | None, Standing | None]:
    case = session.get(Case, subject)
    standing = None if case is None else standing_of(session, case)
    return (case, standing) if standing is not None and standing.has("decided") else (None, None)


def _step(session: Session, case: Case, name: str) -> Step | None:
    return next((row for row in steps_of(session, case_id=case.id) if row.step == name), None)


def _result(session: Session, case: Case) -> Result | None:
    told = _step(session, case, "told")
    return None if told is None or told.result_id is None else session.get(Result, told.result_id)


def _operator(session: Session, case: Case, at: datetime) -> str | None:
    """Return the operator where somebody works that has a contract with the head; None where there is none, or not one alone."""
    works = select(Post.organization_id).where(Post.person_id == case.person_id, Post.known(at))
    found = select(Contract.operator_id).where(Contract.organ_id == case.head_id, Contract.operator_id.in_(works), Contract.known(at))
    operators = set(session.scalars(found))
    return operators.pop() if len(operators) == 1 else None
