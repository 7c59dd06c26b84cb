"""/ledger/verification: whether the ledger is as it was written, in words for a layman, and how to find out without this service."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.acts.reading.verifying import SECONDS, VerifyingError, last_verified, told_of, verify_now
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.evidence.report import sentence
from service.evidence.verification import Within
from service.ledger import latest_checkpoint, log_size


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is wrong: the entry that it concerns, and what it means."""

    index: int | None
    says: str


def verification(visit: Visit) -> Response:
    """GET and POST of /ledger/verification."""
    if visit.request.method != "POST":
        return _page(visit)
    try:
        found = verify_now(visit.seated)
    except VerifyingError:
        return _page(visit, busy=True)
    return _page(visit, found=found)


def _page(visit: Visit, *, found: Within | None = None, busy: bool = False) -> Response:
    with read(visit.desk.engine) as session:
        last = list(last_verified(session))
        size = log_size(session)
        checkpoint = latest_checkpoint(session)
    wrong = [] if found is None else [*found.report.findings.in_order()]
    findings = [Line(one.index, sentence(told_of(one), visit.language)) for one in wrong]
    return visit.page(
        "auditing/verification.html",
        found=found,
        counts=None if found is None else found.report.counts,
        verdict=None if found is None else _verdict(found, visit),
        lines=[] if found is None else _lines(found, visit),
        findings=findings,
        unlisted=0 if found is None else found.report.findings.total - len(findings),
        busy=busy,
        last=last,
        size=size,
        signed=None if checkpoint is None else checkpoint[0],
        vkey=visit.desk.log.vkey,
        origin=visit.desk.log.origin,
        seconds=int(SECONDS),
    )


def _verdict(found: Within, visit: Visit) -> tuple[str, str]:
    """Return the tone of a verification and its one sentence."""
    told, counts, reached = people_words(visit.language), found.report.counts, found.done["chain"]
    numbers: dict[str, Any] = {"size": f"{counts.entries:,}", "intact": f"{counts.intact:,}", "reached": f"{reached:,}"}
    numbers |= {"wrong": f"{found.report.findings.total:,}"}
    if found.report.findings.total:
        return "bad", told["audit_verified_wrong"].format(**numbers)
    if reached < counts.entries:
        return "warn", told["audit_verified_part"].format(**numbers)
    return "good" if found.whole else "warn", told["audit_verified_whole"].format(**numbers)


def _lines(found: Within, visit: Visit) -> list[tuple[bool, str]]:
    """Return what was looked at, each with whether it was looked at as a whole."""
    told, c, done = people_words(visit.language), found.report.counts, found.done
    numbers = {
        "intact": f"{c.intact:,}",
        "reached": f"{done['chain']:,}",
        "size": f"{c.entries:,}",
        "checkpoints": f"{c.checkpoints:,}",
        "signed": f"{c.signed_size:,}",
        "unsigned": f"{max(0, c.entries - c.signed_size):,}",
        "judged": f"{done['decisions']:,}",
        "decisions": f"{c.decisions:,}",
        "answered": f"{c.answered:,}",
        "not_rerun": f"{c.not_rerun:,}",
        "rows": f"{c.rows:,}",
        "destroyed": f"{c.keys_destroyed:,}",
    }
    chained = done["chain"] >= c.entries
    lines = [
        (chained, told["audit_step_chain"].format(**numbers)),
        (chained, told["audit_step_signed"].format(**numbers)),
        (found.whole, told["audit_step_decisions" if found.whole else "audit_step_decisions_part"].format(**numbers)),
        (found.whole, told["audit_step_tables" if found.whole else "audit_step_tables_not"].format(**numbers)),
    ]
    if c.keys_destroyed:
        lines.append((True, told["audit_step_destroyed"].format(**numbers)))
    return lines
