"""What each article that pages rest on is about, in our own words, with its place in the law; never the text of the law."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """An article: the law's short name, its number, and what it is about in Japanese and English."""

    law: str
    number: int
    ja: str
    en: str

    @property
    def citation(self) -> str:
        """The article as citations write it."""
        return f"{self.law} {self.number}"


_ACT = (
    (3, "情報を指定し、表示するか通知します。", "An information is designated, and marked or notified."),
    (
        4,
        "指定には5年以内の有効期間があり、延長は通算30年(内閣の承認で60年)までです。要件を欠けば速やかに解除します。",
        "A designation has up to five years, is extended up to thirty (sixty with the Cabinet), and is lifted once a requirement fails.",
    ),
    (5, "行政機関は、取り扱う者の範囲を定めるなど保護の措置を講じます。", "Organs protect it, and fix who may handle it."),
    (6, "他の行政機関への提供と、その前の協議。", "Providing it to other organs, after consultation."),
    (7, "都道府県警察への提供。", "Providing it to prefectural police."),
    (8, "外国の政府や国際機関への提供。", "Providing it to foreign governments and international organizations."),
    (9, "国会・捜査・裁判など公益上の必要による提供。", "Providing it for the Diet, investigations, courts and similar needs."),
    (
        10,
        "適合事業者への提供。認定、契約に定める事項、取り扱う者の名簿、求めに応じた提供。",
        "Providing it to qualified operators: certification, what a contract fixes, the list of handlers, handing over on demand.",
    ),
    (
        11,
        "取り扱えるのは、適性評価で漏らすおそれがないと認められ、通知の日から10年以内の人(と、職による例外)です。",
        "It is handled by people whose newest assessment was positive, for ten years from the notice, and by holders of certain offices.",
    ),
    (
        12,
        "適性評価は、候補者名簿、本人への告知と同意、7つの事項の調査、意見という順に進みます。",
        "An assessment goes from the list of candidates over notice and consent to an investigation of seven matters and an opinion.",
    ),
    (13, "結果は本人に通知し、事業者には結果だけを知らせます。", "The result goes to the person; the operator is told the result alone."),
    (14, "本人は結果などについて苦情を申し出ることができます。", "The person may complain of the result."),
    (15, "警察本部長による適性評価。", "Assessments by chiefs of prefectural police."),
    (16, "適性評価で得た個人情報は、ほかの目的に使いません。", "What an assessment brought to light serves no other purpose."),
    (17, "権限や事務の委任。", "Delegation of powers."),
    (18, "運用基準と、毎年の報告。", "Operational standards, and the yearly report."),
    (19, "国会への報告。", "Reporting to the Diet."),
    (20, "関係行政機関の協力。", "Organs help each other."),
)
_ORDER = (
    (3, "指定管理簿に記録する事項。", "What the register of designations holds."),
    (4, "表示の方法。", "How marks are made."),
    (5, "通知の方法。", "How notices are made."),
    (7, "有効期間が満了したときの措置。", "What is done when a designation expires."),
    (8, "延長したときの措置。", "What is done when it is extended."),
    (10, "解除したときの措置。", "What is done when it is lifted."),
    (11, "保護のための規程に定める12の事項。", "The twelve matters that protection rules cover."),
    (12, "満了・延長・解除を、提供した先に知らせます。", "Those to whom it was provided are told of expiry, extension and lifting."),
    (13, "提供するときは、満了する日を書面で知らせます。", "Whoever is provided with it is told in writing when it expires."),
    (14, "他の行政機関との協議の事項。", "What organs consult about."),
    (15, "公益上の提供を受ける者の10の措置。", "Ten measures of those who get it for a public need."),
    (16, "適合事業者の認定の基準。", "What an operator is certified by."),
    (17, "契約に定める事項。", "What a contract fixes."),
    (18, "適性評価を要しない職。", "Offices that need no assessment."),
    (20, "質問票。", "The questionnaire."),
)
_RULE = (
    (24, "文書等の管理簿と登録番号。", "The register of documents and their numbers."),
    (27, "貸与と交付の手続。", "Lending and delivering."),
    (29, "運び方。郵送はできません。", "How documents are carried; never by post."),
    (35, "取扱いの記録。", "The record of handlings."),
    (36, "取扱簿。", "The handling register."),
    (37, "廃棄と立会い。", "Disposal before a witness."),
    (39, "年2回以上の検査。", "Inspections, at least twice a year."),
)
"""Of a rule of an organ that is public and shows how the Order is carried out."""
ARTICLES: tuple[Article, ...] = (
    *(Article("Act", number, ja, en) for number, ja, en in _ACT),
    *(Article("Order", number, ja, en) for number, ja, en in _ORDER),
    *(Article("NPSC Rule 8/2025", number, ja, en) for number, ja, en in _RULE),
)
