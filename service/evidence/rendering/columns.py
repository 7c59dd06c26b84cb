"""The columns of an exported log.

Order and names are a contract with those who read exports by program: columns are only ever added at the end.
"""

from typing import Final, Literal

Language = Literal["ja", "en"]

COLUMNS: Final[tuple[tuple[str, str], ...]] = (
    ("index", "番号"),
    ("event_time_utc", "日時（UTC）"),
    ("event_time_jst", "日時（日本時間）"),
    ("event_day", "行為の日"),
    ("kind", "種別"),
    ("outcome", "結果"),
    ("decision", "判定"),
    ("reason_codes", "理由コード"),
    ("basis", "根拠条文"),
    ("actor_id", "行為者"),
    ("person_id", "対象者"),
    ("on_behalf_of", "所属機関"),
    ("object_id", "対象情報"),
    ("action", "操作"),
    ("policy_digest", "ポリシーのダイジェスト"),
    ("request_id", "リクエスト番号"),
    ("reference", "照会番号"),
    ("seen", "考慮済みの番号"),
    ("undisclosed", "開示なし"),
    ("leaf_hash", "リーフハッシュ"),
    ("check", "問合せ内の順"),
    ("appended_time_utc", "記録日時（UTC）"),
    ("actor_name", "行為者の名称"),
    ("person_name", "対象者の氏名"),
    ("organization_name", "所属機関の名称"),
    ("object_name", "対象の名称"),
    ("object_designation_no", "対象の番号"),
    ("approver_id", "承認者"),
    ("approver_name", "承認者の氏名"),
    ("footing", "決裁の別"),
    ("proposal_id", "起案番号"),
    ("hold_seconds", "保留秒数"),
    ("need_to_know_ref", "取扱者名簿の番号"),
    ("purpose", "目的"),
    ("note", "付記"),
    ("erased_by", "消去した記録の番号"),
    ("withheld", "不開示の区分"),
    ("version", "記録の版"),
)
"""Machine name (also the English heading) and Japanese heading of each column."""


def headings(language: Language) -> tuple[str, ...]:
    """Return the header row: machine names, or Japanese headings."""
    return tuple(ja if language == "ja" else name for name, ja in COLUMNS)
