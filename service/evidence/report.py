"""The report of a verification, in words for a reader who knows neither hashes nor databases."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from service.evidence.findings import Finding, Findings, Wrong

Language = Literal["ja", "en"]

WORDS: dict[Wrong, tuple[str, str]] = {
    Wrong.BATCH_MISSING: (
        "番号 {range} をまとめた記録（バッチ）がありません。",
        "The batch record for entries {range} is missing.",
    ),
    Wrong.BATCH_OVERLAPS: (
        "番号 {index} から始まる余分なバッチがあります（挿入の疑い）。",
        "There is an extra batch record starting at entry {index}: it was inserted.",
    ),
    Wrong.BATCH_SIZE: (
        "番号 {index} から始まるバッチの件数とリーフの数が一致しません（{detail}）。",
        "The batch starting at entry {index} does not have as many leaves as entries ({detail}).",
    ),
    Wrong.BATCH_HEAD: (
        "番号 {range} のバッチに書かれた時刻又は最後の変更の番号が、記録の内容と違います（{detail}）。",
        "The times or the last change that the batch of entries {range} states are not those of its entries ({detail}).",
    ),
    Wrong.ENTRY_MISSING: (
        "番号 {index} の記録が削除されています。",
        "Entry {index} has been deleted.",
    ),
    Wrong.ENTRY_CHANGED: (
        "番号 {index} の記録が書き換えられています（入替え又は挿入を含む）。",
        "Entry {index} is not what was recorded there: changed, swapped or inserted.",
    ),
    Wrong.ENTRY_UNCLAIMED: (
        "番号 {index} の記録はどのバッチにも属しません（挿入の疑い）。",
        "Entry {index} belongs to no batch: it was inserted.",
    ),
    Wrong.FRONTIER_DIFFERS: (
        "番号 {range} のまとまりは、記録されたハッシュの連鎖に合いません。この範囲の記録とリーフが共に書き換えられています。",
        "Entries {range} do not lead to the recorded chain of hashes: entries and leaves of this batch were altered together.",
    ),
    Wrong.SUBTREE_DIFFERS: (
        "番号 {range} の記録をまとめて保存したハッシュ（{place}）が、記録から求めたものと違います。タイルと証明はこれから作られます。",
        "The hash that is stored over entries {range} ({place}) does not follow from them; tiles and proofs are made from it.",
    ),
    Wrong.CHECKPOINT_UNREADABLE: (
        "{place} の内容が読めないか、このログのものではありません（{detail}）。",
        "{place} cannot be read or is not of this log ({detail}).",
    ),
    Wrong.CHECKPOINT_UNSIGNED: (
        "{place} の署名が正しくありません（{detail}）。",
        "The signature of {place} does not verify ({detail}).",
    ),
    Wrong.CHECKPOINT_ROOT: (
        "署名済みのチェックポイント（{until} 件まで）と一致しません。番号 {range} のどこかが、連鎖ごと作り直されています。",
        "The signed checkpoint over the first {until} entries disagrees: entries {range} were rewritten somewhere, chain and all.",
    ),
    Wrong.CHECKPOINT_BEYOND: (
        "署名済みの番号 {range} が末尾から失われています。",
        "Entries {range} were signed and are gone from the end of the log.",
    ),
    Wrong.LOG_KEY_DIFFERS: (
        "ログの公開鍵又は署名鍵の変更が、検証に使う鍵から導かれません（{detail}）。",
        "The log's keys, or a change of them, do not follow from the keys that this verification trusts ({detail}).",
    ),
    Wrong.FORM: (
        "番号 {index} の記録の形式が正しくありません（{detail}）。",
        "Entry {index} is not of the form that entries have ({detail}).",
    ),
    Wrong.TIME_BACKWARDS: (
        "番号 {index} の時刻が前の記録より前です（{detail}）。",
        "The time of entry {index} lies before that of the entry before it ({detail}).",
    ),
    Wrong.SEEN: (
        "番号 {index} の判定は、直前の変更を考慮したと示していません（{detail}）。",
        "The decision at entry {index} does not name the last change before it ({detail}).",
    ),
    Wrong.DISCLOSURE_UNCLAIMED: (
        "番号 {index} の開示 {place} は、その記録に名指しされていません（移動又は挿入の疑い）。",
        "Disclosure {place} stands at entry {index}, which does not name it: moved or inserted.",
    ),
    Wrong.DISCLOSURE_ALTERED: (
        "番号 {index} の開示 {place} が書き換えられています（{detail}）。",
        "Disclosure {place} of entry {index} was altered ({detail}).",
    ),
    Wrong.DISCLOSURE_ABSENT: (
        "番号 {index} が名指しする開示 {place} がなく、消去の記録もありません。",
        "Entry {index} names disclosure {place}, which is absent, and no entry tells of its erasure.",
    ),
    Wrong.DESTRUCTION_DIFFERS: (
        "番号 {index} の記録は鍵 {place} の廃棄を告げますが、失われた開示がその内容と一致しません（{detail}）。",
        "Entry {index} tells that the key {place} was destroyed, but what is lost is not what it says ({detail}).",
    ),
    Wrong.GONE_READABLE: (
        "番号 {index} の開示 {place} は、番号 {detail} の記録により読めないはずですが、読めます（鍵や控えの復元の疑い）。",
        "Disclosure {place} of entry {index} should be unreadable by entry {detail}, and can be read: a key or a backup was put back.",
    ),
    Wrong.ERASED_LEFT: (
        "消去された人の言葉が {place} に残っています（控えの復元の疑い）。",
        "Words of a person who was erased stand in {place}: a backup was put back.",
    ),
    Wrong.DECISION_INCOMPLETE: (
        "番号 {index} の判定に付いた事実又は回答が、その記録のものではありません（{detail}）。",
        "The facts or the answer disclosed with the decision at entry {index} are not those of that decision ({detail}).",
    ),
    Wrong.ANSWER_DIFFERS: (
        "番号 {index} の判定は、同じ事実と同じ規則からは出ません（{detail}）。",
        "The decision at entry {index} does not follow from its facts under its policy ({detail}).",
    ),
    Wrong.OUTCOME_DIFFERS: (
        "番号 {index} の結果が、開示された回答と違います（{detail}）。",
        "The outcome of entry {index} is not the disclosed answer ({detail}).",
    ),
    Wrong.POLICY_ABSENT: (
        "番号 {index} の判定が用いたポリシー {place} の本文がありません。",
        "The text of policy {place}, under which entry {index} was decided, is absent.",
    ),
    Wrong.POLICY_ALTERED: (
        "ポリシー {place} の本文が書き換えられています（番号 {index} で使用）。",
        "The text of policy {place}, used at entry {index}, was altered.",
    ),
    Wrong.POLICY_NOT_IN_FORCE: (
        "番号 {index} の判定は、その時に有効でないポリシーによります（{detail}）。",
        "The decision at entry {index} names a policy that was not in force then ({detail}).",
    ),
    Wrong.SEARCH_DIFFERS: (
        "番号 {index} の検索の回答は、それまでの記録とその規則から導かれるものと違います（{detail}）。",
        "The answer to the search at entry {index} is not what follows from the entries before it under its policy ({detail}).",
    ),
    Wrong.FACTS_NOT_FROM_ENTRIES: (
        "番号 {index} の判定の事実は、それまでの記録から導かれません（{detail}）。",
        "The facts of the decision at entry {index} do not follow from the entries before it ({detail}).",
    ),
    Wrong.ROW_FORM: (
        "番号 {index} の変更内容が読めません（{place} {detail}）。",
        "What entry {index} changed cannot be read ({place} {detail}).",
    ),
    Wrong.ROW_DIFFERS: (
        "現在の {place} は、最後の記録（番号 {index}）と違います。サービスを通さずに書き換えられています。",
        "{place} as it stands is not what its last entry ({index}) says: it was edited behind the service's back.",
    ),
    Wrong.ROW_MISSING: (
        "番号 {index} に記録された {place} が表から消えています。",
        "{place}, recorded at entry {index}, is gone from its table.",
    ),
    Wrong.ROW_UNRECORDED: (
        "{place} にはこれを記録した番号がありません。サービスを通さずに追加されています。",
        "No entry tells of {place}: it was added behind the service's back.",
    ),
}


@dataclass(slots=True)
class Counts:
    """What a verification went through; every number is of things looked at."""

    entries: int = 0
    intact: int = 0
    batches: int = 0
    checkpoints: int = 0
    before_trust: int = 0
    """Checkpoints that are older than the key that is trusted, compared by their roots alone."""
    signed_size: int = 0
    decisions: int = 0
    rerun: int = 0
    answered: int = 0
    not_rerun: int = 0
    disclosures: int = 0
    disclosures_absent: int = 0
    keys_absent: int = 0
    keys_destroyed: int = 0
    disclosures_destroyed: int = 0
    rows_destroyed: int = 0
    sealed_away: int = 0
    erased: list[int] = field(default_factory=list)
    """The entries by which people were erased."""
    traced: int = 0
    untraced_from: int | None = None
    rows: int = 0
    chain_seconds: float = 0.0
    form_seconds: float = 0.0
    decisions_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one verification."""

    origin: str
    root: str
    counts: Counts
    findings: Findings

    @property
    def intact(self) -> bool:
        """Return whether nothing is wrong."""
        return self.findings.total == 0


def sentence(finding: Finding, language: Language) -> str:
    """Return what one finding means, in the language."""
    pattern = WORDS[finding.wrong][0 if language == "ja" else 1]
    last = (finding.until or 0) - 1
    span = f"{finding.index}" if last <= (finding.index or 0) else f"{finding.index}-{last}"
    return pattern.format(
        index=finding.index,
        until=finding.until,
        range=span,
        place=finding.place,
        detail=finding.detail,
    )


def as_text(report: Report, language: Language) -> str:
    """Return the whole report as lines of text."""
    counts = report.counts
    lines = [*_summary(report, counts, ja=language == "ja")]
    findings = report.findings
    if report.intact:
        lines.append("検証の結果、誤りはありません。" if language == "ja" else "Verified: nothing is wrong.")
        return "\n".join(lines)
    first = findings.first_index
    if language == "ja":
        head = f"誤りが {findings.total:,} 件あります。"
        where = "" if first is None else f"最初の箇所は番号 {first} です。"
    else:
        head = f"NOT VERIFIED: {findings.total:,} finding{'s' * (findings.total > 1)}."
        where = "" if first is None else f" The first is at entry {first}."
    lines.append(head + where)
    shown = [*findings.in_order()]
    lines += [f"  - {sentence(finding, language)}" for finding in shown]
    if (more := findings.total - len(shown)) > 0:
        lines.append(f"  … 他 {more:,} 件" if language == "ja" else f"  … and {more:,} more")
    return "\n".join(lines)


def _summary(report: Report, counts: Counts, *, ja: bool) -> list[str]:
    """Return the lines that say what was looked at."""
    c = counts
    unsigned = c.entries - c.signed_size
    if ja:
        lines = [
            f"ログ {report.origin}",
            f"記録 {c.entries:,} 件中 {c.intact:,} 件が元のままです（バッチ {c.batches:,} 件）。",
            f"署名済みチェックポイント {c.checkpoints:,} 件、先頭から {c.signed_size:,} 件までを保証（未署名 {unsigned:,} 件）。",
            f"判定 {c.decisions:,} 件中 {c.answered:,} 件が再計算と一致（計算 {c.rerun:,} 回、確認できないもの {c.not_rerun:,} 件）。",
            f"判定の事実 {c.traced:,} 組を記録から再構成、現在の表の {c.rows:,} 行を照合。",
            f"開示 {c.disclosures:,} 件を開封、欠けているもの {c.disclosures_absent:,} 件、鍵のないもの {c.keys_absent:,} 件。",
        ]
        if c.before_trust:
            lines.append(f"チェックポイントのうち {c.before_trust:,} 件は、信頼する鍵より前のものです（ルートのみ照合）。")
        if c.keys_destroyed:
            lines.append(
                f"記録に基づき廃棄された鍵 {c.keys_destroyed:,} 件。それにより読めない開示 {c.disclosures_destroyed:,} 件、"
                f"照合できない行 {c.rows_destroyed:,} 行。"
            )
        if c.erased:
            lines.append(f"保存期間を終えて消去された人 {len(c.erased):,} 人（記録の番号 {_some(c.erased)}）。")
        if c.sealed_away:
            lines.append(f"混入のため封印された開示 {c.sealed_away:,} 件。いずれも記録があります。")
        if c.untraced_from is not None:
            lines.append(f"番号 {c.untraced_from} から先は、事実が欠けているため再構成できません。")
        return lines
    lines = [
        f"Log {report.origin}",
        f"{c.intact:,} of {c.entries:,} entries intact, in {c.batches:,} batches.",
        f"Signed checkpoints: {c.checkpoints:,}; they vouch for the first {c.signed_size:,} entries ({unsigned:,} not signed yet).",
        f"{c.answered:,} of {c.decisions:,} decisions re-run and equal ({c.rerun:,} engine runs; {c.not_rerun:,} could not be re-run).",
        f"{c.traced:,} sets of facts follow from the entries; {c.rows:,} rows of the tables compared with the entries.",
        f"{c.disclosures:,} disclosures opened, {c.disclosures_absent:,} absent, {c.keys_absent:,} without their key.",
    ]
    if c.before_trust:
        lines.append(f"{c.before_trust:,} of the checkpoints are older than the key that is trusted; their roots alone were compared.")
    if c.keys_destroyed:
        lines.append(
            f"{c.keys_destroyed:,} keys were destroyed, as entries tell: {c.disclosures_destroyed:,} disclosures cannot be read"
            f" and {c.rows_destroyed:,} rows not be compared for it."
        )
    if c.erased:
        lines.append(f"{len(c.erased):,} people were erased at the end of retention, each by its entry ({_some(c.erased)}).")
    if c.sealed_away:
        lines.append(f"{c.sealed_away:,} disclosures are sealed away because something slipped in, each as an entry tells.")
    if c.untraced_from is not None:
        lines.append(f"From entry {c.untraced_from} on the state cannot be rebuilt, since facts are absent.")
    return lines


SHOWN = 20
"""Entries that a line names; the report for programs names all."""


def _some(indexes: Sequence[int]) -> str:
    return ", ".join(map(str, indexes[:SHOWN])) + (", …" if len(indexes) > SHOWN else "")


def as_json(report: Report) -> dict[str, object]:
    """Return the whole report for programs."""
    findings = report.findings
    return {
        "verified": report.intact,
        "origin": report.origin,
        "root": report.root,
        **asdict(report.counts),
        "first_index": findings.first_index,
        "findings_total": findings.total,
        "findings": [
            {
                "code": finding.wrong.value,
                "index": finding.index,
                "until": finding.until,
                "place": finding.place,
                "detail": finding.detail,
                "en": sentence(finding, "en"),
                "ja": sentence(finding, "ja"),
            }
            for finding in findings.in_order()
        ],
    }
