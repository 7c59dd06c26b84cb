"""What of an explanation somebody may see, by the one table of entitlements (Act 16), as plain values.

Whoever is not told how an assessment ended learns of a clearance that there is one or not: clearance and doubt are one step to
them, without facts, without the policy that decides, and without the entry that it came from.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from service.decision.area_steps import BY_NAME_OF_AREA
from service.decision.judge import Answer
from service.decision.steps import BY_NAME
from service.decision.trace import ChannelTrace, Told, Trace
from service.evidence.explaining import Difference, Explained
from service.identity.entitlements import BASIS_OUTSIDE, OF_CLEARANCE, REASON_OUTSIDE, Class, is_told, may_see
from service.ledger import instant
from service.statute.citations import cite
from service.statute.periods import legal_day

Record = dict[str, Any]
NEEDED: tuple[Class, ...] = ("denial_reason", "clearance_state", "listing")
"""What somebody must be entitled to for an explanation; each step says no more than these."""
OF_RESULT = ("clearance", "doubt")
NOT_CLEARED = ("基準となる機関の長による取扱資格がありません。", "The person is not cleared by the head that counts.")
ASSESSING = ("clearance:", "assessment:")
"""How the kinds of entries begin that tell of an assessment."""


def may_be_explained(roles: Collection[str], *, purpose: str | None) -> bool:
    """Say whether somebody in these roles may have an answer explained, with the purpose that they gave."""
    return all(may_see(roles, one, purpose=purpose) for one in NEEDED)


def told(found: Explained, roles: Collection[str]) -> Record:
    """Return an explanation as somebody in these roles may see it."""
    outside = not is_told(roles)
    return {
        "form": found.form,
        "at": instant(found.at),
        "known_before": found.known,
        "policy": found.policy,
        "agrees": found.agrees,
        "unread": found.unread,
        "answer": None if found.answer is None else answer_told(found.answer, roles),
        "informations": [_information(one, outside=outside) for one in found.why],
    }


def answer_told(answer: Answer, roles: Collection[str]) -> Record:
    """Return an answer as somebody in these roles may see it."""
    reason, basis, ja, en = answer.reason, answer.basis, answer.ja, answer.en
    if not is_told(roles) and reason in OF_CLEARANCE:
        reason, basis, (ja, en) = REASON_OUTSIDE, (BASIS_OUTSIDE,), NOT_CLEARED
    return {"permit": answer.api, "decision": answer.decision, "reason": reason, "basis": _cited(basis), "ja": ja, "en": en}


def differences_told(found: Sequence[Difference], roles: Collection[str]) -> list[Record]:
    """Return the entries that made an answer another one, as somebody may know them.

    To whoever is not told results no entry of an assessment is named, nor its time, and none that changed nothing they may see.
    """
    shown = []
    for one in found:
        before, after = answer_told(one.before, roles), answer_told(one.answer, roles)
        if before == after:
            continue
        hidden = not is_told(roles) and one.kind.startswith(ASSESSING)
        place = {"index": None, "at": None, "kind": None} if hidden else {"index": one.index, "at": one.at, "kind": one.kind}
        shown.append({**place, "answer": after})
    return shown


def _information(why: Trace, *, outside: bool) -> Record:
    return {"information_id": why.information, "area_id": why.area, "channels": [_channel(one, outside=outside) for one in why.channels]}


def _channel(channel: ChannelTrace, *, outside: bool) -> Record:
    steps = list(_outside(channel.steps)) if outside else list(channel.steps)
    return {
        # Which of several ways got furthest would tell of two clearances how they differ.
        "answered": channel.answered and (channel.answer.api or not outside),
        "permit": channel.answer.api,
        "steps": [_step(step) for step in steps],
        "changes": [
            {"step": step.name, "basis": _cited(step.basis), "ja": says[0], "en": says[1]}
            for step in steps
            if step.state == "missing"
            for says in (_change(step),)
        ],
    }


def _outside(steps: Iterable[Told]) -> Iterable[Told]:
    """Yield steps in which clearance and doubt are one, which says whether the person is cleared and by what law."""
    found = list(steps)
    of_result = [one for one in found if one.name in OF_RESULT]
    for one in found:
        if one.name == "clearance":
            state = next((each for each in ("missing", "open", "holds") if any(step.state == each for step in of_result)), "not_asked")
            missing = state == "missing"
            says = NOT_CLEARED if missing else (one.ja, one.en)
            # Of a permit the law that it rests on is told, as its reason is.
            basis = one.basis if state == "holds" else (BASIS_OUTSIDE,)
            yield Told("clearance", state, (), basis, *says, {})  # type: ignore[arg-type]  # one of the states above
        elif one.name not in OF_RESULT:
            yield one


def _change(step: Told) -> tuple[str, str]:
    known = BY_NAME.get(step.name) or BY_NAME_OF_AREA.get(step.name)
    return (step.ja, step.en) if known is None else known.change


def _step(step: Told) -> Record:
    return {
        "step": step.name,
        "state": step.state,
        "policies": list(step.policies),
        "basis": _cited(step.basis),
        "ja": step.ja,
        "en": step.en,
        "facts": {name: plain_fact(value) for name, value in step.facts.items()},
    }


def plain_fact(value: Any) -> Any:
    """Return a fact with days in Japan in place of instants and `entry` in place of the index that it came from."""
    if not isinstance(value, Mapping):
        return list(value) if isinstance(value, tuple) else value
    found: Record = {}
    for name, inner in value.items():
        if name.endswith("_at"):
            found[f"{name[:-3]}_on"] = legal_day(datetime.fromtimestamp(inner / 1000, UTC)).isoformat()
        elif name == "index":
            found["entry"] = inner
        else:
            found[name] = plain_fact(inner)
    return found


def _cited(basis: Iterable[str]) -> list[dict[str, str]]:
    return [{"en": one, "ja": cite(one).ja()} for one in basis]
