"""Words of these pages: Administration: accounts, roles, applications, settings, health."""

from collections.abc import Mapping
from types import MappingProxyType

FACTORS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "password": ("パスワード", "Password"),
        "totp": ("認証アプリ", "Authenticator app"),
        "recovery": ("予備コード", "Recovery codes"),
        "passkey": ("パスキー", "Passkey"),
        "provider": ("外部のサインイン", "A provider’s sign-in"),
    }
)
WAITS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {1: ("コードの半分を渡し済み", "Half of a code is out"), 2: ("コードを渡し済み", "The code is out")}
)
STANDINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"live": ("有効なもの", "Live"), "ended": ("終了したもの", "Ended"), "all": ("すべて", "All")}
)
RESOURCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"information": ("情報", "Information"), "document": ("資料", "Documents"), "area": ("区域", "Areas")}
)
PROFILE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"standard": ("標準(役割を兼ねない)", "Standard (roles are kept apart)"), "small": ("小規模(3人で運用)", "Small (run by three people)")}
)
TARGETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"person": ("人", "Person"), "information": ("情報", "Information"), "document": ("資料", "Document"), "area": ("取扱区域等", "Area")}
)
SEATS: Mapping[str, tuple[str, str]] = MappingProxyType({"organ": ("行政機関", "Organ"), "operator": ("適合事業者", "Operator")})
SO_MANY_OF: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "informations": ("情報 {count}件(名称は表示しません)", "{count} informations (not named here)"),
        "contracts": ("契約 {count}件(番号は表示しません)", "{count} contracts (not named here)"),
    }
)
GIGABYTES = ("{count} GB", "{count} GB")

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "keep_accounts": ("利用者", "Accounts"),
        "keep_accounts_lead": (
            "誰がどの手段でサインインできるかと、その人がいま持つ役割です。",
            "Who gets in, by what, and which roles each holds now.",
        ),
        "keep_tabs": ("利用者と役割", "Accounts and roles"),
        "keep_find_account": ("サインイン名・氏名・かな", "Sign-in name, name or kana"),
        "keep_find_sign_in": ("サインイン名", "Sign-in name"),
        "keep_standing": ("表示するもの", "Which"),
        "keep_filter": ("絞り込む", "Filter"),
        "keep_none": ("あてはまるものはありません。", "Nothing fits."),
        "keep_last": ("最後のサインイン", "Last sign-in"),
        "keep_never": ("まだありません", "Never"),
        "keep_factors": ("認証手段", "Factors"),
        "keep_no_factors": ("未登録", "None yet"),
        "keep_roles_now": ("いまの役割", "Roles now"),
        "keep_apart": ("兼ねられない役割", "Roles kept apart"),
        "keep_live": ("有効", "Live"),
        "keep_ended": ("終了", "Ended"),
        "keep_coming": ("開始前", "Not begun"),
        "keep_does": ("できること", "What one can do"),
        "keep_hidden": (
            "氏名は、目的を選ぶと表示します。見たことは、本人の記録に残ります。",
            "Names are shown once you say what for. That you looked stands on each person’s record.",
        ),
        "keep_purposes": ("目的を選ぶ", "Say what for"),
        "keep_half_for": ("{name} のコードの半分", "Half of a code for {name}"),
        "keep_roles": ("役割", "Roles"),
        "keep_roles_lead": (
            "誰が、どの範囲で、いつからいつまで、どの立場で役割を持つかです。",
            "Who holds which role, for which reach, days and footing.",
        ),
        "keep_holder": ("持つ人・役職", "Held by"),
        "keep_by_post": ("役職「{post}」に就いている人", "Whoever holds the post “{post}”"),
        "keep_days": ("期間", "Days"),
        "keep_footing": ("決裁の立場", "Footing"),
        "keep_any_role": ("すべての役割", "Any role"),
        "keep_applications": ("アプリケーション", "Applications"),
        "keep_applications_lead": (
            "取扱いの可否を確認できるアプリケーションです。鍵そのものは、発行したときに一度だけ表示され、ここには残りません。",
            "The applications that may ask. A key is shown once, as it is issued, and is never kept here.",
        ),
        "keep_application_none": ("アプリケーションはまだありません。", "There is no application yet."),
        "keep_live_keys": ("有効な鍵", "Live keys"),
        "keep_asks_for": ("確認できる組織", "May ask for"),
        "keep_any_organization": ("どの組織でも", "Any organization"),
        "keep_any_namespace": ("指定なし", "None"),
        "keep_client": ("トークンの発行者", "Issuer of its tokens"),
        "keep_keys": ("鍵", "Keys"),
        "keep_keys_lead": (
            "番号と日付だけを残しています。鍵をなくしたときは、失効させて新しく発行してください。",
            "Only ids and days are kept. For a lost key, revoke it and issue another.",
        ),
        "keep_key_none": ("鍵はまだありません。", "There is no key yet."),
        "keep_key": ("鍵の番号", "Id of the key"),
        "keep_expires": ("失効の日時", "Expires"),
        "keep_no_end": ("期限なし", "No end"),
        "keep_told": ("記録", "On record"),
        "keep_scopes": ("許されていること", "What it may do"),
        "keep_aliases": ("別名", "Aliases"),
        "keep_aliases_lead": (
            "アプリケーションが使う番号(社員番号、文書番号、扉の番号など)と、人・情報・資料・取扱区域等との対応です。",
            "What applications call people, informations, documents and areas: employee numbers, document numbers, numbers of doors.",
        ),
        "keep_alias_value": ("別名(はじめの文字)", "Alias (how it begins)"),
        "keep_alias": ("別名", "Alias"),
        "keep_target": ("指すもの", "Names"),
        "keep_rules": ("決裁規程", "Decision rules"),
        "keep_rules_lead": (
            "権限を広げる行為ごとに、決裁できる役割を定めます。定めのないものは既定によります。",
            "For each act that widens what somebody may do: which roles approve it. Where the site set nothing, the default holds.",
        ),
        "keep_rule_default": ("既定", "Default"),
        "keep_rule_own": ("この組織の定め", "Set here"),
        "keep_rule_set": ("定める", "Set"),
        "keep_rule_proposed": ("起案できる役割", "Proposed by"),
        "keep_settings": ("設定", "Settings"),
        "keep_settings_lead": (
            "法令が定めない期間などは、既定値から始まり、決裁を経て日付つきで変わります。",
            "What no law sets begins with a default and changes by day, with approval.",
        ),
        "keep_profile": ("運用体制", "Profile of the site"),
        "keep_periods": ("内規の期間", "Periods of the house"),
        "keep_list_numbers": ("名簿に関する数", "Numbers for lists"),
        "keep_register_numbers": ("簿冊に関する数", "Numbers for registers"),
        "keep_purposes_of_lists": ("登載の目的区分", "Purposes of listings"),
        "keep_terms": ("変更の報告の期限(日)", "Days ahead to report changes"),
        "keep_terms_none": ("定めはありません。", "None is set."),
        "keep_value": ("いまの値", "Value now"),
        "keep_default": ("既定値", "Default"),
        "keep_since": ("いつから", "Since"),
        "keep_is_default": ("既定のまま", "The default"),
        "keep_history": ("経過", "History"),
        "keep_history_of": ("{count}回の変更", "{count} changes"),
        "keep_set_by": ("{at} {actor}", "{at} {actor}"),
        "keep_set_by_two": ("{at} 起案 {actor}、決裁 {second}", "{at}, proposed by {actor}, approved by {second}"),
        "keep_from_then": ("{day}から", "from {day}"),
        "keep_modelled": ("参考:{citation}", "Modelled on {citation}"),
        "keep_change": ("変える", "Change"),
        "keep_add": ("加える", "Add"),
        "keep_system": ("システムの状態", "System"),
        "keep_system_lead": ("いま実際に確かめたことだけを表示しています。", "Only what was looked up just now is shown."),
        "keep_software": ("ソフトウェア", "Software"),
        "keep_version": ("関所の版", "Version of Sekisho"),
        "keep_database": ("データベース", "Database"),
        "keep_database_answers": ("PostgreSQL {version}(応答あり)", "PostgreSQL {version}, answering"),
        "keep_seat": ("立場", "Seat"),
        "keep_provider": ("外部のサインイン", "Provider of sign-ins"),
        "keep_ledger": ("台帳", "Ledger"),
        "keep_origin": ("台帳の名称", "Name of the log"),
        "keep_size": ("記録の件数", "Entries"),
        "keep_last_entry": ("最後の記録", "Last entry"),
        "keep_signed": ("署名済み(チェックポイント)", "Signed (checkpoint)"),
        "keep_signed_all": ("すべての記録に署名があります", "Every entry is signed for"),
        "keep_signed_behind": ("署名が{count}件遅れています", "{count} entries are not signed for yet"),
        "keep_signed_none": ("まだ署名がありません", "Nothing is signed yet"),
        "keep_signed_until": ("{size}件目まで({at}の記録)", "Up to entry {size}, of {at}"),
        "keep_witnessed": ("公表と証人", "Published, and witnessed"),
        "keep_witnessed_nobody": ("証人は定められていません", "Nobody witnesses this log"),
        "keep_witnessed_until": ("{size}件目まで(証人: {by})", "Up to entry {size}, witnessed by {by}"),
        "keep_witnessed_since": ("{at}以後の{count}件を証人が確認中", "{count} entries since {at} wait for witnesses"),
        "keep_unwitnessed": ("{size}件目まで、証人の連署がありません", "Up to entry {size}, and no quorum of witnesses cosigned it"),
        "keep_floor": ("このサーバーが確認した件数", "Entries acknowledged by this server"),
        "keep_floor_fits": ("データベースと合っています", "The database shows as much"),
        "keep_floor_unfit": (
            "データベースの記録が、確認済みの件数より少なくなっています。すぐに調べてください。",
            "The database shows fewer entries than were acknowledged. Look into it at once.",
        ),
        "keep_floor_none": ("まだありません", "None yet"),
        "keep_seals": ("記録の封印", "Seals of records"),
        "keep_seals_all": ("判断のもとになるすべての行に封印があります", "Every row that decisions rest on has its seal"),
        "keep_seals_some": ("封印のない行が{count}件あります。", "{count} rows have no seal."),
        "keep_told_at": ("台帳に期日を最後に記した時刻", "Last date told to the ledger"),
        "keep_ends": ("期限のあるもの", "What runs out"),
        "keep_certificate": ("証明書 {file}", "Certificate {file}"),
        "keep_certificate_none": ("関所のフォルダーに証明書はありません", "No certificate in the service’s own folder"),
        "keep_next_key": ("次に失効するアプリケーションの鍵", "Next key of an application to expire"),
        "keep_days_left": ("あと{count}日", "{count} days left"),
        "keep_over": ("期限切れ", "Over"),
        "keep_disk": ("データフォルダーの空き容量", "Free disk of the data folder"),
        "keep_disk_of": ("{free} / {whole}", "{free} of {whole}"),
        "keep_unknown": ("確かめられません", "Cannot be told"),
        "keep_fine": ("正常", "Fine"),
        "keep_attention": ("要確認", "Look at it"),
    }
)
