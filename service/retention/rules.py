"""What stands in the way of an erasure, and how words are taken out of what is kept, over plain values."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.statute.citations import Citation, cite
from service.statute.refusals import Refusal

ERASED = "消去済み (erased)"
"""Stands for the name of somebody who was erased, in both languages: no name begins so, and nobody is found by it."""
SEALED = "封印済み (sealed)"
"""Stands for words that were sealed away."""
INSTEAD = "instead"
"""Under this name an entry tells what one that was sealed away told, without the words."""
CONSENT = cite("NPSC Rule 8/2025 37(1)")
"""That organ's rule has files destroyed with the consent of the Prime Minister (公文書管理法8条2項); modelled on it for records."""
LEAST = 3
"""How long words must be to be looked for elsewhere: shorter ones say nothing by themselves and stand everywhere."""
_CODE = re.compile(r"[A-Za-z0-9_:.#/+-]*", re.ASCII)


class ErasureRefusedError(Refusal):
    """The record of a person is not erased yet, or not so; `facts` has all that stands in the way."""

    slug = "erasure-refused"


class SpillRefusedError(Refusal):
    """The disclosures of this entry cannot be sealed away."""

    slug = "spill-refused"


BASES: Mapping[str, tuple[Citation, ...]] = {
    "own_record": (),
    "still_employed": (),
    "still_listed": (cite("Act 11(1)"),),
    "still_cleared": (cite("Act 11(1)"),),
    "holds_documents": (cite("Order 11(1)(vii)"),),
    "assessment_open": (cite("Act 14(1)"),),
    "role_held": (),
    "account_open": (),
    "proposal_open": (),
    "retention_runs": (),
}
"""What may stand in the way, in the order in which it is named, and what of it rests on a place in a law."""


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What stands in the way of an erasure: its codes, and until when which period runs."""

    codes: frozenset[str]
    period: str | None = None
    until: str | None = None
    basis: Citation | None = None


def require_erasable(found: InTheWay, *, seat: str, document_number: str | None) -> None:
    """Refuse an erasure that something stands in the way of, and at an organ one without a consent. Raises ErasureRefusedError."""
    reason = next((code for code in BASES if code in found.codes), None)
    if reason is not None:
        basis = BASES[reason] or (() if found.basis is None or reason != "retention_runs" else (found.basis,))
        facts = {"in_the_way": [code for code in BASES if code in found.codes]}
        raise ErasureRefusedError(
            reason, basis=basis, facts=facts | ({"period": found.period, "until": found.until} if found.until else {})
        )
    if seat == "organ" and document_number is None:
        reason = "consent_missing"
        raise ErasureRefusedError(reason, basis=(CONSENT,))


def words_in(value: Any, *, plain: bool = False) -> set[str]:
    """Return the words that people may have typed in a value: its strings, within others but for ids, codes and days.

    A `plain` text that is the whole value was typed, whatever it looks like.
    """
    match value:
        case str():
            return set() if len(value) < LEAST or (_CODE.fullmatch(value) and not plain) else {value}
        case Mapping():
            return set().union(*(words_in(one) for one in value.values()))
        case list() | tuple():
            return set().union(*(words_in(one) for one in value))
        case _:
            return set()


def holds(value: Any, words: Collection[str]) -> bool:
    """Say whether any of some words stands in a value, alone or within other words."""
    match value:
        case str():
            return any(word in value for word in words)
        case Mapping():
            return any(holds(one, words) for one in value.values())
        case list() | tuple():
            return any(holds(one, words) for one in value)
        case _:
            return False


def without(value: Any, words: Collection[str], *, instead: str = SEALED) -> Any:
    """Return a value with another text in place of each string that holds any of some words."""
    match value:
        case str():
            return instead if any(word in value for word in words) else value
        case Mapping():
            return {name: without(one, words, instead=instead) for name, one in value.items()}
        case list() | tuple():
            return [without(one, words, instead=instead) for one in value]
        case _:
            return value


def restored(now: Any, before: Any) -> Any:
    """Return a value as it was before words were taken out of it, where it still says that they were; all else as it is now."""
    if now == SEALED:
        return before
    if isinstance(now, Mapping) and isinstance(before, Mapping):
        return {name: restored(one, before.get(name, one)) for name, one in now.items()}
    if isinstance(now, list) and isinstance(before, Sequence) and len(now) == len(before):
        return [restored(one, other) for one, other in zip(now, before, strict=True)]
    return now
