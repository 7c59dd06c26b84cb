"""The people of the demo whose cases have a story; their ids say which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from service.jobs.demo_world.roster import AGENCY_NAME, Employee

LEFT_DAYS_AGO = 20


@dataclass(frozen=True, slots=True)
class Speaking:
    """A person with a fixed id; `number` is the employee number of the roster."""

    id: str
    number: str
    name: str
    kana: str
    unit: str
    post: str = ""
    agency: str = ""
    left: bool = False

    def employee(self, *, on: date) -> Employee:
        """Return the person's line of the roster as of a day."""
        return Employee(
            number=self.number,
            name=self.name,
            kana=self.kana,
            birth_on=on - timedelta(days=30 * 365 + int(self.number) * 400),
            unit=self.unit,
            post=self.post,
            joined_on=on - timedelta(days=6 * 365 + int(self.number) * 30),
            left_on=on - timedelta(days=LEFT_DAYS_AGO) if self.left else None,
            employment="派遣" if self.agency else "正社員",
            agency=self.agency,
            id=self.id,
        )


OPERATOR_SPEAKING = (
    Speaking("demo-permit", "000001", "関口 守", "セキグチ マモル", "給電指令所", "当直長"),
    Speaking("demo-expired", "000002", "旧井 節子", "フルイ セツコ", "給電指令所", "課長代理"),
    Speaking("demo-not-listed", "000003", "外山 望", "トヤマ ノゾミ", "系統運用部"),
    Speaking("demo-doubt", "000004", "疋田 信", "ヒキタ マコト", "給電指令所"),
    Speaking("demo-no-assessment", "000005", "新見 初", "ニイミ ハジメ", "系統運用部"),
    Speaking("demo-left", "000006", "去来川 昇", "イサガワ ノボル", "給電指令所", left=True),
    Speaking("demo-other-organ", "000007", "国府田 渡", "コウダ ワタル", "送配電部", "技師長"),
    Speaking("demo-read-only", "000008", "読谷 文", "ヨミタニ フミ", "セキュリティ統括部"),
    Speaking("demo-dispatched", "000009", "派田 働", "ハダ ツトム", "情報システム部", agency=AGENCY_NAME),
    Speaking("demo-negative", "000010", "𠮷﨑 否", "ヨシザキ イナ", "系統運用部"),
    Speaking("demo-refused", "000011", "辞野 不二", "ジノ フジ", "系統運用部"),
    Speaking("demo-two-organs", "000012", "両角 架", "モロズミ カケル", "給電指令所", "主席"),
)

ORGAN_SPEAKING = (
    Speaking("demo-permit", "000001", "関口 守", "セキグチ マモル", "経済安全保障課", "課長補佐"),
    Speaking("demo-expired", "000002", "旧井 節子", "フルイ セツコ", "経済安全保障課", "専門官"),
    Speaking("demo-not-listed", "000003", "外山 望", "トヤマ ノゾミ", "会計課"),
    Speaking("demo-doubt", "000004", "疋田 信", "ヒキタ マコト", "経済安全保障課", "係長"),
    Speaking("demo-no-assessment", "000005", "新見 初", "ニイミ ハジメ", "経済安全保障課"),
    Speaking("demo-left", "000006", "去来川 昇", "イサガワ ノボル", "経済安全保障課", "係長", left=True),
    Speaking("demo-minister", "000007", "大神 臣", "オオガミ オミ", "大臣官房", "大臣"),
)

STORIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "demo-permit": ("適性評価済み、名簿に登載", "cleared and listed"),
        "demo-expired": ("特定秘密の適性評価から5年経過", "recognised assessment over five years old"),
        "demo-not-listed": ("適性評価済み、名簿にない", "cleared, not listed"),
        "demo-doubt": ("再評価の告知を受けた", "told of a re-assessment on doubt"),
        "demo-no-assessment": ("適性評価を受けていない", "never assessed"),
        "demo-left": ("退職した", "has left"),
        "demo-other-organ": ("別の行政機関だけが評価", "assessed by the other organ alone"),
        "demo-read-only": ("閲覧だけ認められている", "listed for reading alone"),
        "demo-dispatched": ("派遣労働者", "dispatched worker"),
        "demo-negative": ("評価の結果により不可", "assessed, not cleared"),
        "demo-refused": ("適性評価に同意しなかった", "did not consent"),
        "demo-two-organs": ("両方の行政機関が評価", "assessed by both organs"),
        "demo-minister": ("適性評価を要しない職", "holds an exempt office"),
    }
)
"""What is told of each in a demo world, Japanese and English."""
