"""What columns each kind of spreadsheet has, under which headers, in Japanese and English; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from service.ledger import Seat
from service.personnel.bringing import Sheet
from service.personnel.roster.headers import folded
from service.personnel.roster.reading import RosterFileError

Form = Literal[
    "text",
    "day",
    "number",
    "person",
    "somebody",
    "organization",
    "information",
    "informations",
    "unit",
    "units",
    "document",
    "texts",
    "area",
    "registration",
    "count",
]
SHEETS: tuple[str, ...] = tuple(one for one in get_args(Sheet) if one != "registers")
"""The kinds of file whose columns are given here; those of registers are those of their forms."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: the word that it gives an act, its headers (the first two stand in templates), and how its cells are read.

    `seat` is the one seat whose files need it; `codes` are the words that a cell may hold, each with its code.
    """

    word: str
    ja: str
    en: str
    form: Form = "text"
    needed: bool = False
    seat: Seat | None = None
    others: tuple[str, ...] = ()
    codes: Mapping[str, str] | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """Return every header that it goes under."""
        return (self.ja, self.en, self.word, *self.others)


def _letter(needed: Seat | None = "operator") -> tuple[Column, ...]:
    return (
        Column("document_number", "文書番号", "Document number", needed=True, seat=needed),
        Column("letter_on", "文書の日付", "Date of the letter", "day", needed=True, seat=needed),
        Column("arrived_on", "到達日", "Day of arrival", "day", needed=True, seat=needed),
    )


OUTCOMES = {
    "positive": "positive",
    "適": "positive",
    "認められた": "positive",
    "漏らすおそれがないと認められた": "positive",
    "negative": "negative",
    "否": "negative",
    "認められなかった": "negative",
    "漏らすおそれがないと認められなかった": "negative",
    "refused": "refused",
    "不同意": "refused",
    "withdrawn": "withdrawn",
    "取下げ": "withdrawn",
    "not_carried_out": "not_carried_out",
    "実施されなかった": "not_carried_out",
    "実施なし": "not_carried_out",
}
LAWS = {"iesi": "iesi", "重要経済安保情報": "iesi", "sds": "sds", "特定秘密": "sds"}
CLASSES = {"measures": "measures", "措置": "measures", "vulnerability": "vulnerability", "脆弱性": "vulnerability"}
CLASSES |= {"foreign": "foreign", "外国政府等": "foreign", "collection": "collection", "収集": "collection"}
MARKINGS = {"marking": "marking", "表示": "marking", "notice": "notice", "通知": "notice"}
KINDS = {"document": "document", "文書": "document", "part": "part", "部分": "part", "copy": "copy", "写し": "copy"}
ACTIONS = {"read": "read", "閲覧": "read", "make": "make", "複製": "make", "communicate": "communicate", "伝達": "communicate"}
ACTIONS |= {"transmit": "transmit", "送信": "transmit", "carry_out": "carry_out", "持出し": "carry_out"}
ACTIONS |= {"dispose": "dispose", "廃棄": "dispose", "return": "return", "返却": "return", "list": "list", "一覧": "list"}

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "clearances": (
        Column("person_id", "社員番号", "Employee number", "somebody", needed=True, others=("従業員番号", "職員番号")),
        Column("head_id", "評価した行政機関", "Head that assessed", "organization", needed=True, others=("行政機関",)),
        Column("outcome", "結果", "Outcome", needed=True, codes=OUTCOMES),
        Column("notified_on", "本人への通知の日", "Day the person was told", "day", needed=True, seat="organ", others=("本人通知日",)),
        *_letter(),
        Column("original_on", "流用元の通知の日", "Day of the first notice", "day"),
        Column("law", "根拠法", "Law", codes=LAWS),
    ),
    "handlers": (
        Column("information_id", "情報", "Information", "information", needed=True, others=("管理番号",)),
        Column("organization_id", "組織", "Organization", "organization"),
        Column("person_id", "社員番号", "Employee number", "person", others=("従業員番号", "職員番号")),
        Column("unit_id", "部署", "Unit", "unit"),
        Column("post", "役職", "Post"),
        Column("from_on", "開始日", "From", "day", needed=True),
        Column("last_day", "最終日", "Last day", "day"),
        Column("actions", "認める取扱い", "Actions", "texts", codes=ACTIONS),
    ),
    "designations": (
        Column("organ_id", "行政機関", "Organ", "organization", needed=True),
        Column("number", "指定番号", "Number", others=("管理番号",)),
        Column("title", "名称", "Title"),
        Column("on", "指定の日", "Day of designation", "day", needed=True),
        Column("until", "有効期間の満了日", "Last day of validity", "day", needed=True),
        Column("information_class", "区分", "Class", codes=CLASSES),
        Column("marking", "表示の方法", "Marking", codes=MARKINGS),
        *_letter(),
        Column("extended_on", "延長の日", "Day of extension", "day"),
        Column("extended_until", "延長後の満了日", "Last day as extended", "day"),
    ),
    "contracts": (
        Column("operator_id", "適合事業者", "Operator", "organization", needed=True),
        Column("organ_id", "行政機関", "Organ", "organization", needed=True),
        Column("number", "契約番号", "Contract number", needed=True),
        Column("informations", "情報", "Informations", "informations", needed=True),
        Column("from_on", "開始日", "From", "day", needed=True),
        Column("last_day", "最終日", "Last day", "day", needed=True),
        Column("return_by", "返却・廃棄の期限", "To be returned by", "day"),
        Column("units", "部署", "Units", "units"),
        Column("certified_on", "認定の日", "Day of certification", "day"),
        Column("provided_on", "提供の日", "Day of provision", "day"),
        *_letter(),
    ),
    "documents": (
        Column("number", "文書管理番号", "Document number", needed=True, others=("管理番号", "番号")),
        Column("title", "名称", "Title"),
        Column("kind", "種類", "Kind", codes=KINDS),
        Column("parent_id", "元の文書", "Of document", "document"),
        Column("carries", "情報", "Informations", "informations", needed=True),
        Column("organization_id", "保管する組織", "Kept by", "organization", others=("組織",)),
        Column("from_on", "登録の日", "From", "day"),
    ),
}
"""By kind of file its columns, in the order of its template."""


def places_of(columns: Sequence[Column], headers: Sequence[str], *, seat: Seat) -> dict[Column, int]:
    """Return where each column stands. Raises RosterFileError for one named twice, one that is missing, and one that is unknown."""
    known = {folded(header): column for column in columns for header in column.headers}
    found: dict[Column, int] = {}
    for place, header in enumerate(headers):
        column = known.get(folded(header))
        if column is None:
            message = f"the header {header} is unknown; known are {', '.join(one.ja for one in columns)}"
            raise RosterFileError(message)
        if column in found:
            message = f"the columns {headers[found[column]]} and {header} both say {column.ja}"
            raise RosterFileError(message)
        found[column] = place
    missing = next((one for one in columns if one not in found and is_needed(one, seat)), None)
    if missing is not None:
        message = f"the header {missing.ja} ({missing.en}) is missing"
        raise RosterFileError(message)
    # In the order of the template, so that whose units a row names is known before them.
    return {column: found[column] for column in columns if column in found}


def is_needed(column: Column, seat: Seat) -> bool:
    """Say whether every row of a file of this seat fills a column."""
    return column.needed and column.seat in (None, seat)


def template(sheet: str, language: str) -> list[str]:
    """Return the headers of an empty file."""
    return headings(COLUMNS[sheet], language)


def headings(columns: Sequence[Column], language: str) -> list[str]:
    """Return the headers of columns in a language."""
    return [column.ja if language == "ja" else column.en for column in columns]
