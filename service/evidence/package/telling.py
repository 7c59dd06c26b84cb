"""The report on a package, in words for a reader who knows neither hashes nor databases, and for programs."""

from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256

from service.evidence.package.verifying import Report
from service.evidence.package.words import Language, sentence


def as_text(report: Report, language: Language) -> str:
    """Return the whole report as lines of text."""
    ja = language == "ja"
    lines = [*(_japanese(report) if ja else _english(report))]
    faults = report.faults
    if report.intact:
        lines.append("検証の結果、誤りはありません。" if ja else "Verified: nothing is wrong.")
        return "\n".join(lines)
    first = faults.first_index
    if ja:
        where = "" if first is None else f"最初の箇所は番号 {first} です。"
        lines.append(f"誤りが {faults.total:,} 件あります。{where}")
    else:
        where = "" if first is None else f" The first is at entry {first}."
        lines.append(f"NOT VERIFIED: {faults.total:,} finding{'s' * (faults.total > 1)}.{where}")
    lines += [f"  - {sentence(one, language)}" for one in faults.in_order()]
    if (more := faults.total - len(faults.kept)) > 0:
        lines.append(f"  … 他 {more:,} 件" if ja else f"  … and {more:,} more")
    return "\n".join(lines)


def _english(report: Report) -> Iterator[str]:
    signed, counts = report.signed, report.counts
    made, judged = signed.manifest, counts.judged
    yield f"Log {made.origin}, package {made.id}, made {made.made} by {made.by}"
    yield f"Entries {made.start} to {max(made.start, made.end - 1)} of {made.size}; checkpoint {made.root.hex()[:16]}…"
    if made.kind == "inspector":
        yield f"{counts.intact:,} of {counts.entries:,} entries about {made.organ} intact; of all others the hashes lead to the checkpoint."
    else:
        yield f"{counts.intact:,} of {counts.leaves:,} entries intact."
    if judged.decisions:
        same = f", {judged.differing:,} NOT EQUAL" if judged.differing else ", all equal" if judged.rerun else ""
        yield f"{judged.rerun:,} of {judged.decisions:,} decisions re-run{same}{_english_rest(report)}."
    if not report.engine and judged.unjudged:
        yield "No decision was re-run, for the policy engine (cedarpy) is not installed here."
    if judged.searches or judged.searches_undisclosed:
        alone = f" ({judged.searches_undisclosed:,} not disclosed)" if judged.searches_undisclosed else ""
        yield f"{judged.searches:,} pages of searches agree with themselves{alone}; none was searched again."
    yield f"{counts.found:,} entries match the filter; {_english_complete(report)}"
    told = counts.disclosures
    withheld = ", ".join(f"{told[code]:,} withheld ({code})" for code in ("entitlement", "sealed", "organ") if told.get(code))
    rest = "".join(f", {one}" for one in (f"{told.get('erased', 0):,} erased", withheld) if one)
    yield f"{told.get('opened', 0):,} disclosures opened{rest}."
    if counts.views:
        yield f"{counts.views:,} views of {counts.rows:,} rows rendered again{', all the same' if report.intact else ''}."
    yield from _english_trust(report)


def _english_rest(report: Report) -> str:
    judged = report.counts.judged
    counted = (
        (judged.erased, "erased"),
        (judged.withheld, "withheld"),
        (judged.record_mismatch, "refused because a record was not as written"),
        (judged.unjudged, "not re-run"),
    )
    return "".join(f"; {count:,} {word}" for count, word in counted if count)


def _english_complete(report: Report) -> str:
    counts, made = report.counts, report.signed.manifest
    if not report.intact:
        return "see below what is wrong."
    if made.kind != "inspector":
        return "nothing that matches the filter is missing."
    if counts.covered is None:
        return "no statement in the package counts them, so nobody can tell whether one is missing."
    rest = f"; {counts.uncounted:,} are counted by no statement in the package" if counts.uncounted else ""
    return f"from entry {counts.covered[0]} to {counts.covered[1] - 1} none is missing{rest}."


def _english_trust(report: Report) -> Iterator[str]:
    signed = report.signed
    judged, made = signed.judged, signed.manifest
    if judged is not None and signed.trust.witnesses:
        met = "as many as the policy asks for" if judged.is_met else "FEWER than the policy asks for"
        yield f"{len(judged.cosigned)} of {len(signed.trust.witnesses)} witnesses cosigned the checkpoint: {met}."
    else:
        yield "No witness stands behind this log: it could be shown differently to others. Compare the checkpoint with another auditor."
    if made.small_site:
        yield "The site runs with the small profile: few people hold several roles."
    if not signed.confirmed:
        for one in signed.trust.logs:
            yield f"The key came with the package. Compare it with the one that reached you in another way: {_print(one.vkey)}"
    yield {
        "first": "This is the first package of this log here; the next one must continue it.",
        "continues": "This log continues the one that was seen here before.",
        "seen": "This very state of the log was seen here before.",
        "apart": "It was not compared with what was seen before.",
        "no": "This log does NOT continue the one that was seen here before.",
    }[report.continued]


def _japanese(report: Report) -> Iterator[str]:
    signed, counts = report.signed, report.counts
    made, judged = signed.manifest, counts.judged
    yield f"ログ {made.origin}　パッケージ {made.id}（{made.made} 作成、作成者 {made.by}）"
    yield f"全 {made.size:,} 件のうち番号 {made.start} から {max(made.start, made.end - 1)} まで。チェックポイント {made.root.hex()[:16]}…"
    if made.kind == "inspector":
        yield f"{made.organ} に関する記録 {counts.entries:,} 件中 {counts.intact:,} 件が元のままです。"
        yield "他の記録はハッシュのみがあり、チェックポイントに至ります。"
    else:
        yield f"記録 {counts.leaves:,} 件中 {counts.intact:,} 件が元のままです。"
    if judged.decisions:
        same = f"、不一致 {judged.differing:,} 件" if judged.differing else "（すべて一致）" if judged.rerun else ""
        yield f"判定 {judged.decisions:,} 件中、再計算 {judged.rerun:,} 件{same}{_japanese_rest(report)}。"
    if not report.engine and judged.unjudged:
        yield "この機械に判定エンジン（cedarpy）がないため、判定は再計算していません。"
    if judged.searches or judged.searches_undisclosed:
        alone = f"（開示なし {judged.searches_undisclosed:,} 頁）" if judged.searches_undisclosed else ""
        yield f"検索 {judged.searches:,} 頁はそれ自体に矛盾がありません{alone}。検索のやり直しはしていません。"
    yield f"抽出条件に合う記録 {counts.found:,} 件。{_japanese_complete(report)}"
    told = counts.disclosures
    names = {"entitlement": "権限外", "sealed": "封印", "organ": "機関外"}
    withheld = "".join(f"、{names[code]} {told[code]:,} 件" for code in names if told.get(code))
    yield f"開示 {told.get('opened', 0):,} 件を開封、消去済み {told.get('erased', 0):,} 件{withheld}。"
    if counts.views:
        yield f"閲覧用の表 {counts.views:,} 点（{counts.rows:,} 行）を作り直しました{'（すべて同一）' if report.intact else ''}。"
    yield from _japanese_trust(report)


def _japanese_rest(report: Report) -> str:
    judged = report.counts.judged
    counted = (
        (judged.erased, "消去済み"),
        (judged.withheld, "開示なし"),
        (judged.record_mismatch, "記録不一致による拒否"),
        (judged.unjudged, "再計算せず"),
    )
    return "".join(f"、{word} {count:,} 件" for count, word in counted if count)


def _japanese_complete(report: Report) -> str:
    counts, made = report.counts, report.signed.manifest
    if not report.intact:
        return "誤りは次のとおりです。"
    if made.kind != "inspector":
        return "条件に合う記録で欠けているものはありません。"
    if counts.covered is None:
        return "これを数えた記録がパッケージにないため、欠けがないとは言えません。"
    rest = f"ほかに、数えた記録がパッケージにないもの {counts.uncounted:,} 件。" if counts.uncounted else ""
    return f"番号 {counts.covered[0]} から {counts.covered[1] - 1} まで欠けているものはありません。{rest}"


def _japanese_trust(report: Report) -> Iterator[str]:
    signed = report.signed
    judged, made = signed.judged, signed.manifest
    if judged is not None and signed.trust.witnesses:
        met = "定めを満たします" if judged.is_met else "定めに足りません"
        yield f"証人 {len(signed.trust.witnesses)} 者中 {len(judged.cosigned)} 者が連署しており、{met}。"
    else:
        yield "このログに証人はいません。他の人には別のものが示されている可能性があります。他の監査人とチェックポイントを比べてください。"
    if made.small_site:
        yield "小規模の体制で運用されており、少人数が複数の役割を兼ねています。"
    if not signed.confirmed:
        for one in signed.trust.logs:
            yield f"鍵はパッケージに入っていたものです。別の手段で届いた鍵と比べてください：{_print(one.vkey)}"
    yield {
        "first": "このログを検証するのは初めてです。次のパッケージはこの続きでなければなりません。",
        "continues": "以前に見たログの続きです。",
        "seen": "以前に見た状態そのものです。",
        "apart": "以前に見たものとは比べていません。",
        "no": "以前に見たログの続きではありません。",
    }[report.continued]


def _print(vkey: str) -> str:
    """Return a key and its SHA-256, by which two can be compared over the telephone."""
    return f"{vkey} (SHA-256 {sha256(vkey.encode()).hexdigest()[:32]})"


def as_json(report: Report) -> dict[str, object]:
    """Return the whole report for programs."""
    made, faults, signed = report.signed.manifest, report.faults, report.signed
    return {
        "verified": report.intact,
        "origin": made.origin,
        "package": made.id,
        "kind": made.kind,
        "range": [made.start, made.end],
        "leaves": [made.first, made.last],
        "tree": {"size": made.size, "root": made.root.hex()},
        "continued": report.continued,
        "key_confirmed": signed.confirmed,
        "keys": [one.vkey for one in signed.trust.logs],
        "witnesses": {
            "cosigned": sorted(signed.judged.cosigned) if signed.judged is not None else [],
            "quorum": signed.judged is not None and signed.judged.is_met,
            "named": len(signed.trust.witnesses),
        },
        "engine": report.engine,
        **asdict(report.counts),
        "first_index": faults.first_index,
        "findings_total": faults.total,
        "findings": [
            {
                "code": one.fault.value,
                "index": one.index,
                "until": one.until,
                "file": one.file,
                "line": one.line,
                "detail": one.detail,
                "en": sentence(one, "en"),
                "ja": sentence(one, "ja"),
            }
            for one in faults.in_order()
        ],
    }
