"""Places of the law that are only recorded here, or that no system carries, each with its reason in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Beyond:
    """Why a place is not judged here."""

    status: Literal["recorded", "beyond"]
    ja: str
    en: str


def _recorded(ja: str, en: str) -> Beyond:
    return Beyond("recorded", ja, en)


def _beyond(ja: str, en: str) -> Beyond:
    return Beyond("beyond", ja, en)


PENALTY = _beyond("罰則。適用は裁判所による。記録は証拠となりうる。", "A penalty, for courts to apply; the ledger may be evidence.")
FORM = _recorded("様式・手続。日付と番号を記録する。", "A form or procedure; its days and numbers are recorded.")

BEYOND: Mapping[tuple[str, int, int | None], Beyond] = {
    ("Act", 1, None): _beyond("目的規定。", "The purpose of the Act."),
    ("Act", 2, 1): _recorded(
        "行政機関の定義。組織の種別として登録する。", "What counts as an organ; registered as a kind of organization."
    ),
    ("Act", 2, 2): _recorded("行政機関の長。組織と役割の記録による。", "Who is the head; by the record of organizations and roles."),
    ("Act", 2, 4): _recorded(
        "四つの区分への当てはめは指定する者の判断。区分の符号を記録する。", "Whoever designates judges the class; its code is recorded."
    ),
    ("Act", 2, 3): _recorded(
        "重要経済基盤への当てはめは指定する者の判断。分野の符号を記録する。", "Whoever designates judges it; the sector's code is recorded."
    ),
    ("Act", 16, 1): _recorded(
        "目的外利用の禁止。ソフトウェアの外での利用は止められない。権限表と import の境界で内側を守る。",
        "The ban on other use binds people outside; inside, the table of entitlements and the import contracts keep it.",
    ),
    ("Act", 11, 3): _recorded(
        "特定秘密の適性評価の結果の利用。必要な限度かは利用者の判断。結果だけを記録する。",
        "Use of a result under the SDS Act; whether it is needed people judge, and only the result is recorded.",
    ),
    ("Act", 11, 4): _recorded(
        "同上(提供を受けた者の利用)。結果だけを記録する。", "The same for whoever was told of it; only the result is recorded."
    ),
    ("Act", 17, None): _recorded("権限の委任。決裁の立場として記録する。", "Delegation of powers; recorded as the footing of an approval."),
    ("Act", 18, 1): _beyond("運用基準の策定。", "The Government makes the Standards."),
    ("Act", 18, 2): _beyond("有識者の意見聴取。", "Experts are heard."),
    ("Act", 20, None): _beyond("関係行政機関の協力。", "Organs help each other."),
    ("Act", 21, None): _beyond("政令への委任。", "Delegation to the Order."),
    ("Act", 22, None): _beyond(
        "解釈適用の在り方と報道・取材の自由。報道との接触を漏えいと自動判定しない。",
        "How the Act is read, and the freedom of the press; contact with the press is never marked as a leak.",
    ),
    **{("Act", article, None): PENALTY for article in range(23, 29)},
    ("Order", 1, None): _recorded(
        "行政機関の定義。組織の種別として登録する。", "What counts as an organ; registered as a kind of organization."
    ),
    ("Order", 2, None): _recorded("行政機関の長。組織の長として登録する。", "Who is the head; registered with the organization."),
    ("Order", 5, None): _recorded(
        "通知の方法(電磁的方法を含む)。日付と番号を記録する。", "How notices are given; their days and numbers are recorded."
    ),
    ("Order", 20, None): _beyond("質問票。回答は一切保存しない。", "The questionnaire; no answer is ever kept."),
    ("Order", 21, None): _beyond(
        "目的外利用の例外(人事上の手続)。ソフトウェアの外で行われる。", "Exceptions to the ban on other use; they happen outside."
    ),
    ("Order", 22, None): _recorded("委任の手続。決裁の立場として記録する。", "How powers are delegated; recorded as a footing."),
}
