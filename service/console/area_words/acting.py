"""Words of these pages: Pages of acts: the form of an act, what it would record, and what came of it."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "find": ("さがす", "Search"),
        "find_hint": ("氏名・かな・番号", "Name, kana or number"),
        "menu": ("メニュー", "Menu"),
        "crumbs": ("いまの場所", "Where you are"),
        "next_page": ("次のページ", "Next page"),
        "no": ("いいえ", "No"),
        "day_hint": ("西暦でも和暦でも入力できます(例:2026-11-28、R8.11.28)", "Western or by era, as 2026-11-28 or R8.11.28"),
        "all_acts": ("すべての手続", "All acts"),
        "all_acts_lead": (
            "あなたの役割で行える手続です。人や情報のページからも始められます。",
            "What your roles may do. Most of it begins more easily from a person's or an information's page.",
        ),
        "act_words": ("手続の名前に含まれる言葉", "Words in the name of the act"),
        "narrow": ("絞り込む", "Narrow"),
        "no_such_act": ("当てはまる手続はありません。", "No act answers to that."),
        "draft_kept": ("書きかけの内容があります({at} に保存)。", "There is a draft of this, kept {at}."),
        "draft_go_on": ("続きから入力する", "Go on with it"),
        "draft_drop": ("捨てる", "Drop it"),
        "draft_is_kept": ("書きかけを保存しました", "Draft kept"),
        "confirm_first": (
            "入力したあと、何が記録されるかを確認してから行います。",
            "You see what will be recorded before anything is.",
        ),
        "more_fields": ("必要なときだけ入力する項目({count})", "More, where needed ({count})"),
        "words_to_approver": ("決裁者へのひとこと", "Words to whoever approves"),
        "look_first": ("内容を確認する", "Check"),
        "leave": ("やめる", "Leave"),
        "refused_as_typed": ("この内容では行えません。", "It cannot be done like this."),
        "waits_lead": (
            "まだ何も記録されていません。起案すると、別の人の決裁を待ちます。",
            "Nothing is recorded yet. Once proposed, it waits for another person's approval.",
        ),
        "at_once_lead": (
            "まだ何も記録されていません。行うと、すぐに効力をもちます。",
            "Nothing is recorded yet. Once done, it takes effect at once.",
        ),
        "you_said": ("入力した内容", "What you entered"),
        "will_be_recorded": ("記録されること", "What will be recorded"),
        "change_it": ("入力に戻る", "Change it"),
        "done_entry_told": ("行いました。台帳の記録 {index} に残っています。", "Done; it stands in the ledger as entry {index}."),
    }
)
