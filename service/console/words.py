"""What the console says, in Japanese and English: one catalogue, the same keys in both."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Language = Literal["ja", "en"]

_JA = {
    "product": "関所",
    "tagline": "重要経済安保情報 取扱確認",
    "skip": "本文へ移動",
    "language": "表示する言語",
    "footer_law": "根拠法令:重要経済安保情報の保護及び活用に関する法律(令和6年法律第27号)",
    "footer_scope": "関所はこの法律についてだけ答えます。「可」は、この法律が妨げないという意味です。",
    "demo_notice": "これは架空のデモ環境です。登場する人・組織・情報はすべて実在しません。",
    "notice": "お知らせ",
    "demo_sign_in": "担当者としてサインインしてみる",
    "closed_title": "この画面はデモ環境でだけ使えます",
    "closed_text": ("この確認画面は、デモ環境を動かしているパソコンからだけ使えます。実運用ではサインインしてお使いください。"),
    "title": "この人は、いま、この情報を取り扱えるか",
    "lead": "人と資料を選んで確認してください。答えは、理由と根拠条文とともに、改ざんを検知できる台帳に記録されてから表示されます。",
    "person": "誰が",
    "person_hint": "架空の従業者",
    "resource": "何を",
    "resource_hint": "資料、または情報そのもの",
    "documents": "資料",
    "information": "情報",
    "action": "どうする",
    "action_hint": "取扱いの種類",
    "action_handle": "取り扱う(閲覧)",
    "action_make": "作成する(複製・印刷・翻訳)",
    "action_carry_out": "持ち出す",
    "action_dispose": "廃棄する",
    "action_return": "返却する",
    "ask": "確認する",
    "permit": "取り扱えます",
    "deny": "取り扱えません",
    "not_controlled": "この法律の制限の対象外です",
    "reason": "理由",
    "basis": "根拠",
    "asked": "確認した内容",
    "asked_at": "確認した時刻",
    "api": "アプリへの返答",
    "api_true": "可(true)",
    "api_false": "不可(false)",
    "two_views": "同じ答えの二つの見え方",
    "application_view": "アプリケーションが受け取る答え",
    "application_note": "人に関する理由は伝えません。どの理由でも同じ形の答えになります。",
    "entitled_view": "権限のある人が見る答え",
    "entitled_note": "デモ環境なので、ここでは理由まですべて表示しています。",
    "entry": "台帳の記録",
    "entry_note": (
        "この記録がディスクに書かれてから、答えが返されました。人の名前と理由は、記録そのものではなく、暗号化された開示情報に入っています。"
    ),
    "entry_number": "記録番号",
    "verified": "検証結果",
    "jst": "日本時間",
    "unavailable": "いまは答えられません",
    "bad_choice": "選択された人または資料が見つかりません。もう一度選んでください。",
    "proof_leaf": "この記録のハッシュは、台帳の木の葉と一致します。",
    "proof_included": "記録 {index} は、{size} 件の台帳に含まれています(包含証明の段数 {steps})。",
    "proof_signed": "チェックポイントの署名は、このログの鍵 {origin} で検証できました。",
    "proof_leaf_bad": "この記録のハッシュが台帳の木の葉と一致しません。",
    "proof_included_bad": "記録 {index} の包含証明が、{size} 件の台帳の根と一致しません。",
    "proof_signed_bad": "チェックポイントの署名を検証できません。",
    "ok": "確認できました",
    "bad": "確認できませんでした",
    "people_speaking": "場面の決まった人",
    "people_others": "そのほかの従業者",
}

_EN = {
    "product": "Sekisho",
    "tagline": "Important economic security information: access checks",
    "skip": "Skip to content",
    "language": "Language",
    "footer_law": ("Law: Act on the Protection and Utilization of Important Economic Security Information (Act No. 27 of 2024)"),
    "footer_scope": "Sekisho answers for this Act only: a permit says that the Act does not stand in the way.",
    "demo_notice": "This is an invented demo world. None of its people, organizations or information exist.",
    "notice": "Notice",
    "demo_sign_in": "Sign in as one of its officers",
    "closed_title": "This page works in a demo world only",
    "closed_text": ("This page is for the machine that runs a demo, and nowhere else. In a real deployment, sign in."),
    "title": "May this person handle this information, now?",
    "lead": (
        "Choose a person and a document, and ask. The answer is shown with its reason and citation, after it "
        "has been recorded in a ledger in which no change goes unnoticed."
    ),
    "person": "Who",
    "person_hint": "An invented employee",
    "resource": "What",
    "resource_hint": "A document, or the information itself",
    "documents": "Documents",
    "information": "Information",
    "action": "Does what",
    "action_hint": "The kind of handling",
    "action_handle": "Handle (read)",
    "action_make": "Make (copy, print, translate)",
    "action_carry_out": "Carry out",
    "action_dispose": "Dispose of",
    "action_return": "Return",
    "ask": "Ask",
    "permit": "May handle it",
    "deny": "May not handle it",
    "not_controlled": "The Act does not restrict it now",
    "reason": "Reason",
    "basis": "Citation",
    "asked": "Question",
    "asked_at": "Asked at",
    "api": "To applications",
    "api_true": "permit (true)",
    "api_false": "deny (false)",
    "two_views": "Two views of one answer",
    "application_view": "What an application receives",
    "application_note": "Reasons that concern the person are not told: every one of them has the same form.",
    "entitled_view": "What an entitled person sees",
    "entitled_note": "This is a demo world, so everything is shown here.",
    "entry": "The ledger entry",
    "entry_note": (
        "This entry was on disk before the answer left. Names and reasons are not in it: they are in "
        "encrypted disclosures, of which it holds the digests."
    ),
    "entry_number": "Entry",
    "verified": "Verification",
    "jst": "Japan time",
    "unavailable": "No answer is possible at present",
    "bad_choice": "The person or document chosen is not known. Please choose again.",
    "proof_leaf": "The hash of this entry equals the leaf in the ledger's tree.",
    "proof_included": ("Entry {index} is contained in the ledger of {size} entries (inclusion proof of {steps} steps)."),
    "proof_signed": "The checkpoint's signature verifies with this log's key, {origin}.",
    "proof_leaf_bad": "The hash of this entry differs from the leaf in the ledger's tree.",
    "proof_included_bad": "The inclusion proof of entry {index} does not lead to the root of the {size} entries.",
    "proof_signed_bad": "The checkpoint's signature does not verify.",
    "ok": "Verified",
    "bad": "Not verified",
    "people_speaking": "People with a story",
    "people_others": "Other employees",
}

REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "clearance_valid": ("適性評価が有効です", "The clearance is valid"),
        "sds_clearance_valid": (
            "特定秘密の適性評価により取り扱えます",
            "Cleared by an assessment under the Specially Designated Secrets Act",
        ),
        "exempt_office": ("適性評価を要しない職にあります", "Holds an office that needs no assessment"),
        "return_after_contract": (
            "契約終了後の返却・廃棄の期間内です",
            "Within the term for return and disposal after the contract",
        ),
        "designation_ended": ("指定の有効期間が満了したか、指定が解除されました", "The designation has expired or was lifted"),
        "not_yet_designated": ("まだ指定されていません", "Not yet designated"),
        "unknown_information": ("登録されていない情報または資料です", "Nothing is known of this information or document"),
        "unknown_person": ("登録されていない人です", "Nothing is known of this person"),
        "ambiguous_organization": (
            "複数の組織に所属しており、どの組織としてかが示されていません",
            "Works at several organizations, and none was named",
        ),
        "not_provided": ("この組織は情報の提供を受けていません", "The organization does not lawfully hold the information"),
        "not_certified": ("提供した行政機関の認定がありません", "No live certification by the organ that provided it"),
        "no_contract": ("有効な契約がありません", "No live contract covers it"),
        "no_assessment": ("適性評価を受けていません", "No assessment by the head whose assessment counts"),
        "assessment_negative": ("適性評価の結果により取り扱えません", "The newest assessment that counts was negative"),
        "assessment_refused": ("適性評価は実施されていません", "No assessment was carried out"),
        "clearance_expired": ("適性評価から10年を経過しています", "Ten years have passed since the notice"),
        "sds_clearance_expired": (
            "特定秘密の適性評価から5年を経過しています",
            "Five years have passed since the notice under the Specially Designated Secrets Act",
        ),
        "doubt_notice": ("再評価の告知を受けています", "Told that a re-assessment on doubt applies"),
        "not_a_handler": (
            "この情報の取扱者の範囲・名簿に入っていません",
            "Not in the handler scope or on the named list for this information",
        ),
        "action_not_granted": ("この取扱いは認められていません", "Listed, but not for this action"),
        "entry_permitted": ("この場所への立入りが許可されています", "Holds a live permit to enter"),
        "unknown_area": ("この場所は登録されていないか、終了しています", "There is no such area, or it has ended"),
        "no_entry_permit": (
            "この場所に保管されたものの取扱者ではなく、立入りの許可もありません",
            "May handle nothing kept here, and holds no permit",
        ),
        "not_approved": ("この文書等についての有効な承認がありません", "No live approval of the document covers it"),
        "foreign_restriction": ("情報の提供元の条件により取り扱えません", "The originator's condition forbids it"),
        "not_cleared": ("取扱資格が確認できません", "No clearance that counts"),
        "policy_error": ("規程を評価できないため、安全側に倒しました", "The policies could not be evaluated, so the answer is no"),
    }
)
"""Each reason's short form, Japanese and English; law's own words are in the policies."""


def words(language: Language) -> Mapping[str, str]:
    """Return the catalogue of one language."""
    return MappingProxyType(_JA if language == "ja" else _EN)


def reason_words(reason: str, language: Language) -> str:
    """Return the short form of a reason, or its code where it has none."""
    both = REASONS.get(reason)
    return reason if both is None else both[0 if language == "ja" else 1]


def language_of(asked: str | None) -> Language:
    """Return the language asked for; Japanese unless English is named."""
    return "en" if asked == "en" else "ja"
