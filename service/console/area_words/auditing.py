"""Words of these pages: Job four: the ledger, its verification, and questions to it."""

from collections.abc import Mapping
from types import MappingProxyType

from service.console.area_words.audit_packages import PACKAGES
from service.console.area_words.audit_questions import QUESTIONS, VERIFICATION

_LEDGER = {
    "audit_ledger": ("台帳", "Ledger"),
    "audit_ledger_lead": (
        "すべての変更と判定の記録です。新しいものから並びます。ここで見えるのは記録のうち公開部分で、氏名や理由などは一件ごとに目的を選んで見ます（見たことも記録されます）。",
        (
            "Every change and every decision, the newest first. This is the clear part; names and reasons are shown entry by entry once"
            " you say what for, and that you looked is recorded."
        ),
    ),
    "audit_filter": ("台帳の絞込み", "Narrow the ledger"),
    "audit_who": ("だれが・だれについて", "Who"),
    "audit_who_hint": (
        "アカウント・人・アプリケーションの識別子、又はサインイン名",
        "Id of an account, person or application, or a sign-in name",
    ),
    "audit_kind": ("何が起きたか", "What happened"),
    "audit_whole_room": ("{room}のすべて", "All of: {room}"),
    "audit_item": ("対象", "What it is about"),
    "audit_item_hint": ("情報・文書・組織などの識別子", "Id of an information, document or organization"),
    "audit_outcome": ("結果", "Outcome"),
    "audit_since": ("いつから", "From"),
    "audit_until": ("いつまで（その日を含む）", "To (that day included)"),
    "audit_day_hint": ("例 2026-11-28、R8.11.28、2026-11-28 10:30", "As 2026-11-28, R8.11.28 or 2026-11-28 10:30"),
    "audit_request": ("要求・照会・起案の番号", "Request, reference or proposal"),
    "audit_request_hint": ("一続きの記録をまとめて探します", "Finds what belongs together"),
    "audit_search": ("絞り込む", "Search"),
    "audit_clear_filter": ("条件を消す", "Clear"),
    "audit_all": ("すべて", "All"),
    "audit_out_permit": ("許可", "Permitted"),
    "audit_out_deny": ("不許可", "Denied"),
    "audit_out_accepted": ("記録済み", "Done"),
    "audit_out_refused": ("認められず", "Refused"),
    "audit_bad_filter": (
        "条件に読み取れないものがあるため、まだ何も探していません。印のついた欄を直してください。",
        "Nothing was searched yet: mend the marked field first.",
    ),
    "audit_bad_id": ("識別子は空白を含まない128文字以内です。", "An id has at most 128 characters and no spaces."),
    "audit_bad_choice": ("選択肢から選んでください。", "Choose one of the list."),
    "audit_bad_day": (
        "日付は 2026-11-28、2026/11/28、R8.11.28、令和8年11月28日 のように書きます。時刻は 10:30 のように後ろに付けます。",
        "Write a day as 2026-11-28, 2026/11/28, R8.11.28 or 令和8年11月28日, with a time behind it as 10:30.",
    ),
    "audit_bad_order": ("「いつまで」が「いつから」より前です。", "This lies before the beginning."),
    "audit_bad_place": ("続きの番号が正しくありません。", "The place to go on from is not right."),
    "audit_counted": ("この条件に {total} 件", "{total} found"),
    "audit_counted_part": (
        "件数は、期間の中で新しい記録（番号 {start} 以降）について数えています。古いものは期間を区切って数えてください。",
        "Counted over the newest of the period (from entry {start} on). For older ones narrow the period.",
    ),
    "audit_by_kind": ("何が起きたか", "What happened"),
    "audit_by_outcome": ("結果", "Outcome"),
    "audit_by_organization": ("組織", "Organization"),
    "audit_by_day": ("日", "Day"),
    "audit_entries": ("記録", "Entries"),
    "audit_clock_utc": ("時刻を協定世界時(UTC)で見る", "Show times in UTC"),
    "audit_clock_japan": ("時刻を日本時間で見る", "Show times in Japan's time"),
    "audit_time": ("日時（日本時間）", "Time (Japan)"),
    "audit_time_utc": ("日時（UTC）", "Time (UTC)"),
    "audit_number": ("番号", "No."),
    "audit_says": ("内容", "What it says"),
    "audit_same_request": ("同じ要求の記録", "Same request"),
    "audit_reference": ("照会番号", "Reference"),
    "audit_unreadable": (
        "この番号の記録は読み取れません。検証の画面で確かめてください。",
        "What stands here cannot be read; see the verification.",
    ),
    "audit_none": ("この条件に合う記録はありません。", "No entry answers to this."),
    "audit_found_none": (
        "番号 {start} までの間にはありませんでした。続けて古い記録を探せます。",
        "None down to entry {start}. You can go on to older ones.",
    ),
    "audit_go_on": ("続き（古い記録）", "Go on (older)"),
    "audit_saved": ("この条件を保存する", "Save this filter"),
    "audit_saved_lead": (
        "監査の検索として保存し、繰り返し行えます。理由と事件番号とともに、どの監査担当者にも表示されます。",
        "It is saved as a query that can be run again. Every auditor sees it, with its reason and case number.",
    ),
    "audit_saved_unsaid": (
        "この条件はこのままでは保存できません。組織の識別子、又は人・アカウント・アプリケーションのいずれでもない識別子を含むためです。監査の検索の画面で、それを対象とするか行為者とするかを選んでください。",
        (
            "This filter cannot be saved as it is, for it holds the id of an organization, or one that is neither a person's nor an"
            " account's nor an application's. Say on the page of queries whether you mean what entries are about or who acted."
        ),
    ),
}
_ENTRY = {
    "audit_entry": ("記録 {index}", "Entry {index}"),
    "audit_field_v": ("形式の版", "Version"),
    "audit_field_at": ("日時", "Time"),
    "audit_field_kind": ("種別", "Kind"),
    "audit_field_out": ("結果", "Outcome"),
    "audit_field_actor": ("行った者", "By"),
    "audit_field_second": ("決裁した者", "Approved by"),
    "audit_field_footing": ("決裁の立場", "Footing"),
    "audit_field_proposal": ("起案", "Proposal"),
    "audit_field_person": ("だれについて", "About"),
    "audit_field_for": ("組織", "Organization"),
    "audit_field_object": ("対象", "Object"),
    "audit_field_action": ("取扱い", "Action"),
    "audit_field_on": ("行為の日", "Day of the act"),
    "audit_field_req": ("要求番号", "Request"),
    "audit_field_ref": ("照会番号", "Reference"),
    "audit_field_seen": ("考慮済みの最後の変更", "Last change considered"),
    "audit_field_policy": ("判定規則", "Policy"),
    "audit_all_of_this": ("すべての記録", "All entries"),
    "audit_several": ("一度に問い合わせられた判定", "The decisions of this request"),
    "audit_several_lead": (
        "{number} 件が、同じ時刻に、同じ記録に基づいて判定されました。",
        "{number} were decided together, at one instant and on the same records.",
    ),
    "audit_place": ("順", "No."),
    "audit_of_check": ("{number} 番目の判定", "Decision {number}"),
    "audit_again": ("この判定をもう一度行う", "Re-run this decision"),
    "audit_again_lead": (
        "判定の時に使われた事実と規則だけから、同じ答えが出るかを判定エンジンで確かめます。事実を見るため、目的を選んでください。",
        (
            "Checks with the policy engine that the same answer follows from the facts and the rules of that time. As this looks at the"
            " facts, say what for."
        ),
    ),
    "audit_again_do": ("もう一度判定する", "Re-run"),
    "audit_again_same": ("同じ答えになりました。", "The same answer."),
    "audit_again_same_text": (
        "記録された事実に、その時の規則を当てはめると、記録された結果と理由がそのまま出ます。",
        "From the recorded facts, under the rules of that time, exactly the recorded outcome and reason follow.",
    ),
    "audit_again_other": ("違う答えになりました。", "Another answer."),
    "audit_again_other_text": (
        "記録された事実と規則からは、記録された結果又は理由が出ません。台帳の検証を行い、システム管理者に知らせてください。",
        "The recorded outcome or reason does not follow from the recorded facts and rules. Verify the ledger and tell the administrator.",
    ),
    "audit_again_policy": ("規則の本文が確かめられません。", "The rules cannot be confirmed."),
    "audit_again_policy_text": (
        "その時の規則の本文がないか、書き換えられています。台帳の検証を行ってください。",
        "The text of the rules of that time is absent or was altered. Verify the ledger.",
    ),
    "audit_again_withheld": ("判定し直せません。", "Cannot be re-run."),
    "audit_again_withheld_text": (
        "事実又は回答を読むことができません（鍵が廃棄されたか、開示が失われています）。",
        "Facts or answer cannot be read: their key was destroyed, or they are gone.",
    ),
    "audit_again_mismatch": ("事実によらない不許可です。", "A denial that rests on no facts."),
    "audit_again_mismatch_text": (
        "記録がサービスの書いたものと違っていたため、安全側に倒して許可しなかったものです。規則からは導かれません。",
        "A row was not as the service wrote it, so nothing was permitted. No rule is behind that.",
    ),
    "audit_again_under": ("使った規則のダイジェスト:", "Digest of the rules:"),
    "audit_again_facts": ("事実 {number} 組に当てはめました。事実は下に示します。", "Judged on {number} set(s) of facts, shown below."),
    "audit_withheld": ("保護された内容", "What is withheld"),
    "audit_withheld_lead": (
        (
            "この記録には保護された内容が {number} 件あります。目的を選ぶと、あなたに許された範囲で表示します。"
            "閲覧は表示の前に記録され、本人に知らされることがあります。"
        ),
        (
            "{number} things are withheld. Say what for, and you see what you are entitled to. The look is recorded first, and the person"
            " concerned may learn of it."
        ),
    ),
    "audit_purpose": ("目的", "Purpose"),
    "audit_look": ("記録して表示する", "Record and show"),
    "audit_looked": ("閲覧を番号 {index} に記録しました。", "Your look was recorded as entry {index}."),
    "audit_gone_erased": (
        "本人の記録が保存期間を終えて消去されたため、誰にも読めません。",
        "Erased with the person at the end of retention; nobody can read it.",
    ),
    "audit_gone_destroyed": ("鍵が廃棄されたため、誰にも読めません。", "Its key was destroyed; nobody can read it."),
    "audit_gone_sealed": ("混入した内容として封印されています。", "Sealed away, because something slipped in."),
    "audit_not_yours": ("あなたの役割では表示できないか、もう読むことができません。", "Not for your role, or not to be read any more."),
    "audit_value": ("内容", "Value"),
    "audit_facts": ("判定の時に知られていた事実", "Facts known at the decision"),
    "audit_fact": ("事実", "Fact"),
    "audit_from_entry": ("もとの記録", "From entry"),
    "audit_answer": ("理由", "Reason"),
    "audit_answer_reason": ("理由", "Reason"),
    "audit_answer_basis": ("根拠", "Basis"),
    "audit_search": ("検索", "Search"),
    "audit_search_searched": ("検索したもの", "Searched for"),
    "audit_search_kind": ("対象の種類", "Kind of thing"),
    "audit_search_after": ("直前のページの末尾", "Behind"),
    "audit_search_limit": ("1ページの上限", "At most"),
    "audit_search_asked": ("不明の語", "Words that meant nothing"),
    "audit_search_count": ("回答した件数", "Found"),
    "audit_search_judged": ("判定した件数", "Judged"),
    "audit_search_onward": ("次のページの起点", "Goes on behind"),
    "audit_search_doubted": ("記録の不一致により除いたもの", "Left out, as a record did not match"),
    "audit_search_purpose": ("アプリケーションが示した目的", "Purpose that the application named"),
    "audit_search_results": ("回答したもの", "What was found"),
    "audit_note": ("付記", "Note"),
    "audit_yes": ("はい", "Yes"),
    "audit_no": ("いいえ", "No"),
    "audit_near": ("一続きの記録", "What belongs to it"),
    "audit_near_lead": ("同じ要求又は同じ起案による記録です。", "Entries of the same request or the same proposal."),
    "audit_proof": ("この記録が改ざんされていないことの証明", "Proof that this entry is as it was recorded"),
    "audit_holds": ("確認", "Holds"),
    "audit_fails": ("不一致", "Fails"),
    "audit_proof_large": (
        "台帳は {size} 件あり、証明の計算に数秒かかります。",
        "The ledger has {size} entries; working out the proof takes some seconds.",
    ),
    "audit_proof_do": ("証明を計算する", "Work out the proof"),
    "audit_json": ("記録そのもの（JSON）", "The entry itself (JSON)"),
    "audit_earlier": ("前の記録", "Earlier"),
    "audit_later": ("次の記録", "Later"),
}
_EXPORT = {
    "audit_export": ("この一覧を書き出す", "Export this view"),
    "audit_export_lead": (
        "いま表示している条件に合う記録だけを、すべて書き出します。書き出しの求めと、できたファイルのダイジェストが台帳に記録されます。時刻は日本時間とUTCの両方が入ります。",
        (
            "Writes all entries of exactly this filter. The request, and the digest of the file, are recorded. Times are in Japan's time"
            " and in UTC."
        ),
    ),
    "audit_export_format": ("形式", "Format"),
    "audit_export_xlsx": ("Excelブック（xlsx）", "Excel workbook (xlsx)"),
    "audit_export_csv": ("CSV（Excel用）", "CSV (for Excel)"),
    "audit_export_cp932": ("CSV（シフトJIS・CP932）", "CSV (Shift JIS, CP932)"),
    "audit_export_ocsf": ("OCSF（監視システム用）", "OCSF (for monitoring systems)"),
    "audit_export_jsonl": ("JSON Lines（検証用）", "JSON lines (to verify)"),
    "audit_export_purpose": ("判定の理由を含める目的", "Purpose, to include reasons"),
    "audit_export_clear": ("含めない（公開部分だけ）", "Without (clear part alone)"),
    "audit_export_do": ("書き出す", "Export"),
    "audit_export_large": (
        "一度に書き出せるのは {most} 件までです。期間などで条件を絞るか、サーバーで sekisho export を使ってください。",
        "At most {most} entries are written at once. Narrow the filter, or use sekisho export on the server.",
    ),
    "audit_export_title": ("台帳の書き出し", "Ledger export"),
}
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({**_LEDGER, **_ENTRY, **_EXPORT, **PACKAGES, **VERIFICATION, **QUESTIONS})
