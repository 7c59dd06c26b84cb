"""Words of these pages: Home: what is to be done today, by role."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "todays_work": ("今日の仕事", "Today's work"),
        "nothing_today": ("いま急ぐものはありません。", "Nothing is urgent now."),
        "count_waiting": ("決裁を待つ起案", "Proposals that wait"),
        "count_sent_back": ("差し戻された自分の起案", "Yours, sent back"),
        "count_stalled": ("7日以上動いていない起案", "Waiting for over seven days"),
        "count_overdue": ("過ぎた期日", "Dates that have passed"),
        "count_7": ("7日以内の期日", "Dates within 7 days"),
        "count_30": ("30日以内の期日", "Dates within 30 days"),
        "dates_being_found": (
            "期日を集計しています。しばらくしてから、もう一度開いてください。",
            "The dates are being found. Open this page again in a moment.",
        ),
        "dates_as_of": ("{at} 現在の期日です。", "Dates as of {at}."),
        "roles_and_reach": ("役割と及ぶ範囲", "Roles and reach"),
        "ledger_verified_last": (
            "最後の検証は {at}、{covered} 件目までです。",
            "Last verified {at}, up to entry {covered}.",
        ),
        "ledger_not_verified": ("まだ画面から検証されていません。", "Not verified from a page yet."),
        "ledger_sound": ("無傷", "Intact"),
        "ledger_findings": ("{count} 件の異常", "{count} findings"),
        "ledger_look": ("検証の結果を見る", "See the verification"),
        "begin_here": ("よく使う手続", "Often done"),
        "dates_near": ("近い期日", "Dates that are near"),
        "ledger_state": ("台帳", "The ledger"),
        "ledger_signed": (
            "{size} 件の記録があり、{signed} 件目まで署名されています。",
            "{size} entries, signed up to entry {signed}.",
        ),
        "search_results": ("検索結果", "Search"),
        "search_for": ("「{words}」の検索結果です。", "What “{words}” finds."),
        "search_lead": ("氏名・かな・番号・名称を上の欄に入力してください。", "Type a name, kana, number or title above."),
        "search_people": ("人", "People"),
        "search_all_people": ("見つかった人をすべて見る", "See all people found"),
        "search_nothing": ("見つかりませんでした。表記を変えて探してください。", "Nothing was found. Try it written another way."),
    }
)
