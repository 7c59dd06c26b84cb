"""Acts of Act 3 and 4, and on documents, as people read them."""

VERBS = {
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
}
FIELDS = {
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
    "designation_id": ("指定の番号", "Id of the designation"),
    "document_number": ("文書番号", "Document number"),
    "letter_on": ("文書の日付", "Date of the letter"),
    "arrived_on": ("到達日", "Day of arrival"),
    "cabinet_approved_on": ("内閣の承認の日", "Day of Cabinet approval"),
    "exception": ("60年を超える理由", "Ground beyond sixty years"),
    "extension_id": ("延長の番号", "Id of the extension"),
    "closing_id": ("措置の番号", "Id of the closing"),
    "carries": ("含まれる情報", "Informations carried"),
    "document_id": ("資料", "Document"),
}
CODES: dict[str, tuple[str, str]] = {}
"""Values that a word of these acts may have."""
