"""What a permit obliges its application to: `@obligation("…")` on the policies that permit. It never changes an answer.

House policies may only forbid, and a forbid that applies leaves no permit to bind anything to. So an obligation stands on a
`permit` and binds where that policy is among those that determined the answer; two people bring it into force with the set,
and whoever judges a decision again under the text of its time finds the same obligations. Which of them an application
knows is between it and the house: codes, not commands.
"""

import re
from collections.abc import Iterable, Mapping

from service.decision.policyset import PolicyError, PolicySet

CODE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
ANNOTATION = "obligation"
REMEMBERED = 16
_KNOWN: dict[str, Mapping[str, tuple[str, ...]]] = {}
"""What each set obliges to, by its digest: the text of a digest is always the same."""


def obligations_of(policies: PolicySet, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the codes that the policies with these ids oblige to, each once, in the order of their letters."""
    known = _KNOWN.get(policies.digest)
    if known is None:
        if len(_KNOWN) >= REMEMBERED:
            _KNOWN.clear()
        known = _KNOWN[policies.digest] = obliging(policies)
    return tuple(sorted({code for one in ids for code in known.get(one, ())})) if known else ()


def obliging(policies: PolicySet) -> Mapping[str, tuple[str, ...]]:
    """Return the codes of each policy of a set that obliges to something, by its id.

    Raises PolicyError for a code that is none, and for one on a `forbid`, where it could never bind.
    """
    found: dict[str, tuple[str, ...]] = {}
    for policy in policies.handle.to_pst().static_policies.values():
        notes = dict(policy.annotations)
        if ANNOTATION not in notes:
            continue
        codes = tuple(part.strip() for part in str(notes[ANNOTATION]).split(";"))
        if policy.effect != "permit":
            message = f"{notes['id']}: @{ANNOTATION} stands on a permit alone; where a policy forbids there is nothing to bind it to"
            raise PolicyError(message)
        wrong = next((code for code in codes if not CODE.fullmatch(code)), None)
        if wrong is not None:
            message = f"{notes['id']}: {wrong!r} in @{ANNOTATION} is no code of small letters, digits and underscores"
            raise PolicyError(message)
        found[notes["id"]] = codes
    return found
