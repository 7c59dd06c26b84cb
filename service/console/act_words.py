"""Acts, their words and the states of proposals as people read them, in Japanese and English; a test holds them complete."""

from collections.abc import Mapping
from types import MappingProxyType

from service.console.words import Language

VERBS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "register_organization": ("組織を登録する", "Register an organization"),
        "register_unit": ("部署を登録する", "Register a unit"),
        "register_person": ("人を登録する", "Register a person"),
        "record_name": ("氏名・生年月日を記録する", "Record a name"),
        "take_post": ("所属・役職に就ける", "Take a post"),
        "leave_post": ("所属・役職を離れる", "Leave a post"),
        "grant_alias": ("人の別名を付ける", "Grant an alias of a person"),
        "end_alias": ("別名を終える", "End an alias"),
        "designate": ("指定する", "Designate"),
        "record_designation": ("指定の通知を記録する", "Record a designation"),
        "extend": ("有効期間を延長する", "Extend a validity"),
        "record_extension": ("延長の通知を記録する", "Record an extension"),
        "lift": ("指定を解除する", "Lift a designation"),
        "record_lifting": ("解除の通知を記録する", "Record a lifting"),
        "close": ("終了時の措置を記録する", "Record the closing"),
        "register_document": ("資料を登録する", "Register a document"),
        "carry": ("資料に情報を加える", "Add an information to a document"),
        "grant_resource_alias": ("情報・資料の別名を付ける", "Grant an alias of a resource"),
        "certify": ("適合事業者と認定する", "Certify an operator"),
        "record_certification": ("認定を記録する", "Record a certification"),
        "end_certification": ("認定を終える", "End a certification"),
        "conclude_contract": ("契約を結ぶ", "Conclude a contract"),
        "record_contract": ("契約を記録する", "Record a contract"),
        "end_contract": ("契約を終える", "End a contract"),
        "provide": ("提供する", "Provide"),
        "record_provision": ("提供を記録する", "Record a provision"),
        "record_return": ("返却・廃棄を記録する", "Record a return"),
        "record_result": ("適性評価の結果を記録する", "Record a result"),
        "record_doubt_notice": ("再評価の告知を記録する", "Record a doubt notice"),
        "record_office": ("適性評価を要しない職を記録する", "Record an exempt office"),
        "list_handler": ("取扱者の範囲・名簿に載せる", "List a handler"),
        "remove_handler": ("取扱者の範囲・名簿から外す", "Remove a handler"),
        "open_account": ("アカウントを開く", "Open an account"),
        "end_account": ("アカウントを終える", "End an account"),
        "link_subject": ("外部のサインインと結び付ける", "Link a provider's sign-in"),
        "grant_role": ("役割を与える", "Grant a role"),
        "end_role": ("役割を解く", "End a role"),
        "set_decision_rule": ("決裁規程を定める", "Set a decision rule"),
        "set_profile": ("運用体制を定める", "Set the site's profile"),
        "grant_application": ("アプリケーションに確認を許す", "Let an application ask"),
        "end_application": ("アプリケーションを終える", "End an application"),
        "issue_key": ("APIキーを発行する", "Issue an API key"),
        "revoke_key": ("APIキーを失効させる", "Revoke an API key"),
        "destroy_key": ("開示情報の鍵を破棄する", "Destroy a key of disclosures"),
        "activate_policies": ("この版の規程を施行する", "Bring this version's policies into force"),
    }
)
"""Each act's name."""

FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "kind": ("種類", "Kind"),
        "name": ("名称", "Name"),
        "name_en": ("英語の名称", "Name in English"),
        "organization_id": ("組織", "Organization"),
        "parent_id": ("上位", "Parent"),
        "from_on": ("開始日", "From"),
        "last_day": ("最終日", "Last day"),
        "legal_name": ("氏名", "Legal name"),
        "kana": ("ふりがな", "Kana"),
        "birth_on": ("生年月日", "Date of birth"),
        "person_id": ("人", "Person"),
        "unit_id": ("部署", "Unit"),
        "post": ("役職", "Post"),
        "title": ("名称・役職の表記", "Title"),
        "employment": ("雇用区分", "Employment"),
        "employer_id": ("派遣元", "Employer"),
        "post_id": ("所属・役職の番号", "Id of the post"),
        "namespace": ("別名の名前空間", "Namespace"),
        "value": ("別名の値", "Value"),
        "target_kind": ("対象の種類", "Kind of target"),
        "target_id": ("対象", "Target"),
        "alias_id": ("別名の番号", "Id of the alias"),
        "on": ("その日", "Day"),
        "organ_id": ("行政機関", "Organ"),
        "years": ("有効期間(年)", "Validity in years"),
        "until": ("有効期間の満了日", "Last day of validity"),
        "number": ("番号", "Number"),
        "information_class": ("区分", "Class"),
        "originator_id": ("提供元", "Originator"),
        "released_to": ("提供できる相手", "Released to"),
        "marking": ("表示の方法", "Marking"),
        "outline": ("概要(情報の内容を書かないこと)", "Outline (never the content)"),
        "already_public": ("公になっている", "Already public"),
        "also_sds": ("特定秘密でもある", "Also a specially designated secret"),
        "information_id": ("情報", "Information"),
        "document_number": ("文書番号", "Document number"),
        "letter_on": ("文書の日付", "Date of the letter"),
        "arrived_on": ("到達日", "Day of arrival"),
        "cabinet_approved_on": ("内閣の承認の日", "Day of Cabinet approval"),
        "exception": ("60年を超える理由", "Ground beyond sixty years"),
        "carries": ("含まれる情報", "Informations carried"),
        "document_id": ("資料", "Document"),
        "operator_id": ("適合事業者", "Operator"),
        "certification_id": ("認定の番号", "Id of the certification"),
        "informations": ("情報の番号(コンマ区切り)", "Informations (with commas)"),
        "return_by": ("返却・廃棄の期限", "To be returned by"),
        "units": ("部署(コンマ区切り)", "Units (with commas)"),
        "contract_id": ("契約の番号", "Id of the contract"),
        "contracts": ("契約の番号(コンマ区切り)", "Contracts (with commas)"),
        "giver_id": ("提供する側", "Giver"),
        "receiver_id": ("提供を受ける側", "Receiver"),
        "under": ("根拠条文", "Citation"),
        "consulted_on": ("協議の日", "Day of consultation"),
        "consented_by": ("同意した者", "Consented by"),
        "equivalence": ("同等の保護措置がある", "Equivalent protection"),
        "safeguards": ("安全管理措置がある", "Safeguards are in place"),
        "provision_id": ("提供の番号", "Id of the provision"),
        "head_id": ("評価した行政機関", "Head that assessed"),
        "outcome": ("結果", "Outcome"),
        "notified_on": ("本人への通知の日", "Day the person was told"),
        "law": ("根拠法", "Law"),
        "investigated_by": ("調査した者", "Investigated by"),
        "original_on": ("流用元の通知の日", "Day of the first notice"),
        "result_id": ("結果の番号", "Id of the result"),
        "office": ("職", "Office"),
        "office_id": ("職の記録の番号", "Id of the office"),
        "doubt_notice_id": ("告知の番号", "Id of the doubt notice"),
        "actions": ("認める取扱い", "Actions"),
        "listing_id": ("登載の番号", "Id of the listing"),
        "designation_id": ("指定の番号", "Id of the designation"),
        "extension_id": ("延長の番号", "Id of the extension"),
        "closing_id": ("措置の番号", "Id of the closing"),
        "sign_in_name": ("サインイン名", "Sign-in name"),
        "issuer": ("発行者(URL)", "Issuer (URL)"),
        "subject": ("発行者での識別子", "Subject at the issuer"),
        "account_id": ("アカウント", "Account"),
        "role": ("役割", "Role"),
        "footing": ("決裁の立場", "Footing"),
        "in_name_of": ("誰の名で", "In whose name"),
        "grant_id": ("役割の番号", "Id of the role"),
        "verb": ("行為", "Act"),
        "seconds": ("決裁できる役割", "Roles that may approve"),
        "profile": ("体制(standard / small)", "Profile (standard / small)"),
        "organization": ("組織", "Organization"),
        "organizations": ("組織(コンマ区切り)", "Organizations (with commas)"),
        "namespaces": ("使える名前空間", "Namespaces"),
        "resource_types": ("資源の種類", "Resource types"),
        "trial": ("試行(デモのみ)", "Trial (demo only)"),
        "application_id": ("アプリケーションの番号", "Id of the application"),
        "application": ("アプリケーション", "Application"),
        "expires_at": ("失効日時", "Expires at"),
        "reason": ("理由", "Reason"),
        "key_id": ("キーの番号", "Id of the key"),
        "client_id": ("クライアントID", "Client id"),
        "may_search": ("検索を許す", "May search"),
        "batch_limit": ("一括確認の上限", "Largest batch"),
        "hold_seconds": ("保持できる秒数", "Seconds of hold"),
    }
)
"""Each word that an act takes."""

STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "open": ("決裁待ち", "Waiting"),
        "sent_back": ("差戻し", "Sent back"),
        "withdrawn": ("取下げ", "Withdrawn"),
        "rejected": ("否決", "Rejected"),
        "approved": ("決裁済み", "Approved"),
        "expired": ("期限切れ", "Expired"),
    }
)

STEPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "made": ("起案", "Proposed"),
        "made again": ("再起案", "Proposed again"),
        "sent back": ("差戻し", "Sent back"),
        "withdrawn": ("取下げ", "Withdrawn"),
        "rejected": ("否決", "Rejected"),
        "approved": ("決裁", "Approved"),
        "viewed": ("後閲", "Viewed later"),
    }
)

FOOTINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "own": ("本人の職務", "By own office"),
        "head": ("行政機関の長", "The head"),
        "delegation": ("権限の委任(法第17条)", "Delegation (Act 17)"),
        "standing": ("専決", "Standing authority"),
        "absence": ("代決", "In absence"),
        "resolution": ("合議体の議決", "A board's resolution"),
    }
)

OUTCOME_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "positive": ("漏らすおそれがないと認められた", "Positive"),
        "negative": ("漏らすおそれがないと認められなかった", "Negative"),
        "refused": ("同意がなく実施されなかった", "Not carried out: no consent"),
        "withdrawn": ("同意が取り下げられ実施されなかった", "Not carried out: consent withdrawn"),
    }
)

HINDRANCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "own_proposal": ("自分の起案は決裁できません", "Nobody approves their own proposal"),
        "own_record": ("自分の記録に関する行為はできません", "Nobody acts on their own record"),
        "role_given_by_the_proposer": (
            "起案の後に起案者から与えられた役割では決裁できません",
            "A role given by the proposer after proposing does not approve",
        ),
        "not_the_proposer": ("起案者だけができます", "Only the proposer may do this"),
        "separated_roles": ("兼ねられない役割です", "These roles are kept apart"),
        "other_seat": ("この立場にはない役割です", "This seat has no such role"),
        "look_budget_spent": ("今日閲覧できる件数に達しました", "Today's budget of looks is spent"),
        "not_a_giver": ("コードを渡せる役割ではありません", "None of your roles gives out codes"),
        "own_account": ("自分のコードは自分では出せません", "Nobody gives out their own code"),
        "same_person": ("残り半分は別の人が渡します", "The other half takes another person"),
    }
)
"""What keeps somebody from an act, beside the law's own refusals."""


def said(table: Mapping[str, tuple[str, str]], code: str, language: Language) -> str:
    """Return a code in a language, or the code where the table has no words for it."""
    both = table.get(code)
    return code if both is None else both[0 if language == "ja" else 1]
