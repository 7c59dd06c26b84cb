"""Words of these pages: queries that auditors keep, notes and findings, what is opened beyond the budget, gaps of the log."""

from collections.abc import Mapping
from types import MappingProxyType

_QUERIES = {
    "aq_queries": ("監査の検索", "Queries"),
    "aq_queries_lead": (
        "理由と事件番号を付けて保存し、繰り返し行う検索です。行うたびに記録されます。証拠の一式には検索条件そのものが入り、だれでも照合できます。",
        (
            "Searches that are saved with a reason and a case number and run again. Each run is recorded. An evidence package carries"
            " the query itself, so that anybody can check what it finds."
        ),
    ),
    "aq_saved": ("保存した検索", "Saved queries"),
    "aq_none": ("保存した検索はまだありません。", "No query was saved yet."),
    "aq_name": ("名前", "Name"),
    "aq_owner": ("作成者", "Owner"),
    "aq_reason": ("何のために", "What for"),
    "aq_case": ("事件番号", "Case number"),
    "aq_digest": ("条件のダイジェスト", "Digest of the query"),
    "aq_saved_at": ("保存した日時", "Saved"),
    "aq_new": ("新しい検索", "A new query"),
    "aq_new_lead": (
        "欄の中はコンマで区切ったいずれか、欄どうしはすべてに当たるものを探します。保存した条件は変わりません。",
        "Within a field any of what commas part, of all fields together. A saved query never changes.",
    ),
    "aq_save": ("保存する", "Save"),
    "aq_people": ("対象者", "People"),
    "aq_accounts": ("行為者（サインイン名でも可）", "Who acted (id or sign-in name)"),
    "aq_applications": ("アプリケーション", "Applications"),
    "aq_informations": ("情報", "Information"),
    "aq_documents": ("文書等", "Documents"),
    "aq_organizations": ("組織", "Organizations"),
    "aq_kinds": ("何が起きたか", "What happened"),
    "aq_outcomes": ("結果", "Outcome"),
    "aq_actions": ("操作", "Actions"),
    "aq_requests": ("要求・照会・起案の番号", "Requests, references, proposals"),
    "aq_reasons": ("判定の理由", "Reasons of decisions"),
    "aq_citations": ("根拠条文", "Citations"),
    "aq_purposes": ("閲覧の目的", "Purposes of looks"),
    "aq_named_purposes": ("アプリケーションが示した目的", "Purposes that applications named"),
    "aq_named_purposes_hint": (
        "判定や検索を求めるときに context.purpose で示された符号。複数はコンマで区切ります。",
        "Codes sent in context.purpose with a check or a search, with commas between several.",
    ),
    "aq_every_purpose": ("目的（閲覧、アプリケーション）", "Purposes (of looks and of applications)"),
    "aq_withheld_hint": (
        "保護された内容の中を探します。行うには目的が要り、開いた行数が数えられます。",
        "Looked for in what is withheld: running it takes a purpose, and every row that is opened counts.",
    ),
    "aq_ids_hint": ("識別子。複数はコンマで区切ります。", "Ids, with commas between several."),
    "aq_citations_hint": ("例 Act 11 又は Act 11(1)", "As Act 11 or Act 11(1)"),
    "aq_run": ("検索を行う", "Run"),
    "aq_run_lead": (
        "目的を選ばなければ公開部分だけを探し、件数の制限はありません。目的を選ぶと保護された内容を開き、本日の行数に数え、対象者の記録にも残ります。",
        (
            "Without a purpose the clear part alone is searched, without limit. With one, what is withheld is opened, counted against"
            " today's budget, and told on the record of everybody whom it is about."
        ),
    ),
    "aq_clear_only": ("公開部分だけ", "The clear part alone"),
    "aq_found": ("見つかった記録", "What was found"),
    "aq_found_none": ("この範囲には見つかりませんでした。", "Nothing was found in this range."),
    "aq_came": ("番号 {start} までさかのぼって探しました。", "Looked through back to entry {start}."),
    "aq_opened": ("保護された内容を {number} 行開きました（記録 {index}）。", "Opened {number} rows of what is withheld (entry {index})."),
    "aq_ran": ("検索は記録されました（記録 {index}）。", "The run was recorded (entry {index})."),
    "aq_onward": ("さらに前を探す", "Look further back"),
    "aq_shown": ("開いた内容", "What was opened"),
    "aq_runs": ("これまでに行った検索", "Earlier runs"),
    "aq_run_over": ("記録 {index}: {size} 件までの台帳", "Entry {index}: over the first {size} entries"),
    "aq_last_package": ("直前の証拠一式", "Last package"),
    "aq_last_package_is": ("{export_id}（{size} 件まで）", "{export_id} (over {size} entries)"),
    "aq_sample_lead": (
        "種と範囲から同じ標本をだれでも引き直せます（「種:番号」の SHA-256 が小さい順）。",
        "Anybody who has seed and range draws the same sample again (least SHA-256 of “seed:index”).",
    ),
    "aq_sample_of": ("種 {seed}、範囲は番号 {upto} の前まで、母数 {population}", "Seed {seed}, entries below {upto}, out of {population}"),
    "aq_export": ("書き出す", "Export"),
    "aq_end": ("この検索を終える", "End this query"),
    "aq_more": ("行数を超える開示を求める", "Ask to open more"),
    "aq_more_lead": (
        (
            "本日開示できるのは {budget} 行、開いたのは {opened} 行です。超える分は、別の監査担当者又は決裁者が、"
            "この検索と日について確認します。監査の対象となる人は確認できません。"
        ),
        (
            "Today's budget is {budget} rows, of which you opened {opened}. More is confirmed for this query and one day by a second"
            " auditor or the approver, never by whoever is audited."
        ),
    ),
    "aq_rows": ("行数", "Rows"),
    "aq_on": ("日（空欄は今日）", "Day (empty: today)"),
    "aq_ask": ("求める", "Ask"),
}
_REQUESTS = {
    "aq_requests_title": ("開示の求め", "Requests to open more"),
    "aq_requests_lead": (
        "監査担当者が一日の行数を超えて保護された内容を開くための求めです。本人も、監査の対象となる人も確認できません。",
        ("Auditors ask to open more of what is withheld than a day's budget. Neither whoever asked nor whoever is audited confirms."),
    ),
    "aq_requests_none": ("確認を待つ求めはありません。", "No request waits."),
    "aq_asked_by": ("求めた人", "Asked by"),
    "aq_confirmed": ("確認済み", "Confirmed"),
    "aq_waits": ("確認待ち", "Waits"),
    "aq_confirm": ("確認する", "Confirm"),
    "aq_query_of": ("検索", "Query"),
}
_FINDINGS = {
    "aq_findings": ("監査のメモと指摘", "Notes and findings"),
    "aq_findings_lead": (
        "監査担当者の指摘に、その事項を所管する人が回答し、監査担当者が終結します。それぞれの段階が記録されます。",
        "An auditor states a finding, whoever keeps the matter answers, an auditor closes it. Each step is recorded.",
    ),
    "aq_findings_none": ("メモも指摘もありません。", "There is no note and no finding."),
    "aq_state_note": ("メモ", "Note"),
    "aq_state_stated": ("回答待ち", "Waits for an answer"),
    "aq_state_answered": ("回答あり", "Answered"),
    "aq_state_closed": ("終結", "Closed"),
    "aq_step_noted": ("メモ", "Noted"),
    "aq_step_stated": ("指摘", "Stated"),
    "aq_step_answered": ("回答", "Answered"),
    "aq_step_closed": ("終結", "Closed"),
    "aq_words": ("内容", "Words"),
    "aq_words_hint": (
        "指定された情報の内容は書かないでください。記録の対象者の鍵で封じられます。",
        "Write no content of designated information. It is sealed under the key of whom the entry is about.",
    ),
    "aq_gone": ("破棄されました", "Destroyed"),
    "aq_answer": ("回答する", "Answer"),
    "aq_close": ("終結する", "Close"),
    "aq_note": ("メモを付ける", "Note"),
    "aq_state": ("指摘する", "State a finding"),
    "aq_to": ("回答する人", "Who answers"),
    "aq_about": ("記録 {index} について", "About entry {index}"),
    "aq_remarks": ("メモと指摘", "Notes and findings"),
}
_GAPS = {
    "aq_gaps": ("台帳の空白", "Gaps"),
    "aq_gaps_lead": (
        "記録のない時間、時計の止まり・戻り、署名や立会いを待った範囲です。サービスの開始と正常な停止は台帳に残ります。どちらもない空白は、台帳からは、静かな時間と時計の進みを見分けられません。",
        (
            "Where the log is silent, where a clock stood or went back, and what waited for a signature or a witness. Starts of the"
            " service and stops in order are entries. A silence without either may be a quiet time or a clock set forward."
        ),
    ),
    "aq_minutes": ("何分を超えるもの", "Longer than (minutes)"),
    "aq_show": ("調べる", "Show"),
    "aq_gaps_part": ("番号 {start} 以降だけを調べました。", "Looked through from entry {start} on."),
    "aq_silences": ("記録のない時間", "Silences"),
    "aq_between": ("記録 {before} と {after} の間", "Between entries {before} and {after}"),
    "aq_silence_signed": ("直前までが署名済み（後からの切捨てではない）", "Signed just before: nothing was cut off"),
    "aq_silence_stopped": ("正常に停止した後", "The service had stopped in order"),
    "aq_silence_cut_off": ("正常な停止なしに再び開始", "Started again without having stopped in order"),
    "aq_silence_unsigned": ("直前の署名なし", "No signature just before"),
    "aq_stood": ("時計の止まり・戻り", "Clock stood or went back"),
    "aq_stood_at": ("記録 {index} が直前と同じ時刻", "Entry {index} has the instant of the one before"),
    "aq_unsigned": ("署名を待った範囲", "Waited for a signature"),
    "aq_unwitnessed": ("立会いを待った範囲", "Waited for a witness"),
    "aq_no_witness": ("証人の連署の記録はありません。", "This deployment keeps no cosignatures."),
    "aq_stretch": ("記録 {start} から {end} まで", "Entries {start} to {end}"),
    "aq_never": ("まだない", "None yet"),
    "aq_no_gap": ("見つかりませんでした。", "None was found."),
    "aq_from_to": ("{since} から {until}", "{since} to {until}"),
}
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({**_QUERIES, **_REQUESTS, **_FINDINGS, **_GAPS})
"""Each word of these pages, in Japanese and English."""
