"""What the report on a package says, in Japanese and English: one list of sentences, whose places the report fills."""

from collections.abc import Mapping
from typing import Final

REPORT: Final[Mapping[str, tuple[str, str]]] = {
    "package": ("ログ {origin}　パッケージ {id}（{made} 作成、作成者 {by}）", "Log {origin}, package {id}, made {made} by {by}"),
    "range": (
        "全 {size:,} 件のうち番号 {start} から {last} まで。チェックポイント {root}…",
        "Entries {start} to {last} of {size}; checkpoint {root}…",
    ),
    "intact": ("記録 {leaves:,} 件中 {intact:,} 件が元のままです。", "{intact:,} of {leaves:,} entries intact."),
    "intact_about": (
        "{organ} に関する記録 {entries:,} 件中 {intact:,} 件が元のままです。\n他の記録はハッシュのみがあり、チェックポイントに至ります。",
        "{intact:,} of {entries:,} entries about {organ} intact; of all others the hashes lead to the checkpoint.",
    ),
    "rerun": ("判定 {decisions:,} 件中、再計算 {rerun:,} 件{same}{rest}。", "{rerun:,} of {decisions:,} decisions re-run{same}{rest}."),
    "rerun_differing": ("、不一致 {differing:,} 件", ", {differing:,} NOT EQUAL"),
    "rerun_equal": ("（すべて一致）", ", all equal"),
    "rest_erased": ("、消去済み {count:,} 件", "; {count:,} erased"),
    "rest_withheld": ("、開示なし {count:,} 件", "; {count:,} withheld"),
    "rest_record_mismatch": ("、記録不一致による拒否 {count:,} 件", "; {count:,} refused because a record was not as written"),
    "rest_unjudged": ("、再計算せず {count:,} 件", "; {count:,} not re-run"),
    "no_engine": (
        "この機械に判定エンジン（cedarpy）がないため、判定は再計算していません。",
        "No decision was re-run, for the policy engine (cedarpy) is not installed here.",
    ),
    "searches": (
        "検索 {searches:,} 頁はそれ自体に矛盾がありません{alone}。検索のやり直しはしていません。",
        "{searches:,} pages of searches agree with themselves{alone}; none was searched again.",
    ),
    "searches_alone": ("（開示なし {undisclosed:,} 頁）", " ({undisclosed:,} not disclosed)"),
    "found": ("抽出条件に合う記録 {found:,} 件。{complete}", "{found:,} entries match the filter; {complete}"),
    "complete_wrong": ("誤りは次のとおりです。", "see below what is wrong."),
    "complete": ("条件に合う記録で欠けているものはありません。", "nothing that matches the filter is missing."),
    "complete_unknown": (
        "これを数えた記録がパッケージにないため、欠けがないとは言えません。",
        "no statement in the package counts them, so nobody can tell whether one is missing.",
    ),
    "complete_from": (
        "番号 {start} から {last} まで欠けているものはありません。{rest}",
        "from entry {start} to {last} none is missing{rest}.",
    ),
    "complete_uncounted": (
        "ほかに、数えた記録がパッケージにないもの {uncounted:,} 件。",
        "; {uncounted:,} are counted by no statement in the package",
    ),
    "disclosures": ("開示 {opened:,} 件を開封、消去済み {erased:,} 件{rest}。", "{opened:,} disclosures opened, {erased:,} erased{rest}."),
    "withheld_entitlement": ("、権限外 {count:,} 件", ", {count:,} withheld (entitlement)"),
    "withheld_sealed": ("、封印 {count:,} 件", ", {count:,} withheld (sealed)"),
    "withheld_organ": ("、機関外 {count:,} 件", ", {count:,} withheld (organ)"),
    "views": (
        "閲覧用の表 {views:,} 点（{rows:,} 行）を作り直しました{same}。",
        "{views:,} views of {rows:,} rows rendered again{same}.",
    ),
    "views_same": ("（すべて同一）", ", all the same"),
    "witnesses": (
        "証人 {named} 者中 {cosigned} 者が連署しており、{met}。",
        "{cosigned} of {named} witnesses cosigned the checkpoint: {met}.",
    ),
    "quorum": ("定めを満たします", "as many as the policy asks for"),
    "no_quorum": ("定めに足りません", "FEWER than the policy asks for"),
    "unwitnessed": (
        "このログに証人はいません。他の人には別のものが示されている可能性があります。他の監査人とチェックポイントを比べてください。",
        "No witness stands behind this log: it could be shown differently to others. Compare the checkpoint with another auditor.",
    ),
    "small_site": (
        "小規模の体制で運用されており、少人数が複数の役割を兼ねています。",
        "The site runs with the small profile: few people hold several roles.",
    ),
    "key": (
        "鍵はパッケージに入っていたものです。別の手段で届いた鍵と比べてください：{key}",
        "The key came with the package. Compare it with the one that reached you in another way: {key}",
    ),
    "first": (
        "このログを検証するのは初めてです。次のパッケージはこの続きでなければなりません。",
        "This is the first package of this log here; the next one must continue it.",
    ),
    "continues": ("以前に見たログの続きです。", "This log continues the one that was seen here before."),
    "seen": ("以前に見た状態そのものです。", "This very state of the log was seen here before."),
    "apart": ("以前に見たものとは比べていません。", "It was not compared with what was seen before."),
    "no": ("以前に見たログの続きではありません。", "This log does NOT continue the one that was seen here before."),
    "verified": ("検証の結果、誤りはありません。", "Verified: nothing is wrong."),
    "not_verified": ("誤りが {total:,} 件あります。{where}", "NOT VERIFIED: {total:,} finding{plural}.{where}"),
    "where": ("最初の箇所は番号 {first} です。", " The first is at entry {first}."),
    "more": ("  … 他 {more:,} 件", "  … and {more:,} more"),
}
