"""Acts of the room registers, as people read them."""

VERBS: dict[str, tuple[str, str]] = {
    "record_training": ("教育の実施を記録する", "Record a training"),
    "record_attendance": ("教育の受講を記録する", "Record an attendance"),
    "record_pledge": ("誓約書の提出を記録する", "Record a pledge"),
    "report_event": ("身上の変化・異動などを届け出る", "Report a change about a person"),
    "report_doubt": ("法第12条第1項第3号の事情を報告した記録", "Record a report of doubt to the organ"),
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
}
"""Values that a word of these acts may have."""
