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
