"""Words for policy sets: what one changes of another, as proposals, the command line and readers of the ledger tell it."""

from collections.abc import Mapping
from types import MappingProxyType

SORTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"added": ("追加", "added"), "removed": ("削除", "removed"), "changed": ("変更", "changed")}
)
"""What happens to a policy."""
EFFECTS: Mapping[str, tuple[str, str]] = MappingProxyType({"permit": ("許可", "permits"), "forbid": ("禁止", "forbids")})
"""What a policy does where it applies."""
DIFFERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "condition": ("適用される条件", "when it applies"),
        "effect": ("許可と禁止の別", "whether it permits or forbids"),
        "rank": ("理由の順位", "the rank of its reason"),
        "reason": ("理由コード", "its reason code"),
        "citation": ("根拠条文", "its citation"),
        "decision": ("判定の種別", "the kind of answer"),
        "concerns": ("アプリへの理由の見せ方", "what an application is told"),
        "ja": ("日本語の説明", "its sentence in Japanese"),
        "en": ("英語の説明", "its sentence in English"),
        "annotations": ("その他の注釈", "another annotation"),
        "file": ("置かれたファイル", "the file it stands in"),
    }
)
"""What of a policy is another than before."""

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "policies_title": ("規程の変更点", "What changes of the policies"),
        "policies_of_law": (
            "法令の条文の規程(act/、order/)又はスキーマが変わります。条文ごとに確かめてください。",
            "Policies of the law itself (act/, order/), or the schema, change. Check them against the articles.",
        ),
        "policies_schema": ("判定に使う事実の形(スキーマ)が変わります。", "The schema, the form of the facts, changes."),
        "policies_same": ("同じ内容です。変わるものはありません。", "The two are the same; nothing changes."),
        "policies_reworded": ("コメントや体裁だけが変わるファイル", "Files whose comments or layout alone change"),
        "policies_digest": ("ハッシュ値(SHA-256)", "Digest (SHA-256)"),
        "policies_against": ("比較の相手", "Compared with"),
        "policies_none": ("なし", "none"),
        "policies_law": ("法令の規程", "Policies of the law"),
        "policies_house": ("施設の規程(禁止の追加)", "Policies of the house (they only forbid)"),
        "policies_what": ("変更", "What"),
        "policies_policy": ("規程", "Policy"),
        "policies_sentence": ("内容", "What it says"),
        "policies_differs": ("変わるもの", "What differs"),
        "policies_lines": ("文面の変更", "The text"),
        "policies_whole": ("全文", "The whole text"),
    }
)
