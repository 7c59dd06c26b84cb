"""Words of these pages: Job three: what waits for a second person, and deciding it."""

from collections.abc import Mapping
from types import MappingProxyType

PERSON_CALLED = ("{name}さん", "{name}")
FROM = ("{first}から", "from {first}")
FROM_TO = ("{first}から{last}まで", "from {first} to {last}")
AND_MORE = ("{first} ほか{count}件", "{first} and {count} more")
AND_OTHERS = ("{first} ほか{count}人", "{first} and {count} more")
SO_MANY_PEOPLE = ("{count}人", "{count} people")
DAYS_OLD = ("{count}日前", "{count} days ago")
TODAY = ("今日", "Today")
BARRED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "own_proposal": ("自分の起案は、自分では決裁できません。", "Nobody approves their own proposal."),
        "own_record": ("自分に関する起案は、自分では決裁できません。", "Nobody decides what is about themselves."),
        "role_given_by_the_proposer": (
            "起案の後に起案者から与えられた役割では決裁できません。",
            "A role that the proposer gave you after proposing does not let you approve it.",
        ),
        "separated_roles": (
            "兼ねられない役割をお持ちのため、決裁できません。",
            "You hold roles that are kept apart, so you cannot approve it.",
        ),
        "no_role": ("この起案を決裁できる役割をお持ちではありません。", "None of your roles approves this."),
        "out_of_reach": ("お持ちの役割の範囲の外にあるものを含んでいます。", "It holds something that your roles do not reach."),
    }
)
"""Why the reader may not approve a proposal."""
UNABLE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "outside": (
            "対象がなくなったか、起案者の役割が及ばなくなっています。",
            "What it is about is not there any more, or the proposer’s role does not reach it.",
        ),
        "proposer": (
            "起案者に、この操作をする役割またはアカウントがなくなっています。",
            "The proposer no longer has the role, or the account, for this.",
        ),
    }
)
"""What keeps a proposal from being done that is no rule of law."""
SENT_ON: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "send-back": (
            "差し戻しました。起案者が直して、もう一度起案できます。",
            "Sent back. The proposer can change it and propose it again.",
        ),
        "reject": ("否決しました。何も行われていません。", "Rejected. Nothing was done."),
        "view": ("後閲を記録しました。", "It is recorded that you viewed it."),
    }
)
"""What is said in the inbox after a step that leaves no act."""

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "row_gives_way": ("この行は訂正後の行に置き換わります。", "This row gives way to its correction."),
        "row_ends": ("この行は、この行為が行われた時点で終了します。", "This row ends at the moment this is done."),
        "inbox": ("起案と決裁", "Proposals"),
        "inbox_lead": (
            "あなたの決裁を待つものから順に並んでいます。内容を開いて確かめてから決裁します。",
            "What waits for you comes first. Open it, look at what it would do, then decide.",
        ),
        "inbox_decide": ("あなたの決裁を待つもの", "Waiting for you"),
        "inbox_decide_none": ("いま、あなたの決裁を待つものはありません。", "Nothing waits for you to decide."),
        "inbox_view": ("後閲を待つもの", "To be viewed by you"),
        "inbox_own": ("あなたの起案", "Your proposals"),
        "inbox_own_none": ("まだ起案したものはありません。", "You have proposed nothing yet."),
        "inbox_others": ("ほかの起案", "Other proposals"),
        "inbox_others_none": ("ほかに見られる起案はありません。", "There are no others that you may see."),
        "inbox_all": ("すべて見る", "See all"),
        "inbox_piles": ("起案の区分", "Kinds of proposals"),
        "inbox_any_state": ("すべての状態", "Any state"),
        "inbox_filter": ("絞り込む", "Filter"),
        "inbox_stalled": (
            "{count}件が7日以上待っています。古いものから並んでいます。",
            "{count} have waited for seven days or more; the oldest come first.",
        ),
        "age": ("起案", "Proposed"),
        "about_whom": ("対象の人", "About"),
        "expires_soon": ("期限間近", "Expires soon"),
        "long_waiting": ("滞留", "Waiting long"),
        "request": ("起案の内容", "What is asked for"),
        "request_words": ("起案者のひとこと", "Words of the proposer"),
        "request_details": ("入力された項目", "Every word of it"),
        "request_whole": ("項目と変わること", "Every word, and what it changes"),
        "difference": ("決裁すると変わること", "What an approval changes"),
        "difference_done": ("起案に記された変更", "The change as it was proposed"),
        "difference_hidden": (
            "監査のための表示です。氏名と内容は、台帳の記録ごとに、目的を選んで確認します。",
            "You see this for audit. Names and words are looked at entry by entry, for a purpose.",
        ),
        "route": ("決裁の経路", "Route"),
        "route_open": ("決裁待ち", "Waiting for approval"),
        "route_roles": ("決裁できる役割:{roles}", "May be approved by: {roles}"),
        "route_people": ("いま決裁できる人:{names}", "People who can now: {names}"),
        "route_nobody": ("いま決裁できる人がいません。", "Nobody can approve it at present."),
        "route_sent_back": ("起案者の修正待ち", "Waiting for the proposer"),
        "route_view": ("後閲待ち", "To be viewed"),
        "route_in_name_of": ("{name} の名で", "In the name of {name}"),
        "route_until": ("{day}まで", "Until {day}"),
        "conflicts": ("確かめること", "To be checked"),
        "conflict_now": ("いまは行えません。", "It cannot be done now."),
        "conflict_changed": (
            "起案のときに示された内容から変わっています。下の「変わること」は、いまの記録に基づくものです。",
            "What it would do has changed since it was proposed. What is shown below is as things are now.",
        ),
        "conflict_cannot": ("あなたは決裁できません。", "You cannot approve it."),
        "conflict_none": ("妨げになるものは見つかりません。", "Nothing stands in its way."),
        "before_this": ("これまでの決裁", "Decided before"),
        "before_this_lead": (
            "同じ人または情報に関するもののうち、あなたが見られるものです。",
            "About the same people or information, as far as you may see.",
        ),
        "decision": ("決裁する", "Decide"),
        "stands_on": ("{role}({footing})として決裁します。", "You approve as {role} ({footing})."),
        "stands_on_for": (
            "{role}({footing})として、{name}の名で決裁します。",
            "You approve as {role} ({footing}), in the name of {name}.",
        ),
        "stands_absence": (
            "代決です。不在の方が後で確認(後閲)します。",
            "You approve in somebody’s absence; they view it later.",
        ),
        "own_words": ("ひとこと(任意)", "Words (optional)"),
        "why_sent_back": ("直してほしいこと", "What is to be put right"),
        "why_rejected": ("否決の理由", "Why it is rejected"),
        "why_needed": ("理由を入力してください。", "Please say why."),
        "words_too_long": ("2,000文字以内で入力してください。", "At most 2,000 characters, please."),
        "confirm_then": ("本人の確認をして進む", "Confirm that it is you, and go on"),
        "confirm_then_lead": (
            "決裁の前に、もう一度サインインして本人であることを確かめます。",
            "Before an approval you sign in once more. You come back to this page.",
        ),
        "approve_whole": ("{count}件をまとめて決裁する", "Approve all {count}"),
        "send_back_it": ("差し戻す…", "Send it back…"),
        "reject_it": ("否決する…", "Reject it…"),
        "withdraw_it": ("取り下げる…", "Withdraw it…"),
        "change_again": ("直してもう一度起案する", "Change it and propose it again"),
        "propose_same": ("このままもう一度起案する", "Propose it again as it is"),
        "changed_meanwhile": (
            "確認した後に、内容または状態が変わりました。決裁は行われていません。いまの内容を確かめてください。",
            "Something has changed since you looked. Nothing was approved. Please look at it as it is now.",
        ),
        "of_file": ("まとめて起案された{count}件", "{count} acts proposed as one"),
        "of_file_lead": (
            "一つのファイルとして、全部を一度に決裁します。一部だけの決裁はできません。",
            "They are one file and are decided as a whole; none can be left out.",
        ),
        "of_file_kinds": ("種類ごとの件数", "Count by kind"),
        "of_file_kind": ("種類", "Kind"),
        "of_file_count": ("件数", "Count"),
        "of_file_digest": ("内容のハッシュ値(SHA-256)", "Digest of its content (SHA-256)"),
        "of_file_find": ("このなかをさがす", "Search inside"),
        "of_file_rows": ("{total}件のうち{first}〜{last}件目", "{first} to {last} of {total}"),
        "of_file_no_rows": ("あてはまるものはありません。", "Nothing in it fits."),
        "of_file_download": ("全件をCSVで保存する", "Save all of it as CSV"),
        "of_file_number": ("番号", "No."),
        "of_file_act": ("行うこと", "What is done"),
        "ok_short": ("支障なし", "Clear"),
    }
)
