"""Results, doubt notices and offices (Act 11 to 13), as people read them."""

VERBS = {
    "record_result": ("適性評価の結果を記録する", "Record a result"),
    "record_notice_day": ("本人への通知の日を確定する", "Record the day the person was told"),
    "pass_result": ("派遣元に結果を通知した記録", "Record that the dispatch employer was told"),
    "record_doubt_notice": ("再評価の告知を記録する", "Record a doubt notice"),
    "record_office": ("適性評価を要しない職を記録する", "Record an exempt office"),
    "correct_result": ("適性評価の結果を訂正する", "Put a result right"),
    "correct_doubt_notice": ("再評価の告知を訂正する", "Put a doubt notice right"),
    "correct_office": ("適性評価を要しない職を訂正する", "Put an exempt office right"),
}
FIELDS = {
    "head_id": ("評価した行政機関", "Head that assessed"),
    "outcome": ("結果", "Outcome"),
    "notified_on": ("本人への通知の日", "Day the person was told"),
    "law": ("根拠法", "Law"),
    "investigated_by": ("調査した者", "Investigated by"),
    "reused": ("他の行政機関の調査を流用した結果", "Another organ's investigation was reused"),
    "widening": ("期間が延びる(決裁が必要)", "Lets somebody handle for longer (takes approval)"),
    "passed_result_id": ("派遣元への通知の番号", "Id of the record that it was passed"),
    "original_on": ("流用元の通知の日", "Day of the first notice"),
    "result_id": ("結果の番号", "Id of the result"),
    "doubt_notice_id": ("告知の番号", "Id of the doubt notice"),
    "office": ("職", "Office"),
    "office_id": ("職の記録の番号", "Id of the office"),
}
CODES: dict[str, tuple[str, str]] = {
    "positive": ("漏らすおそれがないと認められた", "Positive"),
    "negative": ("漏らすおそれがないと認められなかった", "Negative"),
    "refused": ("同意がなく実施されなかった", "Not carried out: no consent"),
    "withdrawn": ("同意が取り下げられ実施されなかった", "Not carried out: consent withdrawn"),
    "iesi": ("重要経済安保情報保護活用法", "This Act"),
    "sds": ("特定秘密保護法", "Specially Designated Secrets Act"),
    "prime_minister": ("内閣総理大臣", "The Prime Minister"),
    "organ": ("行政機関", "The organ itself"),
}
"""Values that a word of these acts may have."""
