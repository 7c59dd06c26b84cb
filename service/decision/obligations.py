"""What a permit obliges its application to: `@obligation("…")` on the policies that permit. It never changes an answer.

House policies may only forbid, and a forbid that applies leaves no permit to bind anything to. So an obligation stands on a
`permit` and binds where that policy is among those that determined the answer; two people bring it into force with the set,
and whoever judges a decision again under the text of its time finds the same obligations. Which of them an application
knows is between it and the house: codes, not commands.
"""

from collections.abc import Iterable

from service.decision.policyset import PolicySet


def obligations_of(policies: PolicySet, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the codes that the policies with these ids oblige to, each once, in the order of their letters."""
    if not policies.obliges:
        return ()
    named = frozenset(ids)
    return tuple(sorted({code for one in policies.policies.values() if one.id in named for code in one.obligations}))
