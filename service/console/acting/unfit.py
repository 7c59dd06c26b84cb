"""What is wrong with a word of an act, as people read it: the act's own message in English, and its sense in Japanese."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from service.console.words import Language

_DAY = ("日付は 2026-11-28 または R8.11.28 のように入力してください。", "Write a day as 2026-11-28 or R8.11.28.")
IN_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        r"missing; this act needs .*": ("入力してください。", "Please fill this in."),
        r"missing; it belongs to .*": (
            "一緒に入力する項目があります。こちらも入力してください。",
            "It goes with what you entered; please fill this in too.",
        ),
        r".* is no day; .*": _DAY,
        r".* is no instant; .*": (
            "日時は 2026-11-28T09:00:00+09:00 のように入力してください。",
            "Write a time as 2026-11-28T09:00:00+09:00.",
        ),
        r".* is no whole number": ("整数を入力してください。", "Write a whole number."),
        r".* is neither true nor false": ("「はい」か「いいえ」を選んでください。", "Choose yes or no."),
        r".* is none of .*": ("選択肢から選んでください。", "Please choose from the list."),
        r".* is no text; .*|.* is no list": ("この形では入力できません。", "It cannot be entered in this form."),
        r"unknown; this act takes .*": ("この手続では使えない項目です。", "This act does not take this."),
        r"here only .*": ("ここでは選べない値です。", "This cannot be chosen here."),
        r".* has not come yet": (
            "まだ来ていない日です。起きたことの日を入力してください。",
            "That day has not come yet; enter the day on which it happened.",
        ),
        r".* has not come yet when it is reported on .*": ("届出の日より後の日です。", "That day lies after the report."),
        r".* has not come yet, or lies before the report": (
            "まだ来ていない日か、報告より前の日です。",
            "That day has not come yet, or lies before the report.",
        ),
        r".* lies beyond \d+ to \d+": ("年を確かめてください。", "Please check the year."),
        r".* lies before .*, the day of the question": ("質問した日より前の日です。", "That day lies before the question."),
        r".* is past": ("過ぎた日です。", "That day is past."),
        r"at most \d+ visible characters": (
            "長すぎるか、使えない文字があります。",
            "It is too long, or has characters that cannot be used.",
        ),
        r"at most \d+ at once": ("一度に選べる数を超えています。", "That is more than may be chosen at once."),
        r"words, a saved query or an organ, one of them is the filter": (
            "語句、保存した検索条件、行政機関のうち、どれか一つだけで絞り込んでください。",
            "Narrow by words, by a saved query or by an organ: one of them only.",
        ),
        r"at most \d+ entries are drawn from; narrow its time": (
            "抽出のもとになる記録が多すぎます。検索条件の期間を狭めてください。",
            "There are too many entries to draw from; narrow the query's time.",
        ),
        r"this service has no folder to make packages in": (
            "このサービスには、パッケージを作る場所が設定されていません。システム管理者に知らせてください。",
            "This service has no folder to make packages in; tell the administrator.",
        ),
        r"any of .*, in ja or en": (
            "パッケージに入れる形式と言語は、選択肢から選んでください。",
            "Choose the package's forms and its language from the lists.",
        ),
        r"one or more of .*": ("選択肢から一つ以上選んでください。", "Choose one or more from the list."),
        r"of what is made alone, from 1 to \d+": (
            "部数は、複製等を承認するときだけ、1から決められた数までで入力してください。",
            "Give a number of copies only where making them is approved, from one to as many as are allowed.",
        ),
        r"say where it is taken or sent, or party_id, to whom": (
            "持出し・送信の先か、相手方の組織を入力してください。",
            "Say where it is taken or sent, or to what organization.",
        ),
        r"one of .*": ("選択肢から選んでください。", "Please choose from the list."),
        r"nothing of it is designated under a number, .*": (
            "番号のある指定がないため、表示を作れません。",
            "Nothing of it is designated under a number, so that there is no mark.",
        ),
        r"nothing of this can be taken back": ("取り消せるものがありません。", "Nothing of this can be taken back."),
        r"none to which mails go from here": (
            "ここからメールを送れる宛先ではありません。",
            "No address to which mails go from here.",
        ),
        r"this entry is no decision": ("この記録は判定ではありません。", "This entry is no decision."),
        r"at most \d+": ("大きすぎます。", "It is too much."),
        r"a validity of .* years is none": ("有効期間は1年から5年までです。", "A validity is one to five years."),
        r"on, known_on: a day that has come": ("今日までの日を指定してください。", "A day that has come."),
        r"only for a day that is asked about": (
            "いつの時点で知られていたことによるかは、日を指定したときに限って選べます。",
            "Give it only together with the day that is asked about.",
        ),
        r"index or reference: one of the two": (
            "記録番号か照会番号のどちらか一方を指定してください。",
            "Give an index or a reference, one of the two.",
        ),
        r"a validity is given in years or by its last day, one of the two": (
            "有効期間は、年数か最後の日のどちらか一方を入力してください。",
            "Give a validity in years or by its last day, one of the two.",
        ),
        r".* is put right and emptied at once": ("訂正するか空にするか、どちらか一方にしてください。", "Either put it right or empty it."),
        r"no provision is made under .*": ("提供の根拠にならない条文です。", "Nothing is provided under this article."),
        r"1 to \d+ characters without spaces": (
            "空白を入れず、長すぎない名前にしてください。",
            "Write it without spaces, and not too long.",
        ),
        r".* cannot approve acts": ("決裁できない役割があります。", "One of these roles cannot approve."),
        r".* is neither standard nor small": ("標準か小規模を選んでください。", "Choose standard or small."),
        r"somebody attended it on .*; put that right first": (
            "受講した人がいます。先に受講の記録を訂正してください。",
            "Somebody attended it; put that right first.",
        ),
        r"the training was given on .*": ("教育を行った日と合いません。", "It does not fit the day of the training."),
        r"there is no event .*": ("選択肢から選んでください。", "Please choose from the list."),
        r"say why": ("理由を入力してください。", "Say why."),
        r"a contract limited to units names at least one": (
            "部署を限る契約では、部署を一つ以上選んでください。",
            "A contract limited to units names at least one.",
        ),
        r"a contract covers at least one information": (
            "契約の対象とする情報を一つ以上選んでください。",
            "Choose at least one information for the contract.",
        ),
        r"the term for returning lies before the contract's end": (
            "返却の期限が、契約の終わりより前です。",
            "The term for returning lies before the contract's end.",
        ),
        r"a provider's issuer and subject come together": (
            "発行者と利用者番号は、両方を入力してください。",
            "Give the provider's issuer and subject together.",
        ),
        r"a role is held by exactly one of person and post": (
            "人か職のどちらか一方を選んでください。",
            "Choose either a person or a post.",
        ),
        r"whoever puts the day of a designation right says its validity anew, .*": (
            "指定の日を訂正するときは、有効期間も改めて入力してください。",
            "When the day of a designation is put right, say its validity anew.",
        ),
        r"of a document that never was nothing else is put right": (
            "初めからなかった資料については、ほかの訂正はできません。",
            "Of a document that never was, nothing else is put right.",
        ),
        r"a document carries at least one information; .*": (
            "資料に含まれる情報を一つ以上選んでください。",
            "A document carries at least one information.",
        ),
        r"say which register it is, of registers alone": ("どの簿冊かを選んでください。", "Say which register it is."),
        r"nothing of it can be brought in": ("取り込める行がありません。", "Nothing of it can be brought in."),
        r"none that (?:came from|was given) here": (
            "このページの続きは開けません。最初から開いてください。",
            "This page cannot be gone on with; begin anew.",
        ),
        r"there is nothing to do": ("何も選ばれていません。", "Nothing was chosen."),
        r"nothing is put right: the record says the same already": (
            "記録はすでにそのとおりです。",
            "The record says the same already.",
        ),
        r"a remark has at most .* characters": ("ひとことが長すぎます。", "The remark is too long."),
        r"a proposal holds 1 to .* acts, not .*": ("一度に起案できる件数を超えています。", "That is more than one proposal holds."),
        r"a period of .* is none": ("期間を確かめてください。", "Please check the period."),
        r".* is no place in that law|.* is no citation; .*": ("条文の書き方を確かめてください。", "Please check the citation."),
        r"this is no policy bundle": ("規程のファイルではありません。", "This is no policy bundle."),
        r"unknown; ids are given here": ("番号は自動で付けられます。", "Ids are given here."),
        r".* holds a control character": ("使えない文字が入っています。", "It holds a character that cannot be used."),
        r".* is blank": ("空白だけでは記録できません。", "Blanks alone are not recorded."),
        r".* is this label's own regime; .*": ("この表示の制度と同じです。", "It is this label's own regime."),
        r".* lies before .*, on which it began": ("始まった日より前の日です。", "That day lies before it began."),
        r"a reference number of at most 64 characters, .*": (
            "64文字までの番号を入力してください。理由は書かないでください。",
            "A reference number of at most 64 characters, never a reason in words.",
        ),
        r"a .* names the document that it is of": ("元になる資料を選んでください。", "Choose the document that it is of."),
        r"a compilation, and nothing else, names .*": (
            "元にした資料を選ぶのは、編集した資料のときだけです。",
            "A compilation, and nothing else, names the documents that it was made from.",
        ),
        r"a label names the designation's number and the organ": (
            "表示には指定の番号と行政機関が要ります。",
            "A label names the designation's number and the organ.",
        ),
        r"a letter of .* cannot have arrived on .*": ("届いた日が、文書の日付より前です。", "It cannot have arrived before its own date."),
        r"a line of the register .* needs .*": ("この簿冊に要る項目が足りません。", "The register needs more than was entered."),
        r"a listing names exactly one of person, unit and post": (
            "人・部署・職のどれか一つを選んでください。",
            "Choose exactly one: a person, a unit or a post.",
        ),
        r"a namespace holds no colon: .*": ("名前空間にコロンは使えません。", "A namespace holds no colon."),
        r"a registered document carries at least one information": (
            "資料に含まれる情報を一つ以上選んでください。",
            "A registered document carries at least one information.",
        ),
        r"a review finds every requirement met, .*": (
            "すべての要件を満たすとするか、満たさない要件を選んでください。",
            "Find every requirement met, or name those that are not.",
        ),
        r"more than was asked for": ("申出より広い取扱いは選べません。", "That is more than was asked for."),
        r".* lies between .* and .*": ("決められた範囲の数を入力してください。", "The number lies outside what is allowed."),
        r"first the warning, then nothing new, then the lapse": (
            "予告、停止、失効の順に大きい日数にしてください。",
            "First the warning, then nothing new, then the lapse.",
        ),
        r"an alias of a .* is not a resource's": (
            "ここで付けられるのは、情報と資料の別名だけです。",
            "Only information and documents are named here.",
        ),
        r"an interval from .* cannot end before .*": ("終わりの日が始まりの日より前です。", "It would end before it begins."),
        r"from 1 to \d+": ("1から決められた数までです。", "From one to as many as are allowed."),
        r"a report beforehand is not made afterwards": (
            "事前の報告は、後からはできません。",
            "A report beforehand is not made afterwards.",
        ),
        r"document .* does not carry .*": ("その情報は資料に含まれていません。", "The document does not carry this information."),
        r"document .* would carry nothing": ("資料に情報が一つも残りません。", "The document would carry nothing."),
        r".* carries nothing; it was found never to have been": (
            "初めからなかったとされた資料です。",
            "The document was found never to have been.",
        ),
        r"a number of at most \d+ characters, never what the document says": (
            "文書の番号だけを入力してください。内容は書かないでください。",
            "The document's number alone, never what it says.",
        ),
        r".* in the ledger are not .* present and .* missing": (
            "台帳の数と、現物・不足の数の合計が合いません。",
            "What is in the register is not what is present and missing together.",
        ),
        r"the document carries nothing before .*": (
            "その日より前には、資料に情報が含まれていません。",
            "The document carries nothing before that day.",
        ),
        r"there is no register .*": ("選択肢から選んでください。", "Please choose from the list."),
        r"between 1 and \d+ different ones": ("一つ以上、重複なく選んでください。", "Choose one or more, each once."),
        r"marks are struck on no document or on some": (
            "表示を抹消した資料の数を確かめてください。",
            "Please check on how many documents marks were struck.",
        ),
        r"say of a computer whether it is offline": (
            "電子計算機は、接続の有無を選んでください。",
            "Say of a computer whether it is offline.",
        ),
        r"nothing changes for person .*": ("変わるところがありません。", "Nothing changes."),
        r".* is yet to come; a register tells of what was done": (
            "まだ来ていない日です。簿冊には行ったことを記載します。",
            "That day is yet to come; a register tells of what was done.",
        ),
        r"the organ's letter arrived only on .*": (
            "行政機関の文書が届いた日より前です。",
            "That day lies before the organ's letter arrived.",
        ),
        r"only a reused result has an original day": (
            "元の通知日は、調査結果を利用したときだけ入力します。",
            "Only a reused result has an original day.",
        ),
        r"an organization (?:gives nothing to|receives nothing from) itself": (
            "自分の組織は選べません。",
            "Choose another organization than your own.",
        ),
        r"name either a person here or an organization that borrows": (
            "組織内の人か、借りる組織のどちらかを選んでください。",
            "Choose either a person here or an organization that borrows.",
        ),
        r"small Latin letters, digits and underscores": (
            "半角の英小文字・数字・下線だけで入力してください。",
            "Small Latin letters, digits and underscores.",
        ),
        r"it asks for something else": ("申出の内容と違います。", "The request asks for something else."),
        r".* lies before .*": ("日付の前後を確かめてください。", "Please check which day comes first."),
        r".* is no registration number": ("登録番号ではありません。", "This is no registration number."),
        r"several organs designated .*; say whose designation is meant": (
            "複数の行政機関が指定しています。どの指定かを選んでください。",
            "Several organs designated it; say whose designation is meant.",
        ),
        r"the term for returning, .*, lies before the contract's end": (
            "返却の期限が、契約の終わりより前です。",
            "The term for returning lies before the contract's end.",
        ),
        r"the validity already runs until .*; .* extends nothing": (
            "有効期間はすでにその日以降まであります。",
            "The validity runs at least so far already.",
        ),
        r"the validity would end on .*, before the designation on .*": (
            "有効期間の終わりが、指定の日より前です。",
            "The validity would end before the designation.",
        ),
        r"there is no sector .* on .*": ("その日にない分野です。", "There is no such sector on that day."),
        r"unknown .*; known are .*": ("選択肢から選んでください。", "Please choose from the list."),
        r"an entity tag .*|1 to 255 visible characters": ("入力を確かめてください。", "Please check what you entered."),
    }
)
"""By the form of a message what is said of it, Japanese and English."""


def said_plainly(problem: str, language: Language) -> tuple[str, str]:
    """Return the word that a message names, and what is to be said beside its field; the message itself where it is of no known form."""
    word, colon, message = problem.partition(": ")
    if not colon or not re.fullmatch(r"[a-z_0-9]+", word):
        word, message = "", problem
    both = next((both for form, both in IN_WORDS.items() if re.fullmatch(form, message, re.DOTALL)), None)
    return word, message if both is None else both[0 if language == "ja" else 1]
