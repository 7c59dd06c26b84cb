"""Acts on people, names, posts, units and their aliases, as people read them."""

VERBS = {
    "register_organization": ("組織を登録する", "Register an organization"),
    "register_unit": ("部署を登録する", "Register a unit"),
    "register_person": ("人を登録する", "Register a person"),
    "record_name": ("氏名・生年月日を記録する", "Record a name"),
    "take_post": ("所属・役職に就ける", "Take a post"),
    "leave_post": ("所属・役職を離れる", "Leave a post"),
    "grant_alias": ("人の別名を付ける", "Grant an alias of a person"),
    "end_alias": ("別名を終える", "End an alias"),
}
FIELDS = {
    "kind": ("種類", "Kind"),
    "name": ("名称", "Name"),
    "name_en": ("英語の名称", "Name in English"),
    "organization_id": ("組織", "Organization"),
    "parent_id": ("上位", "Parent"),
    "from_on": ("開始日", "From"),
    "unit_id": ("部署", "Unit"),
    "legal_name": ("氏名", "Legal name"),
    "kana": ("ふりがな", "Kana"),
    "birth_on": ("生年月日", "Date of birth"),
    "person_id": ("人", "Person"),
    "last_day": ("最終日", "Last day"),
    "post": ("役職", "Post"),
    "title": ("名称・役職の表記", "Title"),
    "employment": ("雇用区分", "Employment"),
    "employer_id": ("派遣元", "Employer"),
    "post_id": ("所属・役職の番号", "Id of the post"),
    "namespace": ("別名の名前空間", "Namespace"),
    "value": ("別名の値", "Value"),
    "target_kind": ("対象の種類", "Kind of target"),
    "target_id": ("対象", "Target"),
    "alias_id": ("別名の番号", "Id of the alias"),
    "on": ("その日", "Day"),
}
CODES: dict[str, tuple[str, str]] = {}
"""Values that a word of these acts may have."""
