"""Acts on scopes and lists (Act 5, 10(3)(i), 10(4)), as people read them."""

VERBS = {
    "list_handler": ("取扱者の範囲・名簿に載せる", "List a handler"),
    "remove_handler": ("取扱者の範囲・名簿から外す", "Remove a handler"),
    "request_listing": ("取扱者への登載を申し出る", "Ask for a listing"),
    "decline_request": ("登載の申出を認めない", "Decline a request for a listing"),
    "take_back_request": ("登載の申出を取り下げる", "Take back a request for a listing"),
    "confirm_listings": ("取扱者の範囲・名簿を点検する", "Confirm listings at an inspection"),
    "name_acting_manager": ("臨時代行職員を指名する", "Name an acting manager"),
    "end_acting_manager": ("臨時代行職員の指名を解く", "End the naming of an acting manager"),
    "list_in_emergency": ("夜間・災害時に一時登載する", "List in an emergency"),
    "confirm_emergency": ("一時登載を確認する", "Confirm a listing made in an emergency"),
    "set_list_number": ("名簿の内規の数値を定める", "Set a number of the house for lists"),
    "set_purpose": ("登載の目的区分を定める", "Set a purpose of listings"),
    "end_purpose": ("登載の目的区分を廃する", "End a purpose of listings"),
    "correct_listing": ("取扱者の登載を訂正する", "Put a listing right"),
}
FIELDS = {
    "actions": ("認める取扱い", "Actions"),
    "listing_id": ("登載の番号", "Id of the listing"),
    "listings": ("登載の番号(複数)", "Ids of the listings"),
    "request_id": ("申出の番号", "Id of the request"),
    "acting_id": ("指名の番号", "Id of the naming"),
    "task": ("業務の整理番号", "Reference number of the task"),
    "purpose": ("目的区分", "Purpose"),
    "reference": ("根拠文書の番号", "Reference number"),
    "ground": ("事由", "Ground"),
    "setting": ("数値の名称", "Which number"),
    "amount": ("数値", "Number"),
    "purpose_code": ("区分の符号", "Code of the purpose"),
    "purpose_name": ("区分の名称", "Name of the purpose"),
    "purpose_name_en": ("区分の名称(英語)", "Name of the purpose in English"),
}
CODES: dict[str, tuple[str, str]] = {
    "not_needed": ("知得の必要が認められない", "No need to know"),
    "outside_scope": ("取扱者の範囲の外", "Outside the scope"),
    "not_possible": ("登載できない", "A listing is not possible"),
    "night": ("夜間", "Night"),
    "disaster": ("災害", "Disaster"),
    "listing_months": ("登載の期間(月、既定値12は仮の値)", "Months of a listing (default 12, ours)"),
    "confirm_warn_days": ("点検の督促までの日数(既定値60は仮の値)", "Days until an unconfirmed line warns (default 60, ours)"),
    "confirm_stop_days": ("新規登載停止までの日数(既定値120は仮の値)", "Days until nothing new is added (default 120, ours)"),
    "confirm_lapse_days": ("失効までの日数(既定値180は仮の値)", "Days until an unconfirmed line lapses (default 180, ours)"),
    "emergency_hours": ("一時登載の時間(既定値72は仮の値)", "Hours of a listing in an emergency (default 72, ours)"),
    "emergency_again_days": ("再度の一時登載までの日数(既定値30は仮の値)", "Days until one person may do so again (default 30, ours)"),
    "actions": ("認める取扱い", "Actions"),
}
"""Values that a word of these acts may have."""
