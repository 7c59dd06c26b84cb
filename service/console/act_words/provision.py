"""Acts of Act 6 to 10, as people read them."""

VERBS = {
    "certify": ("適合事業者と認定する", "Certify an operator"),
    "record_certification": ("認定を記録する", "Record a certification"),
    "end_certification": ("認定を終える", "End a certification"),
    "conclude_contract": ("契約を結ぶ", "Conclude a contract"),
    "record_contract": ("契約を記録する", "Record a contract"),
    "end_contract": ("契約を終える", "End a contract"),
    "provide": ("提供する", "Provide"),
    "record_provision": ("提供を記録する", "Record a provision"),
    "record_return": ("返却・廃棄を記録する", "Record a return"),
    "correct_certification": ("認定を訂正する", "Put a certification right"),
    "correct_contract": ("契約を訂正する", "Put a contract right"),
    "correct_provision": ("提供を訂正する", "Put a provision right"),
}
FIELDS = {
    "operator_id": ("適合事業者", "Operator"),
    "certification_id": ("認定の番号", "Id of the certification"),
    "informations": ("情報の番号(コンマ区切り)", "Informations (with commas)"),
    "return_by": ("返却・廃棄の期限", "To be returned by"),
    "units": ("部署(コンマ区切り)", "Units (with commas)"),
    "contract_id": ("契約の番号", "Id of the contract"),
    "giver_id": ("提供する側", "Giver"),
    "receiver_id": ("提供を受ける側", "Receiver"),
    "under": ("根拠条文", "Citation"),
    "consulted_on": ("協議の日", "Day of consultation"),
    "consented_by": ("同意した者", "Consented by"),
    "equivalence": ("同等の保護措置がある", "Equivalent protection"),
    "safeguards": ("安全管理措置がある", "Safeguards are in place"),
    "provision_id": ("提供の番号", "Id of the provision"),
    "ended_on": ("終了の日", "Day of the end"),
    "returned_on": ("返却・廃棄の日", "Day of the return"),
}
CODES: dict[str, tuple[str, str]] = {
    "ended_on": ("終了の日", "Day of the end"),
    "return_until_on": ("返却・廃棄の期限", "Term for returning"),
    "units": ("部署", "Units"),
    "consulted_on": ("協議の日", "Day of consultation"),
    "returned_on": ("返却・廃棄の日", "Day of the return"),
}
"""Values that a word of these acts may have."""
