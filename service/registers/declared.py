"""Which registers there are: a dated line for each, with what a line of it needs and the columns of its form, in order.

A new register, or a form that changed, is a new line here. `basis` is the article that asks for the register; where
`form` is None the columns are a default of ours, and where it names a form of NPSC Rule 8/2025 they are those that the
rule itself lists, in its order: the printed forms are not published in a readable shape. An organization's own form goes
before either.
"""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from service.statute.citations import Citation, cite
from service.statute.numbers import IN_FORCE


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form: where its value comes from, and its heading in Japanese and English."""

    source: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Register:
    """A register from a day on. `needs` are the columns without which no line is entered.

    `operator_columns` are the sources in an operator's order, where it differs.
    """

    kind: str
    ja: str
    en: str
    basis: Citation
    form: int | None
    needs: tuple[str, ...]
    verbs: tuple[str, ...]
    columns: tuple[Column, ...]
    operator_columns: tuple[str, ...] = ()
    since: date = IN_FORCE

    def columns_of(self, organization_kind: str) -> tuple[Column, ...]:
        """Return the columns in the order of an organization's form."""
        if organization_kind != "operator" or not self.operator_columns:
            return self.columns
        by_source = {column.source: column for column in self.columns}
        return tuple(by_source[source] for source in self.operator_columns)


def _n8(article: str) -> Citation:
    return cite(f"NPSC Rule 8/2025 {article}")


SERIAL = Column("serial", "番号", "No.")
DESIGNATION = Column("designation", "指定の整理番号", "Designation no.")
TITLE = Column("title", "件名", "Title")
REGISTRATION = Column("registration", "登録番号", "Registration no.")
STRUCK = Column("struck_on", "抹消日", "Struck")
PERSON = Column("person", "氏名", "Name")
DAY = Column("begun_on", "年月日", "Date")
PAPER = Column("paper", "文書番号", "Document no.")

REGISTERS: tuple[Register, ...] = (
    Register(
        "document",
        "重要経済安保情報文書等管理簿",
        "Document ledger",
        _n8("24(2)"),
        14,
        ("document_id",),
        ("enter_document", "receive_document", "make_copy"),
        (
            DESIGNATION,
            TITLE,
            Column("serial", "登録番号", "Registration no."),
            Column("made_on", "作成年月日", "Made on"),
            Column("received_on", "受領年月日", "Received on"),
            Column("party", "受領元", "Received from"),
            Column("delivered_to", "交付先", "Delivered to"),
            Column("delivered_on", "交付年月日", "Delivered on"),
            Column("disposed_on", "廃棄年月日", "Disposed of on"),
            PAPER,
            STRUCK,
        ),
        # An operator gets its documents from outside: whence comes first, and there is little to deliver.
        (
            "serial",
            "designation",
            "title",
            "party",
            "received_on",
            "made_on",
            "delivered_to",
            "delivered_on",
            "disposed_on",
            "paper",
            "struck_on",
        ),
    ),
    Register(
        "delivery",
        "受領書・交付の記録",
        "Receipts",
        _n8("29(1)"),
        15,
        ("document_id", "party_id", "label"),
        ("deliver_document",),
        (
            SERIAL,
            DESIGNATION,
            TITLE,
            REGISTRATION,
            Column("party", "交付先", "Delivered to"),
            Column("begun_on", "受領年月日", "Received on"),
            Column("label", "受領者の記名", "Signed by"),
            Column("details.way", "交付の方法", "Way"),
            PAPER,
            STRUCK,
        ),
    ),
    Register(
        "storage",
        "重要経済安保情報文書等保管管理簿",
        "Storage ledger",
        _n8("35(2)"),
        16,
        ("document_id", "of_id"),
        ("store_document",),
        (
            TITLE,
            REGISTRATION,
            Column("begun_on", "保管開始日", "Stored from"),
            Column("ended_on", "保管終了日", "Stored until"),
            Column("area", "保管場所", "Place"),
            Column("keeper", "保全責任者", "Custodian"),
            STRUCK,
        ),
    ),
    Register(
        "handling",
        "重要経済安保情報文書等取扱簿",
        "Handling log",
        _n8("36(1)"),
        17,
        ("document_id", "person_id", "details.use"),
        ("record_handling",),
        (SERIAL, TITLE, REGISTRATION, PERSON, DAY, Column("details.use", "取扱いの内容", "Handling"), STRUCK),
    ),
    Register(
        "loan",
        "貸与簿",
        "Loans",
        _n8("27(2)"),
        None,
        ("document_id", "due_on"),
        ("lend_document", "return_loan"),
        (
            SERIAL,
            TITLE,
            REGISTRATION,
            Column("party", "貸与先", "Lent to"),
            Column("person", "借受者", "Borrower"),
            Column("begun_on", "貸与日", "Lent on"),
            Column("due_on", "返却期限", "Due on"),
            Column("ended_on", "返却日", "Returned on"),
            PAPER,
            STRUCK,
        ),
    ),
    Register(
        "copying",
        "複製等記録簿",
        "Copies, prints and media",
        _n8("25"),
        None,
        ("document_id", "details.form", "details.copies", "label"),
        ("make_copy",),
        (
            SERIAL,
            TITLE,
            REGISTRATION,
            Column("details.form", "作成の方法", "Way of making"),
            Column("details.copies", "部数", "Number"),
            Column("details.numbers", "作成した文書等の登録番号", "Registration nos. made"),
            Column("label", "作成の目的", "Purpose"),
            Column("person", "作成者", "Made by"),
            DAY,
            STRUCK,
        ),
    ),
    Register(
        "disposal",
        "廃棄記録簿",
        "Disposals",
        _n8("37(1)"),
        None,
        ("document_id", "person_id", "witness_id", "details.method", "details.substance"),
        ("dispose_document",),
        (
            SERIAL,
            DESIGNATION,
            TITLE,
            REGISTRATION,
            Column("begun_on", "廃棄日", "Disposed of on"),
            Column("details.method", "廃棄の方法", "Method"),
            Column("person", "廃棄した者", "Disposed of by"),
            Column("witness", "立会者", "Witness"),
            Column("paper", "同意・承認の文書番号", "Consent no."),
            Column("details.consent_on", "同意の日", "Consent on"),
            STRUCK,
        ),
    ),
    Register(
        "emergency",
        "緊急廃棄記録簿",
        "Emergency destructions",
        _n8("38(4)"),
        None,
        ("document_id", "person_id", "details.method", "details.prior", "due_on"),
        ("destroy_in_emergency", "report_emergency_destruction"),
        (
            SERIAL,
            DESIGNATION,
            TITLE,
            REGISTRATION,
            Column("begun_on", "廃棄日", "Destroyed on"),
            Column("details.method", "廃棄の方法", "Method"),
            Column("person", "廃棄した者", "Destroyed by"),
            Column("details.prior", "事前の承認", "Prior approval"),
            Column("paper", "承認の文書番号", "Approval no."),
            Column("details.head_on", "長への報告日", "Head told on"),
            Column("details.head_paper", "報告書の文書番号", "Report no."),
            Column("details.oversight_on", "委員会・独立公文書管理監への報告日", "Oversight told on"),
            STRUCK,
        ),
    ),
    Register(
        "area",
        "取扱区域・保管容器・電子計算機台帳",
        "Rooms, containers and computers",
        _n8("19(1)"),
        None,
        ("label", "details.area"),
        ("designate_area", "end_area"),
        (
            SERIAL,
            Column("label", "名称", "Name"),
            Column("details.area", "種類", "Kind"),
            Column("area", "所在", "Inside"),
            Column("keeper", "保全責任者", "Custodian"),
            Column("details.network", "ネットワーク", "Network"),
            Column("begun_on", "指定日", "From"),
            Column("ended_on", "終了日", "Until"),
            STRUCK,
        ),
    ),
    Register(
        "entry",
        "立入許可簿",
        "Entry permits",
        _n8("19(1)"),
        None,
        ("of_id", "person_id", "due_on"),
        ("permit_entry", "end_permit"),
        (
            SERIAL,
            Column("area", "場所", "Place"),
            PERSON,
            Column("begun_on", "許可の開始日", "From"),
            Column("due_on", "許可の最終日", "Last day"),
            Column("ended_on", "取消日", "Ended on"),
            PAPER,
            STRUCK,
        ),
    ),
    Register(
        "device",
        "機器持込許可簿",
        "Device permits",
        _n8("20(2)"),
        None,
        ("of_id", "person_id", "label", "due_on"),
        ("permit_device", "end_permit"),
        (
            SERIAL,
            Column("area", "場所", "Place"),
            PERSON,
            Column("label", "機器", "Device"),
            Column("begun_on", "許可の開始日", "From"),
            Column("due_on", "許可の最終日", "Last day"),
            Column("ended_on", "取消日", "Ended on"),
            PAPER,
            STRUCK,
        ),
    ),
    Register(
        "inspection",
        "検査記録簿",
        "Inspections",
        _n8("39(1)"),
        None,
        ("person_id", "witness_id", "details.occasion"),
        ("begin_inspection", "end_inspection"),
        (
            SERIAL,
            Column("details.occasion", "検査の別", "Occasion"),
            Column("person", "検査を受けた保全責任者", "Custodian inspected"),
            Column("witness", "検査者", "Inspector"),
            Column("begun_on", "開始日", "Begun on"),
            Column("ended_on", "終了日", "Ended on"),
            Column("details.expected", "管理簿の件数", "In the ledger"),
            Column("details.present", "現品の件数", "Present"),
            Column("details.missing", "不一致の件数", "Missing"),
            STRUCK,
        ),
    ),
    Register(
        "finding",
        "検査照合表",
        "What inspections found",
        _n8("39(4)"),
        None,
        ("document_id", "of_id", "details.found"),
        ("record_inspection",),
        (
            SERIAL,
            Column("inspection", "検査の番号", "Inspection no."),
            TITLE,
            REGISTRATION,
            Column("details.found", "照合の結果", "Found"),
            DAY,
            STRUCK,
        ),
    ),
    Register(
        "incident",
        "事故記録簿",
        "Incidents",
        _n8("40(1)"),
        None,
        ("witness_id", "details.incident", "due_on"),
        ("report_incident", "tell_head_of_incident", "follow_treaty_procedure", "close_incident"),
        (
            SERIAL,
            Column("details.incident", "事故の種類", "Kind"),
            TITLE,
            REGISTRATION,
            Column("begun_on", "認知日", "Noticed on"),
            Column("witness", "報告者", "Reported by"),
            Column("details.head_on", "長への報告日", "Head told on"),
            Column("details.treaty_on", "国際約束の手続の日", "Treaty procedure on"),
            Column("ended_on", "調査の終了日", "Closed on"),
            Column("details.outcome", "結果", "Outcome"),
            PAPER,
            STRUCK,
        ),
    ),
    Register(
        "origin",
        "外国提供情報管理簿",
        "Information of foreign origin",
        _n8("49"),
        None,
        ("information_id", "party_id", "label"),
        ("record_foreign_origin",),
        (
            SERIAL,
            DESIGNATION,
            Column("party", "提供した外国の政府等", "Originator"),
            Column("label", "提供された目的", "Purpose"),
            Column("released_to", "提供できる相手", "Released to"),
            Column("begun_on", "記録日", "Recorded on"),
            PAPER,
            STRUCK,
        ),
    ),
    Register(
        "other_use",
        "目的外利用承認簿",
        "Approved other uses",
        _n8("48"),
        None,
        ("information_id", "party_id", "label", "paper", "details.approved_on"),
        ("permit_other_use", "end_permit"),
        (
            SERIAL,
            DESIGNATION,
            Column("party", "承認した外国の政府等", "Approved by"),
            Column("label", "利用の目的", "Use"),
            Column("details.approved_on", "承認日", "Approved on"),
            PAPER,
            Column("begun_on", "開始日", "From"),
            Column("due_on", "最終日", "Last day"),
            Column("ended_on", "取消日", "Ended on"),
            STRUCK,
        ),
    ),
)
"""Every register of this room, dated."""
KINDS: tuple[str, ...] = tuple(dict.fromkeys(one.kind for one in REGISTERS))
PERMITS = ("entry", "device", "other_use")
"""Registers whose lines let somebody do something until they end."""


def register(kind: str, *, on: date) -> Register:
    """Return a register as declared on a day; before its first line, the first. Raises ValueError for an unknown kind."""
    lines = sorted((one for one in REGISTERS if one.kind == kind), key=lambda one: one.since)
    if not lines:
        msg = f"kind: there is no register {kind!r}; there are {', '.join(KINDS)}"
        raise ValueError(msg)
    return max((one for one in lines if one.since <= on), key=lambda one: one.since, default=lines[0])


@dataclass(frozen=True, slots=True)
class Period:
    """Days within which something is to follow. No law gives a number ("at once", "promptly"): each is a default of ours."""

    name: str
    days: int
    basis: Citation
    ja: str
    en: str
    since: date = IN_FORCE
    default: bool = True


PERIODS: tuple[Period, ...] = (
    Period("incident_to_head", 0, _n8("40(1)"), "事故を長に報告する(直ちに)", "Tell the head of an incident (at once)"),
    Period("incident_closed", 30, _n8("40(2)"), "事故の調査結果を報告する(速やかに)", "Report what an incident's inquiry found (promptly)"),
    Period("emergency_report", 7, _n8("38(3)"), "緊急廃棄を報告する(速やかに)", "Report an emergency destruction (promptly)"),
)


def days(name: str, *, on: date) -> int:
    """Return the days of a period as they stand on a day. Raises KeyError for an unknown name."""
    lines = sorted((one for one in PERIODS if one.name == name), key=lambda one: one.since)
    if not lines:
        raise KeyError(name)
    return max((one for one in lines if one.since <= on), key=lambda one: one.since, default=lines[0]).days


INSPECTIONS_A_YEAR = 2
"""Regular inspections in a fiscal year (NPSC Rule 39(1)); elsewhere a default."""

CODES = MappingProxyType(
    {
        "copy": ("複写", "Copy"),
        "print": ("印刷", "Print"),
        "translation": ("翻訳", "Translation"),
        "extract": ("抜粋", "Extract"),
        "removable_media": ("可搬記憶媒体への記録", "Written to removable media"),
        "read": ("閲覧", "Read"),
        "shown": ("提示", "Shown"),
        "written": ("加筆", "Written in"),
        "carried": ("携行", "Carried by hand"),
        "checked": ("点検", "Checked"),
        "other_use": ("その他", "Other"),
        "encrypted_line": ("暗号化した専用回線", "Encrypted line apart from the Internet"),
        "overseas_urgent": ("海外との緊急の伝達(管理者の認めたもの)", "Urgent overseas traffic, as approved"),
        "paper": ("文書", "Document"),
        "drawing": ("図画", "Drawing"),
        "electronic": ("電磁的記録", "Electronic record"),
        "object": ("物件", "Object"),
        "burnt": ("焼却", "Burnt"),
        "crushed": ("粉砕", "Crushed"),
        "shredded": ("細断", "Shredded"),
        "dissolved": ("溶解", "Dissolved"),
        "broken": ("破壊", "Broken"),
        "erased": ("復元できない消去", "Erased beyond recovery"),
        "approved": ("事前の承認を得た", "Approved beforehand"),
        "no_means": ("承認を得る手段がなかった", "No means to ask"),
        "no_time": ("承認を得るいとまがなかった", "No time to ask"),
        "head": ("行政機関の長・代表者", "The head"),
        "oversight": ("保護活用委員会・独立公文書管理監", "Committee and Independent Secretary"),
        "room": ("室", "Room"),
        "container": ("保管容器", "Container"),
        "computer": ("電子計算機", "Computer"),
        "offline": ("インターネット非接続", "Not on the Internet"),
        "online": ("インターネット接続", "On the Internet"),
        "regular": ("定期", "Regular"),
        "special": ("臨時", "Special"),
        "present": ("現品あり", "Present"),
        "misplaced": ("所在相違", "In another place"),
        "missing": ("現品なし", "Missing"),
        "lost": ("紛失", "Lost"),
        "leaked": ("漏えい", "Leaked"),
        "leak_feared": ("漏えいのおそれ", "Leak feared"),
        "seized": ("奪取", "Seized"),
        "damaged": ("損壊", "Damaged"),
        "breached_rule": ("取扱規程の違反", "Breach of the rules"),
        "recovered": ("回収・発見した", "Recovered"),
        "not_recovered": ("回収できなかった", "Not recovered"),
        "no_harm": ("事故ではなかった", "No incident after all"),
        "entered_twice": ("二重の記載", "Entered twice"),
        "wrong_document": ("文書等の誤り", "Wrong document"),
        "wrong_person": ("氏名の誤り", "Wrong person"),
        "wrong_day": ("日付の誤り", "Wrong day"),
        "wrong_words": ("記載の誤り", "Wrong words"),
        "made": ("作成", "Made"),
        "received": ("受領", "Received"),
        "not_provided": ("相手方への提供の記録がない", "No provision to that organization is recorded"),
    }
)
"""Every code that a line may hold, in Japanese and English."""
