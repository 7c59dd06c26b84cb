"""Acts on what is kept of people, and on slips of secret content, as people read them."""

VERBS = {
    "erase_person": ("個人の記録を消去する", "Erase a person"),
    "seal_spill": ("混入した内容を封印する", "Seal away what slipped in"),
    "unseal_spill": ("封印を解く", "Unseal what was sealed by mistake"),
    "destroy_spill": ("封印した内容を破棄する", "Destroy what was sealed away"),
}
FIELDS = {
    "index": ("記録の番号", "Number of the entry"),
}
CODES: dict[str, tuple[str, str]] = {
    "keep_person_years": ("氏名等の保存年数", "Years names are kept"),
    "keep_clearance_years": ("適性評価の結果の保存年数", "Years results are kept"),
    "keep_assessment_years": ("適性評価及び苦情の保存年数", "Years assessments and complaints are kept"),
    "keep_handling_years": ("登載・取扱いの保存年数", "Years listings and handlings are kept"),
    "sealed": ("封印済み", "Sealed away"),
    "unsealed": ("封印を解いた", "Unsealed"),
}
"""Values that a word of these acts may have."""
