"""Words of these pages: candidates and results, many at once."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "staff_candidates": ("候補者の登載", "Put candidates forward"),
        "staff_candidates_lead": (
            "適性評価の候補者とする人を選び、登載への同意を求めます。同意しない人は、どの名簿にも載りません。",
            "Choose who is put forward for an assessment and asked whether they agree. Whoever does not agree stands on no list.",
        ),
        "staff_whom": ("対象の人", "Whom"),
        "staff_list_file": ("一覧のファイル", "A file with the list"),
        "staff_candidates_file_hint": (
            "社員番号または氏名の列がある CSV・Excel。「同意」(はい・いいえ)と「説明文書の版」の列があれば、人ごとに使います。",
            "CSV or Excel with employee numbers or names. Columns “agreed” (yes, no) and “version” are used for each person.",
        ),
        "staff_numbers": ("社員番号(1行に1人)", "Employee numbers, one a line"),
        "staff_numbers_hint": (
            "氏名でも入力できます。同じ氏名の人がいるときは、社員番号を使ってください。",
            "Names do too; where several have the same name, use the number.",
        ),
        "staff_chosen": ("選んだ人", "Chosen so far"),
        "staff_shared": ("全員に共通すること", "What all of them share"),
        "staff_explanation": ("説明文書の版", "Explanation document"),
        "staff_explanation_hint": (
            "説明に使った文書の版(例:説明書 第3版 2026年10月)",
            "The version by which it was explained, as Leaflet 3 of October 2026",
        ),
        "staff_answer": ("登載への同意", "Their answer"),
        "staff_answer_self": ("本人がこの画面で回答する", "They answer themselves"),
        "staff_answer_paper": ("書面で同意を受けている", "Agreed on paper"),
        "staff_asked_on": ("登載を求める日", "Asked on"),
        "staff_for_head": ("評価する行政機関", "Organ that assesses"),
        "staff_nobody_chosen": ("対象の人を選ぶか、一覧のファイルを指定してください。", "Choose somebody, or a file with the list."),
        "staff_nobody_in_file": (
            "社員番号または氏名の列が見つかりません。1行目を見出しにして、もう一度選んでください。",
            "No column with employee numbers or names was found. The first line holds the headers.",
        ),
        "staff_no_list": ("一覧のファイルを選ぶか、社員番号を入力してください。", "Choose a file, or type employee numbers."),
        "staff_not_taken": ("登載できない人", "Who cannot be put forward"),
        "staff_whom_named": ("指定", "As named"),
        "staff_taken": ("登載を求める人({count}人)", "Who will be asked ({count})"),
        "staff_put_forward": ("{count}人の登載を求める", "Put {count} forward"),
        "staff_standing": ("登載されている候補者", "Who stands on the list"),
        "staff_standing_lead": (
            "同意した人だけを表示します。目的を選ぶと表示し、見たことを記録します。",
            "Only who agreed is shown, for a purpose; that you looked is recorded.",
        ),
        "staff_agreed_on": ("同意した日", "Agreed on"),
        "staff_strike": ("名簿から外す", "Strike off"),
        "staff_no_candidates": ("登載されている候補者はいません。", "Nobody stands on the list."),
        "staff_results": ("評価結果の記録", "Record results"),
        "staff_results_lead": (
            "行政機関から届いた適性評価の結果を、一覧でまとめて記録します。別の人が決裁すると、すべて一度に効力をもちます。",
            "Record the results that an organ told, by list. Once another person approves, all of them count.",
        ),
        "staff_list": ("結果の一覧", "The list of results"),
        "staff_results_file_hint": (
            "社員番号または氏名の列がある CSV・Excel。結果や通知の日は、列があれば人ごとに使います。",
            "CSV or Excel with employee numbers or names. Results and days of notice are used row by row where there are columns.",
        ),
        "staff_the_letter": ("通知書", "The letter"),
        "staff_the_letter_lead": (
            "一覧に列がない項目は、ここに入力した内容を全員に使います。",
            "What the list has no column for is taken from here for everybody.",
        ),
        "staff_letter_on": ("文書の日付", "Date of the letter"),
        "staff_arrived_on": ("到達日", "Day of arrival"),
        "staff_notified_person": ("本人への通知の日", "Day the person was told"),
        "staff_outcome_by_row": ("一覧の列のとおり", "As the list says"),
        "staff_outcome_hint": ("一覧に結果の列がないときに選びます。", "For lists without a column for it."),
        "staff_results_preview": ("記録する結果", "What would be recorded"),
        "staff_brought_before": (
            "この一覧は、台帳の記録 {index} ですでに取り込まれています。",
            "This very list was brought in by entry {index} of the ledger.",
        ),
        "staff_to_record": ("記録する結果", "Results to record"),
        "staff_on_record": ("記録済み", "On record already"),
        "staff_results_confirm_lead": (
            "{count}人の結果を、一つの起案として提出します。",
            "The results of {count} people are proposed as one.",
        ),
        "staff_results_wrong": (
            "記録できない行があります。直すか、取り込まない行に印を付けて、確認し直してください。",
            "Some rows cannot be recorded. Put them right, or leave them out, and check again.",
        ),
        "staff_unread": ("使わなかった列:{names}", "Columns that were not used: {names}"),
        "staff_day_unknown": ("未確認(暫定)", "not known yet (provisional)"),
        "staff_what_if": ("異動の影響の確認", "What a transfer would do"),
        "staff_what_if_lead": (
            "発令前の異動の名簿を読み、取扱者名簿への影響を確かめます。何も記録されません。",
            "Read a roster of transfers to come, and see what it would do to the lists. Nothing is recorded.",
        ),
        "staff_what_if_hint": (
            "名簿の取込みと同じ形の CSV・Excel。発令日・異動先・退職日の列を使います。",
            "A file as for an import, with days of transfer, new units and last days.",
        ),
        "staff_what_if_on": ("確認する日", "On which day"),
        "staff_what_if_on_hint": (
            "空欄なら、名簿のすべての発令が済んだ日で確かめます。",
            "Empty: the day on which all of the file has taken effect.",
        ),
        "staff_number_missing_here": (
            "社員番号の列が見つからないか、ファイルを読み取れません。先に「従業者名簿の取込み」で列の読み方を決めてください。",
            "No employee numbers were found, or the file cannot be read. Say what its columns are at the import of rosters.",
        ),
        "staff_foresee": ("影響を確かめる", "See what would follow"),
        "staff_foreseen": (
            "「{name}」が実施された場合の、{day}の状態です。何も記録していません。",
            "How things would stand on {day} if “{name}” took place. Nothing was recorded.",
        ),
        "staff_moved": ("変更のある人", "People who change"),
        "staff_leaving": ("在籍しなくなる人", "People who leave"),
        "staff_displaced": ("根拠となる所属を失う取扱者", "Handlers without a place"),
        "staff_deserted": ("取扱者がいなくなる情報", "Informations without a handler"),
        "staff_nobody_left": ("取扱者なし", "Nobody left"),
        "staff_named_stays": ("氏名による登載。名簿から外す手続が必要です", "By name: to be taken off the list"),
        "staff_scope_left": ("範囲による登載。範囲から自動的に外れます", "By scope: falls out of it by itself"),
        "staff_report_again": ("見直し・再報告が必要な名簿", "Lists to be looked at and reported again"),
        "staff_report_again_lead": (
            "取り扱う人が変わる名簿です。契約や通知で報告している場合は、再報告してください。",
            "Lists whose people change. Where a contract or a letter has them reported, report them again.",
        ),
        "staff_come": ("加わる人", "Who comes"),
        "staff_go": ("外れる人", "Who goes"),
    }
)
