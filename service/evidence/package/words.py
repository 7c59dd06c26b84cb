"""What each fault means, in Japanese and English, for a reader who knows neither hashes nor trees."""

from collections.abc import Mapping
from typing import Final, Literal

from service.evidence.package.faults import Fault, Found

Language = Literal["ja", "en"]

WORDS: Final[Mapping[Fault, tuple[str, str]]] = {
    Fault.PACKAGE_FORM: ("パッケージを読み取れません", "The package cannot be read"),
    Fault.FILE_MISSING: ("あるべきファイルがありません", "A file that belongs to the package is missing"),
    Fault.FILE_UNNAMED: ("目録にないファイルが加えられています", "A file was added that the manifest does not name"),
    Fault.FILE_ALTERED: ("ファイルが目録の記載と違います（書換え）", "A file is not what the manifest says: it was altered"),
    Fault.FILE_UNKNOWN: ("パッケージに属さないファイルです", "The manifest names a file that no package has"),
    Fault.MANIFEST_FORM: ("目録の形式が正しくありません", "The manifest is not of its form"),
    Fault.MANIFEST_UNSIGNED: ("目録にログの鍵による正しい署名がありません", "The manifest bears no right signature of the log's key"),
    Fault.POLICY_FORM: ("鍵の一覧を読み取れません", "The list of keys cannot be read"),
    Fault.CHECKPOINT_UNSIGNED: (
        "チェックポイントにログの鍵による正しい署名がありません",
        "The checkpoint bears no right signature of the log's key",
    ),
    Fault.CHECKPOINT_OTHER: ("チェックポイントが目録のものと違います", "The checkpoint is another one than the manifest names"),
    Fault.QUORUM_HIDDEN: (
        "証人の連署が定めに足りず、それが明記されていません",
        "Too few witnesses cosigned the checkpoint, and the package does not say so",
    ),
    Fault.BUNDLE_FORM: ("記録又はハッシュの束の形式が正しくありません", "A bundle of entries or hashes is not of its form"),
    Fault.ENTRY_CHANGED: (
        "記録がそのハッシュと一致しません（書換え・入替え）",
        "The entry is not what its hash says: it was changed or swapped",
    ),
    Fault.PROOF_FORM: (
        "証明のファイルを読み取れないか、このパッケージのものではありません",
        "A proof cannot be read, or is not of this package",
    ),
    Fault.PROOF_FAILS: ("証明が署名済みのチェックポイントに至りません", "A proof does not lead to the signed checkpoint"),
    Fault.LEAVES_DIFFER: (
        "この範囲の記録が署名済みのチェックポイントに至りません（欠落・書換え・入替え・挿入）",
        "These entries do not lead to the signed checkpoint: one was left out, changed, swapped or added",
    ),
    Fault.REQUEST_DIFFERS: ("このパッケージの請求を記した記録ではありません", "This is no entry that records that a package was asked for"),
    Fault.ROLLED_BACK: (
        "この検証者が以前に見た記録の末尾が失われています（巻戻し）",
        "The end of the log that this verifier has seen before is gone: the log was rolled back",
    ),
    Fault.FORKED: (
        "以前に見たログと枝分かれしています。二つの署名済みチェックポイントが証拠です",
        "The log is another one than was seen before: it was forked, and its two signed checkpoints prove it",
    ),
    Fault.NOT_CONTINUED: (
        "以前に見たチェックポイントの続きであることが示されていません。そのチェックポイントを添えて請求し直してください",
        "Nothing shows that this continues the checkpoint seen before; ask again and give that checkpoint along",
    ),
    Fault.ENTRY_FORM: ("記録の形式が正しくありません", "The entry is not of the form that entries have"),
    Fault.TIME_BACKWARDS: ("時刻が前の記録より前です", "The time lies before that of the entry before"),
    Fault.SEEN: ("判定が直前の変更を考慮したと示していません", "The decision does not name the last change before it"),
    Fault.QUERY_FORM: (
        "抽出条件を読み取れないか、目録のものと違います",
        "The filter cannot be read, or is not the one that the manifest names",
    ),
    Fault.LINE_FORM: ("行の形式又は順序が正しくありません", "A line is not of its form, or out of order"),
    Fault.DISCLOSURE_MISSING: (
        "抽出された記録が名指しする開示の行がありません",
        "The filter finds this entry, and a disclosure that it names has no line",
    ),
    Fault.DISCLOSURE_SURPLUS: ("抽出されない記録の開示があります", "Something is disclosed of an entry that the filter does not find"),
    Fault.DISCLOSURE_MOVED: (
        "開示が、それを作った記録の所にありません（移動）",
        "A disclosure stands at another entry than it was made with: it was moved",
    ),
    Fault.DISCLOSURE_ALTERED: (
        "開示が記録の要約値と一致しません（書換え）",
        "A disclosure does not open the digest in the entry: it was altered",
    ),
    Fault.ERASURE_UNCOVERED: (
        "開示が欠けており、消去を告げる記録がありません",
        "A disclosure is absent, and no entry of the log tells of its erasure",
    ),
    Fault.ERASURE_DIFFERS: (
        "消去を告げる記録が述べる開示より多いか、それとは別の開示が、消去されたとされています",
        "More disclosures are called erased than the entry of the erasure states, or other ones",
    ),
    Fault.ORGAN_COUNT_DIFFERS: (
        "機関に関する記録の数が、ログが前もって述べたものと違います",
        "The entries that concern the organ are not as many, or not those, that the log stated beforehand",
    ),
    Fault.VIEW_DIFFERS: ("閲覧用の表が記録から作り直したものと違います", "A view is not what follows from the entries: it was edited"),
    Fault.VIEW_FORMAT: ("この検証者の知らない形式の表です", "A view is of a format that this verifier does not know"),
    Fault.DECISION_INCOMPLETE: (
        "判定に付いた事実又は回答が、その判定のものではありません",
        "The facts or the answer are not those of this decision",
    ),
    Fault.ANSWER_DIFFERS: ("判定が事実と規則から導かれません", "The decision does not follow from its facts under its policy"),
    Fault.OUTCOME_DIFFERS: ("結果が開示された回答と違います", "The outcome is not the disclosed answer"),
    Fault.POLICY_ABSENT: ("判定に用いた規則の本文がありません", "The text of the policy that was decided under is absent"),
    Fault.POLICY_ALTERED: ("判定に用いた規則の本文が書き換えられています", "The text of the policy that was decided under was altered"),
    Fault.SEARCH_DIFFERS: ("検索の回答が、それ自身の述べる件数と合いません", "The answer to a search is not what it says of itself"),
}


def sentence(found: Found, language: Language) -> str:
    """Return what one fault means, and where it is."""
    ja = language == "ja"
    words = WORDS[found.fault][0 if ja else 1]
    places: list[str] = []
    last = (found.until or 0) - 1
    if found.index is not None:
        span = f"{found.index}" if last <= found.index else f"{found.index}-{last}"
        many = "-" in span
        places.append(f"番号 {span}" if ja else f"{'entries' if many else 'entry'} {span}")
    if found.file:
        places.append(found.file)
    if found.line is not None:
        places.append(f"{found.line}行目" if ja else f"line {found.line}")
    where = "、".join(places) if ja else ", ".join(places)
    more = f"（{found.detail}）" if ja and found.detail else f" ({found.detail})" if found.detail else ""
    if ja:
        return f"{where}：{words}{more}。" if where else f"{words}{more}。"
    return f"{where}: {words}{more}." if where else f"{words}{more}."
