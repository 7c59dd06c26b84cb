"""Acts of Act 12 to 16, as people read them."""

VERBS = {
    "list_candidate": ("適性評価の候補者名簿への登載を求める", "Put forward a candidate"),
    "answer_listing": ("候補者名簿への登載に回答する", "Answer to being listed as a candidate"),
    "strike_candidate": ("候補者名簿から外す", "Strike a candidate off"),
    "tell_employer": ("登載を派遣元に通知したことを記録する", "Record that the dispatching employer was told"),
    "give_notice": ("適性評価の実施を告知する", "Give notice of an assessment"),
    "record_consent": ("適性評価に同意する", "Consent to an assessment"),
    "record_refusal": ("適性評価に同意しない", "Refuse an assessment"),
    "record_withdrawal": ("同意を取り下げる", "Withdraw consent"),
    "answer_inquiries": ("公務所・団体への照会に回答する", "Answer to inquiries of offices and bodies"),
    "waive_reasons": ("理由の通知を希望しない", "Waive the notice of reasons"),
    "request_investigation": ("内閣総理大臣に調査を求める", "Ask the Prime Minister to investigate"),
    "record_own_investigation": ("自ら行った調査を記録する", "Record an investigation of one's own"),
    "reuse_investigation": ("他の行政機関のための調査を用いる", "Reuse an investigation"),
    "receive_opinion": ("調査結果と調査意見を受け取る", "Receive result and opinion"),
    "decide": ("適性評価を決定する", "Decide an assessment"),
    "notify_result": ("結果を通知する", "Notify the result"),
    "sign_pledge": ("誓約書を受け取る", "Record the pledge"),
    "complain": ("苦情を申し出る", "Complain"),
    "answer_complaint": ("苦情の処理結果を通知する", "Answer a complaint"),
}
FIELDS = {
    "candidate_id": ("候補者の番号", "Id of the candidate"),
    "complaint_id": ("苦情の番号", "Id of the complaint"),
    "consent": ("書面による登載への同意(空欄は本人が回答)", "Agreed on paper (empty: the person answers)"),
    "explanation": ("説明文書の版", "Version of the explanation document"),
    "employer_told_on": ("派遣元への通知の日", "Day the dispatching employer was told"),
    "agreed": ("同意する", "Agrees"),
    "doubt": ("再評価の告知(法第12条第1項第3号)", "Re-assessment on doubt (Act 12(1)(iii))"),
    "officer_id": ("担当した者", "Officer who took part"),
    "reuse": ("他の行政機関のための調査による評価に限る", "Only on an investigation made for another head"),
    "ground": ("自ら調査する理由", "Why the organ investigates itself"),
    "reasons_number": ("本人あて理由書の番号(封緘)", "Number of the sealed letter of reasons"),
}
CODES: dict[str, tuple[str, str]] = {
    "not_carried_out": ("実施されなかった(同意なし・取下げ)", "Not carried out (no consent, or withdrawn)"),
    "result_stands": ("結果を維持する", "The result stands"),
    "put_right": ("手続を是正する(結果は維持)", "Conduct is put right; the result stands"),
    "reassessment": ("改めて適性評価を実施する", "Assessed anew"),
    "work_of_the_organ_impeded": ("業務の遂行に支障を及ぼすおそれ", "Asking would impede the organ's work"),
}
"""Values that a word of these acts may have."""
