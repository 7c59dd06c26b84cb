"""Acts of the room registers, as people read them."""

from collections.abc import Mapping
from typing import Any

VERBS: dict[str, tuple[str, str]] = {
    "record_training": ("教育の実施を記録する", "Record a training"),
    "record_attendance": ("教育の受講を記録する", "Record an attendance"),
    "record_pledge": ("誓約書の提出を記録する", "Record a pledge"),
    "correct_training": ("教育の記録を訂正する", "Put a training right"),
    "correct_attendance": ("受講の記録を訂正する", "Put an attendance right"),
    "correct_pledge": ("誓約書の記録を訂正する", "Put a pledge right"),
    "report_event": ("身上の変化・異動などを届け出る", "Report a change about a person"),
    "report_doubt": ("法第12条第1項第3号の事情を報告した記録", "Record a report of doubt to the organ"),
    "exclude_person": ("すべての取扱者名簿・範囲から除外する", "Exclude somebody from every list and scope"),
    "end_exclusion": ("除外を解く", "End an exclusion"),
    "set_event_rule": ("届出があったときの名簿の扱いを定める", "Set what a report does to the lists"),
}
FIELDS: dict[str, tuple[str, str]] = {
    "reference_number": ("書面の整理番号", "Number of the paper"),
    "training_id": ("教育の番号", "Id of the training"),
    "attendance_id": ("受講の番号", "Id of the attendance"),
    "pledge_id": ("誓約書の番号", "Id of the pledge"),
    "code": ("届出の種類(内容は書かないこと)", "Kind of report (never what happened)"),
    "reported_on": ("届出・報告の日", "Day of the report"),
    "reported_by": ("届け出た者", "Reported by"),
    "under_head_id": ("対象の行政機関(空欄はすべて)", "For what head's information (empty: all)"),
    "exclusion_id": ("除外の番号", "Id of the exclusion"),
    "report_id": ("届出・報告の番号", "Id of the report"),
    "removal": ("名簿の扱い", "What happens to the lists"),
    "event_rule_id": ("定めの番号", "Id of the rule"),
}
CODES: dict[str, tuple[str, str]] = {
    "name_changed": ("氏名の変更", "Change of name"),
    "nationality_changed": ("国籍の変更", "Change of nationality"),
    "marriage_or_cohabitant": ("婚姻・同居人の変更", "Marriage or cohabitant"),
    "address_changed": ("住所の変更", "Change of address"),
    "arrest": ("逮捕・起訴など", "Arrest or charge"),
    "discipline": ("懲戒処分", "Disciplinary action"),
    "foreign_ties": ("外国との関係の変化", "Foreign ties"),
    "finances": ("経済的な状況の変化", "Finances"),
    "device_lost": ("機器の紛失・盗難", "Loss of a device"),
    "document_lost": ("文書等の紛失・盗難", "Loss of a document"),
    "transferred": ("異動", "Transfer"),
    "on_leave": ("休職・休業", "Leave"),
    "resigned": ("退職", "Resignation"),
    "died": ("死亡", "Death"),
    "assignment_ended": ("従事・派遣の終了", "End of assignment"),
    "oneself": ("本人", "The person"),
    "superior": ("上司", "A superior"),
    "personnel_office": ("人事担当", "The personnel office"),
    "protection_office": ("情報保護の担当", "The protection office"),
    "at_once": ("届出と同時に外す", "Off the lists with the report"),
    "review": ("見直しの対象とする", "The lists are looked at"),
    "document_number": ("文書番号", "Document number"),
    "reference_number": ("書面の整理番号", "Number of the paper"),
}
"""Values that a word of these acts may have."""

TOLD: dict[str, tuple[str, str]] = {
    "report": ("届出・報告の番号", "Id of the report"),
    "ended": ("名簿から外した登載", "Lines ended"),
    "remaining": ("残っている登載", "Lines that remain"),
    "excluded": ("除外の番号", "Id of the exclusion"),
    "tell": ("知らせる相手", "To be told"),
    "follow_up": ("次にすること", "To be done next"),
    "basis": ("根拠", "Basis"),
    "organ": ("行政機関", "The organ"),
    "information_manager": ("情報管理者", "Information manager"),
    "custodian": ("保全責任者", "Custodian"),
    "record_name": ("氏名の記録を改める", "Record the new name"),
    "judge_doubt": (
        "法第12条第1項第3号の事情に当たるか判断し、当たれば報告する",
        "Judge whether Act 12(1)(iii) is met; if so report the doubt",
    ),
    "review_listings": ("名簿を見直す", "Look at the lists"),
    "report_incident": ("事故として報告する", "Report the incident"),
    "collect_documents": ("資料を回収する", "Collect documents"),
    "end_posts": ("所属・役職を終える", "End the posts"),
    "end_account": ("アカウントを終える", "End the account"),
    "default": ("既定(法令に定めなし。運用基準は未反映)", "Default (no statute; the Operational Standards are not reflected)"),
}
"""What a report says back: its parts and their codes."""


def told(made: Mapping[str, Any], language: str) -> list[str]:
    """Return what a report said back, a line a part."""

    def said(code: object) -> str:
        both = TOLD.get(str(code))
        return str(code) if both is None else both[0 if language == "ja" else 1]

    return [
        f"{said(name)}: {', '.join(map(said, value)) if isinstance(value, (list, tuple)) else said(value)}"
        for name, value in made.items()
        if value
    ]
