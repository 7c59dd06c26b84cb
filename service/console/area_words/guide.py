"""Words of these pages: The guide: first days, and the law page by page."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "guide": ("手引き", "Guide"),
        "guide_lead": (
            "はじめて使う方のための案内と、画面の根拠になる法令です。",
            "For whoever is new here, and the law behind the pages.",
        ),
        "first_days": ("はじめの一日", "First days"),
        "guide_law": ("法令と画面", "The law, page by page"),
        "guide_law_lead": (
            "それぞれの画面の下に、根拠となる条文が出ます。ここでは、その条文が何についてのものかを説明します。",
            "Each page names its citations at its foot. Here is what these are about.",
        ),
        "guide_law_text": (
            "条文の趣旨を短くまとめたものです。条文そのものは法令の原文をご覧ください。",
            "Each article in a few words of ours. What counts is the text of the law.",
        ),
        "pages_of_it": ("関係する画面", "Pages"),
        "open_page": ("この画面を開く", "Open the page"),
        "principles": ("いつも同じこと", "What is always so"),
        "principle_two": (
            "取り扱える範囲を広げることは、二人で行います。起案した人は決裁できません。",
            "What widens access takes two people; nobody approves their own.",
        ),
        "principle_narrow": (
            "狭めること(名簿から外す、止める)は一人で、すぐに効きます。",
            "What narrows it (removing, stopping) takes one, and works at once.",
        ),
        "principle_look": (
            "人の取扱資格を見るときは目的を選びます。見たことは本人にも分かります。",
            "Whoever looks at somebody's clearance says what for, and the person can see that.",
        ),
        "principle_reason": (
            "適性評価の理由や質問票は、どこにも記録しません。",
            "Reasons of an assessment and its questionnaire are recorded nowhere.",
        ),
        "by_keyboard": ("キーボードだけで使う", "By keyboard alone"),
        "by_keyboard_text": (
            "Tabキーで進み、Enterキーで開きます。ページの先頭の「本文へ移動」でメニューを飛ばせます。",
            "Tab moves on, Enter opens. The first link of each page leads past the menu.",
        ),
    }
)
