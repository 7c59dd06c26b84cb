"""Words of these pages: files that HR brings in, what would become of each row, and what became of it."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "staff_import": ("従業者名簿の取込み", "Import a roster"),
        "staff_import_lead": (
            "人事システムから出力した名簿(CSV または Excel)で、人と所属をまとめて登録・変更します。確認するまで、何も記録されません。",
            (
                "Register and change people and posts with a file from your personnel "
                "system (CSV or Excel). Nothing is recorded until you confirm."
            ),
        ),
        "staff_file": ("ファイル", "File"),
        "staff_file_hint": (
            "CSV(シフトJIS・UTF-8・UTF-16)または Excel(.xlsx)、10MBまで。文字コードは自動で判別します。",
            "CSV (Shift JIS, UTF-8, UTF-16) or Excel (.xlsx), up to 10 MB. The encoding is found by itself.",
        ),
        "staff_effective": ("発効日", "Takes effect on"),
        "staff_effective_hint": (
            "発令日の列がない行に使います。空欄なら今日です。",
            "For rows without a day of their own; empty for today.",
        ),
        "staff_whose": ("名簿の組織", "Whose roster"),
        "staff_read_file": ("読み込んで確認する", "Read and check"),
        "staff_no_file": ("ファイルを選んでください。", "Please choose a file."),
        "staff_no_day": ("日付は 2026-11-28 または R8.11.28 のように入力してください。", "Write a day as 2026-11-28 or R8.11.28."),
        "staff_large_files": (
            (
                "一度に取り込める変更は{most}件までです。それより多いときは、"
                "サーバーの管理者にコマンド sekisho import people による取込みを依頼してください。"
            ),
            (
                "At most {most} changes can be brought in at once. For more, ask "
                "whoever runs the server to use the command sekisho import people."
            ),
        ),
        "staff_too_large": (
            "この画面で扱える大きさを超えています。サーバーの管理者にコマンド sekisho import people による取込みを依頼してください。",
            "This file is larger than pages can carry. Ask whoever runs the server to use the command sekisho import people.",
        ),
        "staff_too_many": (
            (
                "変更が{count}件あり、一度に取り込める{most}件を超えています。ファイルを分けるか、"
                "サーバーの管理者にコマンド sekisho import people による取込みを依頼してください。"
            ),
            (
                "There are {count} changes, more than the {most} that can be brought in at once. Divide "
                "the file, or ask whoever runs the server to use the command sekisho import people."
            ),
        ),
        "staff_trainings": ("教育と受講", "Trainings"),
        "staff_trainings_lead": (
            "行った教育と、受講した人を記録します。受講者は一度にまとめて記録できます。",
            "Record trainings and who attended, many people at once.",
        ),
        "staff_record_training": ("教育の実施を記録する", "Record a training"),
        "staff_training": ("教育", "Training"),
        "staff_held_on": ("実施日", "Given on"),
        "staff_who_attended": ("受講者を記録する", "Record who attended"),
        "staff_no_trainings": ("記録された教育はまだありません。", "No training is on record yet."),
        "staff_attendance_lead": (
            "受講した人を選ぶか、社員番号を1行に1つずつ入力してください。",
            "Tick who attended, or type employee numbers, one a line.",
        ),
        "staff_due": ("受講の期日を過ぎた人、まだ受講していない人({count}人)", "Due or never trained ({count})"),
        "staff_all_due": ("全員を選ぶ", "Everybody"),
        "staff_never_trained": ("受講の記録なし", "never trained"),
        "staff_more_due": ("ほかに{count}人います。番号を入力してください。", "{count} more; type their numbers."),
        "staff_nobody_due": ("期日を過ぎた人はいません。", "Nobody is due."),
        "staff_attended": ("{count}人の受講を記録する", "Record that {count} attended"),
        "staff_attending": ("受講を記録する人", "Who attended"),
        "staff_unreadable": (
            "ファイルを読み取れませんでした。CSV または Excel(.xlsx)で、1行目が見出しになっているか確認してください。",
            "The file could not be read. See whether it is CSV or Excel (.xlsx), with headings in its first line.",
        ),
        "staff_number_missing": (
            "社員番号の列が見つかりません。どの列が社員番号か選んでください。",
            "No column with employee numbers was found. Please choose which one it is.",
        ),
        "staff_said_twice": (
            "同じ項目が二つの列で選ばれています。一つにしてください。",
            "Two columns say the same. Please choose one of them.",
        ),
        "staff_imports": ("これまでの取込み", "Imports so far"),
        "staff_when": ("日時", "When"),
        "staff_changes": ("件数", "Changes"),
        "staff_undo": ("取込みを取り消す", "Undo an import"),
        "staff_columns": ("列の読み方", "What the columns are"),
        "staff_columns_lead": (
            "ファイルの列がそれぞれ何を表すかを選びます。選び方は、同じ見出しのファイルのために記憶されます。",
            "Choose what each column of the file is. Your choice is remembered for files with the same headers.",
        ),
        "staff_header": ("見出し", "Header"),
        "staff_samples": ("内容の例", "What stands there"),
        "staff_means": ("読み方", "Is read as"),
        "staff_unused": ("使わない", "Not used"),
        "staff_to_preview": ("取込みの内容を確認する", "Show what would happen"),
        "staff_field_number": ("社員番号", "Employee number"),
        "staff_field_name": ("氏名", "Name"),
        "staff_field_kana": ("氏名カナ", "Kana"),
        "staff_field_birth": ("生年月日", "Date of birth"),
        "staff_field_unit": ("部署", "Unit"),
        "staff_field_post": ("役職", "Post"),
        "staff_field_concurrent": ("兼務", "Other posts"),
        "staff_field_joined": ("入社日", "Joined on"),
        "staff_field_left": ("退職日", "Last day of work"),
        "staff_field_effective": ("発令日", "Day of transfer"),
        "staff_field_moved_to": ("異動先", "Transferred to"),
        "staff_field_employment": ("雇用区分", "Employment"),
        "staff_field_agency": ("派遣元", "Dispatched by"),
        "staff_field_id": ("人のID", "Id of the person"),
        "staff_preview": ("取込みの内容", "What would happen"),
        "staff_preview_lead": (
            "まだ何も記録されていません。内容を確認してから起案します。空欄は、記録を消しません。",
            "Nothing is recorded yet. Check it, then propose it. A blank cell erases nothing.",
        ),
        "staff_encoding": ("文字コード {name}", "encoding {name}"),
        "staff_as_of": ("発効日 {day}", "takes effect on {day}"),
        "staff_created": ("新しく登録する人", "New people"),
        "staff_changed": ("変更する人", "People who change"),
        "staff_unchanged": ("変更なし", "Unchanged"),
        "staff_rejected": ("取り込めない行", "Rows that cannot be taken"),
        "staff_confirm_lead": (
            "{count}件の変更を、一つの起案として提出します。別の人が決裁すると、すべて一度に記録されます。取り込めない行は含まれません。",
            (
                "{count} changes are proposed as one. Once another person approves "
                "it, all of them are recorded. Rows that cannot be taken are left out."
            ),
        ),
        "staff_confirm": ("この内容で起案する", "Propose this"),
        "staff_change_columns": ("列の読み方を変える", "Change what the columns are"),
        "staff_nothing_to_do": ("記録に反映する変更はありません。", "There is nothing to record."),
        "staff_rejected_lead": (
            "その場で直して確認し直すか、取り込まずに残せます。",
            "Put them right here and check again, or leave them out.",
        ),
        "staff_line": ("行", "Line"),
        "staff_why": ("理由", "Why"),
        "staff_leave_out": ("取り込まない", "Leave out"),
        "staff_cell": ("{line}行目の{header}", "{header} on line {line}"),
        "staff_leave_line": ("{line}行目を取り込まない", "Leave line {line} out"),
        "staff_more_rejected": ("そのほか{count}行", "{count} more"),
        "staff_check_again": ("直した内容で確認し直す", "Check again"),
        "staff_becomes": ("記録されること", "What will be recorded"),
        "staff_more_lines": ("残り{count}人を表示する", "Show {count} more"),
        "staff_post_begins": ("所属・役職の開始", "Post begins"),
        "staff_post_ends": ("所属・役職の最終日", "Last day of a post"),
        "staff_new_names": ("はじめて記録される名前", "Names that are new here"),
        "staff_new_unit": ("部署「{name}」を登録します", "The unit “{name}” is registered"),
        "staff_new_agency": ("派遣元「{name}」を登録します", "The dispatch agency “{name}” is registered"),
        "staff_undo_lead": (
            "「{name}」の取込みを、一つの起案でまとめて取り消します。記録は消えず、訂正として残ります。",
            "Take the import of “{name}” back by one proposal. Nothing is erased: what was recorded is put right.",
        ),
        "staff_undo_confirm": ("{count}件の取消しを起案する", "Propose to take {count} back"),
        "staff_undone": ("取り消されること", "What is taken back"),
        "staff_undo_nothing": ("取り消せるものはありません。", "Nothing of it can be taken back."),
        "staff_stays": ("取り消されないこと", "What stays, and why"),
        "staff_act": ("手続", "Act"),
        "staff_what": ("内容", "What"),
        "staff_why_stays": (
            "登録そのものは記録として残ります。所属と番号が取り消されるため、どの手続にも使われません。",
            "That it was registered stays on record. Without post and number nothing makes use of it.",
        ),
        "staff_why_changed_since": ("取込みのあとに変更されています。", "It was changed since."),
        "staff_why_was_empty": ("取込み前は空欄でした。空欄には戻せません。", "It was empty before, and cannot be emptied."),
    }
)
