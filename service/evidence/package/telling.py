"""The report on a package, in words for a reader who knows neither hashes nor databases, and for programs."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from typing import Final

from service.evidence.package.report_words import REPORT
from service.evidence.package.verifying import Report
from service.evidence.package.words import Language, sentence

REST: Final = ("erased", "withheld", "record_mismatch", "unjudged")
"""Why a decision was not run again, or not judged."""
WITHHELD: Final = ("entitlement", "sealed", "organ")
"""Why something is not disclosed."""


def as_text(report: Report, language: Language) -> str:
    """Return the whole report as lines of text."""
    return "\n".join([*_lines(report, language), *_findings(report, language)])


def _say(language: Language, name: str, **values: object) -> str:
    return REPORT[name][0 if language == "ja" else 1].format(**values)


def _lines(report: Report, language: Language) -> Iterator[str]:
    say = partial(_say, language)
    counts, made = report.counts, report.signed.manifest
    judged, told = counts.judged, counts.disclosures
    yield say("package", origin=made.origin, id=made.id, made=made.made, by=made.by)
    yield say("range", size=made.size, start=made.start, last=max(made.start, made.end - 1), root=made.root.hex()[:16])
    if made.kind == "inspector":
        yield say("intact_about", organ=made.organ, entries=counts.entries, intact=counts.intact)
    else:
        yield say("intact", leaves=counts.leaves, intact=counts.intact)
    if judged.decisions:
        same = say("rerun_differing", differing=judged.differing) if judged.differing else say("rerun_equal") if judged.rerun else ""
        rest = "".join(say(f"rest_{name}", count=count) for name in REST if (count := getattr(judged, name)))
        yield say("rerun", decisions=judged.decisions, rerun=judged.rerun, same=same, rest=rest)
    if not report.engine and judged.unjudged:
        yield say("no_engine")
    if judged.searches or judged.searches_undisclosed:
        alone = say("searches_alone", undisclosed=judged.searches_undisclosed) if judged.searches_undisclosed else ""
        yield say("searches", searches=judged.searches, alone=alone)
    yield say("found", found=counts.found, complete=_complete(report, language))
    withheld = "".join(say(f"withheld_{code}", count=told[code]) for code in WITHHELD if told.get(code))
    yield say("disclosures", opened=told.get("opened", 0), erased=told.get("erased", 0), rest=withheld)
    if counts.views:
        yield say("views", views=counts.views, rows=counts.rows, same=say("views_same") if report.intact else "")
    yield from _trust(report, language)


def _complete(report: Report, language: Language) -> str:
    counts = report.counts
    if not report.intact:
        return _say(language, "complete_wrong")
    if report.signed.manifest.kind != "inspector":
        return _say(language, "complete")
    if counts.covered is None:
        return _say(language, "complete_unknown")
    rest = _say(language, "complete_uncounted", uncounted=counts.uncounted) if counts.uncounted else ""
    return _say(language, "complete_from", start=counts.covered[0], last=counts.covered[1] - 1, rest=rest)


def _trust(report: Report, language: Language) -> Iterator[str]:
    say, signed = partial(_say, language), report.signed
    judged, named = signed.judged, len(signed.trust.witnesses)
    if judged is not None and named:
        yield say("witnesses", cosigned=len(judged.cosigned), named=named, met=say("quorum" if judged.is_met else "no_quorum"))
    else:
        yield say("unwitnessed")
    if signed.manifest.small_site:
        yield say("small_site")
    if not signed.confirmed:
        for one in signed.trust.logs:
            yield say("key", key=_print(one.vkey))
    yield say(report.continued)


def _findings(report: Report, language: Language) -> Iterator[str]:
    say, faults = partial(_say, language), report.faults
    if report.intact:
        yield say("verified")
        return
    where = "" if faults.first_index is None else say("where", first=faults.first_index)
    yield say("not_verified", total=faults.total, plural="s" * (faults.total > 1), where=where)
    for one in faults.in_order():
        yield f"  - {sentence(one, language)}"
    if (more := faults.total - len(faults.kept)) > 0:
        yield say("more", more=more)


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
