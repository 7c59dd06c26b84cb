"""What is said below a field, where its name alone does not tell what belongs there."""

from collections.abc import Mapping
from types import MappingProxyType

HINTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "legal_name": ("戸籍や名簿の表記のまま入力してください。", "As it is written officially."),
        "kana": ("ひらがな・カタカナ、半角・全角のどれでも探せます。", "Found in either kana and any width."),
        "outline": (
            "秘密の中身が分かる書き方をしないでください。書けないときは紙に残し、その番号だけを記録します。",
            "Never so that it reveals the content; where that cannot be, it stays on paper and its number is recorded.",
        ),
        "arrived_on": ("通知書が届いた日", "The day on which the letter came"),
        "letter_on": ("通知書に書かれた日付", "The date on the letter itself"),
        "last_day": ("この日まで(この日を含む)", "Up to and with this day"),
        "until": ("この日まで(この日を含む)", "Up to and with this day"),
        "bundle": (
            "`sekisho policy bundle フォルダー` が出力した1行をそのまま貼り付けます。空欄なら、この版に付属する規程です。",
            "The one line that `sekisho policy bundle FOLDER` prints, as it is. Left empty: the policies that this version ships.",
        ),
        "from_on": ("この日から(この日を含む)", "From this day on"),
    }
)
"""By word, Japanese and English."""
