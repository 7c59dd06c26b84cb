"""Acts as whole sentences, Japanese and English: what somebody asks for, with whom and what it is about.

A part in square brackets is left out where one of its words was not given. `{days}` is the time for which it holds, `{who}`
whoever it is about: a person, a unit or a post. Where a sentence lacks a word, or an act has none here, its name and what it
is about are told one after the other.
"""

SENTENCES: dict[str, tuple[str, str]] = {
    "register_organization": ("組織「{name}」を登録する", "Register the organization “{name}”"),
    "record_name": ("{who}の氏名・生年月日を記録する[(氏名:{legal_name})]", "Record the name of {who}[ as {legal_name}]"),
    "take_post": (
        "{who}を{organization_id}[ {unit_id}][の{post}]に就ける[({days})]",
        "Let {who} take[ the post {post} in][ {unit_id} of] {organization_id}[, {days}]",
    ),
    "grant_alias": ("{target_id}に別名「{namespace}:{value}」を付ける[({days})]", "Name {target_id} “{namespace}:{value}”[, {days}]"),
    "grant_resource_alias": (
        "{target_id}に別名「{namespace}:{value}」を付ける[({days})]",
        "Name {target_id} “{namespace}:{value}”[, {days}]",
    ),
    "grant_area_alias": (
        "{area_id}に別名「{namespace}:{value}」を付ける[({days})]",
        "Name {area_id} “{namespace}:{value}”[, {days}]",
    ),
    "bring_forward": ("ファイル「{file_name}」の記録{acts}件を繰り越す", "Bring the {acts} records of the file “{file_name}” forward"),
    "designate": ("{organ_id}が「{title}」を指定する[({on}から)]", "Let {organ_id} designate “{title}”[ on {on}]"),
    "record_designation": (
        "{organ_id}による「{title}」の指定を記録する[(指定の日:{on})]",
        "Record that {organ_id} designated “{title}”[ on {on}]",
    ),
    "extend": ("{information_id}の指定の有効期間を{until}まで延長する", "Extend the designation of {information_id} to {until}"),
    "record_extension": (
        "{information_id}の指定の有効期間が{until}まで延長されたことを記録する",
        "Record that the designation of {information_id} was extended to {until}",
    ),
    "lift": ("{information_id}の指定を解除する[({on})]", "Lift the designation of {information_id}[ on {on}]"),
    "record_lifting": (
        "{information_id}の指定の解除を記録する[(解除の日:{on})]",
        "Record that the designation of {information_id} was lifted[ on {on}]",
    ),
    "register_document": ("{carries}を含む資料[「{title}」]を登録する", "Register a document[, “{title}”,] that carries {carries}"),
    "certify": ("{organ_id}が{operator_id}を適合事業者と認定する[({on})]", "Let {organ_id} certify {operator_id}[ on {on}]"),
    "record_certification": (
        "{organ_id}による{operator_id}の認定を記録する[(認定の日:{on})]",
        "Record that {organ_id} certified {operator_id}[ on {on}]",
    ),
    "conclude_contract": (
        "{organ_id}と{operator_id}の契約を結ぶ[({days})]",
        "Conclude a contract between {organ_id} and {operator_id}[, {days}]",
    ),
    "record_contract": (
        "{organ_id}と{operator_id}の契約を記録する[({days})]",
        "Record the contract between {organ_id} and {operator_id}[, {days}]",
    ),
    "provide": ("{information_id}を{giver_id}から{receiver_id}に提供する[({on})]", "Provide {information_id} to {receiver_id}[ on {on}]"),
    "record_provision": (
        "{information_id}が{giver_id}から{receiver_id}に提供されたことを記録する[({on})]",
        "Record that {giver_id} provided {information_id} to {receiver_id}[ on {on}]",
    ),
    "record_result": (
        "{who}の適性評価の結果({head_id}:{outcome})を記録する[(通知の日:{notified_on})]",
        "Record the result of {who}’s assessment by {head_id} ({outcome})[, notified on {notified_on}]",
    ),
    "list_handler": (
        "{who}を「{information_id}」の取扱者の範囲・名簿({organization_id})に載せる[({days})]",
        "List {who} as handler of “{information_id}” at {organization_id}[, {days}]",
    ),
    "name_acting_manager": ("{who}を臨時代行職員に指名する[({days})]", "Name {who} acting manager[, {days}]"),
    "set_list_number": (
        "{organization_id}の名簿の内規の数値「{setting}」を{amount}と定める[({days})]",
        "Set “{setting}” of the lists of {organization_id} to {amount}[, {days}]",
    ),
    "set_register_period": (
        "{organization_id}の簿冊の内規の数値「{period}」を{amount}と定める[({days})]",
        "Set “{period}” of the registers of {organization_id} to {amount}[, {days}]",
    ),
    "set_period": ("内規の期間「{name}」を{value}と定める[({days})]", "Set the period “{name}” of the house to {value}[, {days}]"),
    "set_report_term": ("{organ_id}への変更の報告期限を{days_}日前と定める", "Let changes be reported to {organ_id} {days_} days ahead"),
    "open_account": ("{who}のアカウント「{sign_in_name}」を開く", "Open the account “{sign_in_name}” for {who}"),
    "link_subject": (
        "アカウント{account_id}を{issuer}の「{subject}」と結び付ける",
        "Link the account of {account_id} with “{subject}” at {issuer}",
    ),
    "grant_role": (
        "{who}に{organization_id}の役割「{role}」を与える[({days})]",
        "Grant {who} the role “{role}” at {organization_id}[, {days}]",
    ),
    "set_decision_rule": ("「{verb}」を決裁できる役割を{seconds}と定める", "Let “{verb}” be approved by: {seconds}"),
    "set_disclosure_budget": (
        "監査担当者が一日に開示できる行数を{rows}と定める[({days})]",
        "Let an auditor open {rows} rows a day[, {days}]",
    ),
    "set_profile": ("運用体制を「{profile}」と定める", "Set the profile of the site to “{profile}”"),
    "grant_application": ("アプリケーション「{name}」に確認を許す", "Let the application “{name}” ask"),
    "activate_policies": ("規程を施行する", "Bring policies into force"),
    "set_witnesses": ("台帳の証人を定め、公表は「{publication}」とする", "Set the log's witnesses; publication: {publication}"),
}
"""The acts that are asked for most."""
