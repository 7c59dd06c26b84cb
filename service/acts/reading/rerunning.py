"""A decision judged again: with the Rust engine, from the facts that it was made on, under the policy text that it names.

Whoever asks is told whether the same answer comes out; of facts and answer they see what they are entitled to, and that they
looked is an entry before.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.acts.asking import UnfitError
from service.acts.reading.entries import look_at
from service.database import read
from service.decision.judge import RECORD_MISMATCH
from service.evidence import lookups
from service.evidence.decisions import milliseconds
from service.evidence.findings import Findings
from service.evidence.form import DECIDED, EntryV1, decisions_of, read_entry
from service.evidence.rerun import Rerun
from service.identity.desk import Seated
from service.ledger import decisions_in, entries

GRAVEST = ("other", "policy", "withheld", "mismatch", "same")
"""What may come out, the gravest first: an entry of several decisions is told by the gravest of them."""


@dataclass(frozen=True, slots=True)
class RanAgain:
    """What came of judging a decision again, or the several decisions of one entry, as far as they could be looked at.

    `came_out`: `same`, `other`, `policy` (its text is gone or altered), `withheld` (facts or answer cannot be read any more), or
    `mismatch` (it was denied because a row was not as the service wrote it, which follows from no facts). `shown` is what the
    entry withholds, as `look_at` returns it; `recorded_as` the entry of the look.
    """

    came_out: str
    policy: str
    facts: int
    recorded_as: int
    shown: list[dict[str, Any]]


def run_again(seated: Seated, *, index: int, purpose: str | None) -> RanAgain:
    """Judge a decision again. Raises OutsideError, PurposeNeededError, BudgetSpentError, UnfitError for an entry that is none."""
    with read(seated.desk.engine) as session:
        clear = lookups.entry(session, index=index) if 0 <= index < 2**53 else None
    if clear is not None and clear["kind"] != DECIDED:
        message = "index: this entry is no decision"
        raise UnfitError(message)
    made, shown = look_at(seated, index=index, purpose=purpose)
    with read(seated.desk.engine) as session:
        ran = _judged(session, seated, index, {one["check"] for one in shown if "check" in one})
    policy = "" if clear is None else str(clear.get("policy", ""))
    return RanAgain(min((one for one, _facts in ran), key=GRAVEST.index), policy, sum(facts for _one, facts in ran), made, shown)


def _judged(session: Session, seated: Seated, index: int, checks: Collection[int]) -> list[tuple[str, int]]:
    """Return for each decision that was looked at how it comes out, and on how many sets of facts it rests.

    `checks` says which of several, counted from 1; none where the entry holds one alone.
    """
    body = next(body for _index, body in entries(session, start=index, end=index + 1))
    clear = lookups.entry(session, index=index)
    assert clear is not None  # it was looked at
    try:
        read_ones = list(decisions_of(read_entry(body)))
    except msgspec.DecodeError:
        return [("withheld", 0)]
    both = enumerate(zip(decisions_in(clear), read_ones, strict=True), 1)
    return [_one_judged(session, seated, index, one, entry) for place, (one, entry) in both if not checks or place in checks]


def _one_judged(session: Session, seated: Seated, index: int, clear: Mapping[str, Any], entry: EntryV1) -> tuple[str, int]:
    opened = lookups.opened(session, log=seated.desk.log, clear=clear)
    answers = [one.value for one in opened if one.name == "answer"]
    facts = [(one.digest, one.value) for one in opened if one.name == "facts" and isinstance(one.value, dict)]
    if len(opened) < len(clear.get("_sd", ())) or any(one.name is None for one in opened) or not facts or len(answers) != 1:
        return "withheld", len(facts)
    if answers[0] == RECORD_MISMATCH.disclosed():
        return "mismatch", len(facts)
    findings = Findings()
    rerun = Rerun(findings=findings, text_of=lambda digest: _text(session, digest))
    now_ms = milliseconds(entry.at)
    names, values = [name for name, _value in facts], [value for _name, value in facts]
    rerun.check(index=index, entry=entry, names=names, facts=values, answer=answers[0], now_ms=now_ms)
    if not findings.total:
        return "same", len(facts)
    # What is wrong is told by its kind alone: the answers themselves may be more than whoever asks may know.
    return ("policy" if any(wrong.startswith("policy") for wrong in findings.counts) else "other"), len(facts)


def _text(session: Session, digest: str) -> str | None:
    found = session.execute(text("select text from decision.policy_sets where digest = :digest"), {"digest": digest}).scalar()
    return None if found is None else str(found)
