"""What my page says of each question to oneself and of each way to answer it: agreeing and declining in like words."""

from collections.abc import Mapping
from types import MappingProxyType

ANSWERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "own_listing": ("適性評価の候補者名簿に載せてよいですか", "May you be put on the list of candidates?"),
        "own_listing_on": ("お尋ねした日", "asked on"),
        "own_listing_says": (
            (
                "同意すると、名簿が行政機関に提出され、その後、行政機関から調査の説明と、同意するかどうかの確認があります。"
                "同意しなくても、仕事や待遇で不利益を受けることはありません。答えは、あとからいつでも変えられます。"
            ),
            (
                "If you agree, the list goes to the organ, which then explains the assessment and asks for your consent. "
                "If you decline, you are no worse off in work or pay. You can change your answer at any time."
            ),
        ),
        "own_withdraw_listing": ("候補者名簿に載ることに同意しています", "You agreed to be on the list of candidates"),
        "own_withdraw_listing_on": ("答えた日", "answered on"),
        "own_withdraw_listing_says": ("いつでも答えを変えられます。", "You can change your answer at any time."),
        "own_agree_listing": ("候補者名簿に載ることに同意していません", "You declined to be on the list of candidates"),
        "own_agree_listing_on": ("答えた日", "answered on"),
        "own_agree_listing_says": ("いつでも答えを変えられます。", "You can change your answer at any time."),
        "own_consent": ("適性評価を受けることに同意しますか", "Do you consent to being assessed?"),
        "own_consent_on": ("告知の日", "told on"),
        "own_consent_says": (
            (
                "告知書に書かれた事項について調査が行われます。同意しなければ、評価は行われません。"
                "同意しなくても不利益を受けることはなく、同意したあとも、結果が通知されるまでは取り下げられます。"
            ),
            (
                "What your letter names would be investigated. Without your consent nothing is. You are no worse off if you refuse, "
                "and a consent can be taken back until the result is told."
            ),
        ),
        "own_inquiries": ("公務所などへの照会に同意しますか", "May offices and bodies be asked about you?"),
        "own_inquiries_on": ("同意の日", "consented on"),
        "own_inquiries_says": (
            "調査のなかで、公務所や公私の団体に照会することがあります。この照会についてだけの答えです。",
            "Within the investigation, offices and bodies may be asked. This answer is about that alone.",
        ),
        "own_pledge": ("誓約書に署名してください", "Please sign the pledge"),
        "own_pledge_on": ("結果の通知の日", "result told on"),
        "own_pledge_says": ("秘密を守ることと、変わったことを届け出ることの誓約です。", "To keep the secret, and to report changes."),
        "own_pledge_on_paper": ("誓約書を担当者に提出してください", "Please hand in the pledge"),
        "own_pledge_on_paper_on": ("期日", "by"),
        "own_pledge_on_paper_says": (
            "取扱いを始める前に、署名した誓約書を人事・保護の担当者に渡してください。受け取った日が記録されます。",
            "Hand the signed pledge to HR before you begin. The day of receipt is recorded.",
        ),
        "own_training": ("保護教育を受けてください", "Please attend the training"),
        "own_training_on": ("期日(その日まで)", "by"),
        "own_training_says": (
            "取扱者は、定期に保護教育を受けます。日程は情報の管理を担当する人に尋ねてください。",
            "Handlers are trained regularly. Ask the information manager for the dates.",
        ),
        "own_withdraw": ("同意を取り下げる", "Take your consent back"),
        "own_withdraw_on": ("直近の手続の日", "last step on"),
        "own_withdraw_says": (
            "結果が通知されるまで、いつでも取り下げられます。取り下げると、評価は行われません。",
            "At any time until the result is told. Then the assessment is not carried out.",
        ),
        "own_waive": ("認められなかった理由の通知を希望しない", "Not to be told reasons of a negative result"),
        "own_waive_on": ("日", "on"),
        "own_waive_says": (
            "希望しないと申し出た場合、理由は通知されません。申し出なければ、理由はあなたにだけ通知されます。",
            "If you say so, no reasons are told. Otherwise they are told to you alone.",
        ),
        "own_complain": ("苦情を申し出る", "Complain"),
        "own_complain_on": ("日", "on"),
        "own_complain_says": (
            "適性評価の結果や手続について、書面で苦情を申し出ることができます。回答はあなたに通知されます。",
            "In writing, about the result or how the assessment was done. The answer is told to you.",
        ),
        "own_way_agree": ("同意する", "Agree"),
        "own_way_decline": ("同意しない", "Decline"),
        "own_way_consent": ("同意する", "Consent"),
        "own_way_refuse": ("同意しない", "Refuse"),
        "own_way_withdraw": ("取り下げる", "Take back"),
        "own_way_waive": ("希望しない", "Not wanted"),
        "own_way_complain": ("申し出る", "Complain"),
        "own_way_pledge": ("署名を記録する", "Record the pledge"),
    }
)
