"""What the law answers, and why: a value with its reasons, as the annotations of the policies that apply tell it."""

from collections.abc import Collection
from typing import Any, NamedTuple

from service.decision.annotations import Policy


class Answer(NamedTuple):
    """What the law answers, why, and what an application hears. Instants are milliseconds since 1970."""

    decision: str
    """permit | deny | not_controlled"""
    reason: str
    basis: tuple[str, ...]
    api: bool
    """The boolean that leaves; for `not_controlled` it is not the decision's."""
    rank: int
    concerns: str | None
    policies: tuple[str, ...]
    ja: str
    en: str
    horizon_ms: int
    """Until when, exclusively, nothing can flip without a change."""

    def disclosed(self) -> dict[str, Any]:
        """Return what the `answer` disclosure of a decision holds."""
        return {"api": self.api, "basis": list(self.basis), "decision": self.decision, "reason": self.reason}

    def until(self, horizon_ms: int) -> "Answer":
        """Return the same answer with this horizon."""
        return self if self.horizon_ms == horizon_ms else self._replace(horizon_ms=horizon_ms)

    def by(self, policies: tuple[str, ...]) -> "Answer":
        """Return the same answer, given by these policies."""
        return self if self.policies == policies else self._replace(policies=policies)

    def opened(self) -> "Answer":
        """Return the same answer, where the boolean that leaves is yes."""
        return self if self.api else self._replace(api=True)

    def refused(self) -> "Answer":
        """Return the same answer, where the boolean that leaves is no."""
        return self._replace(api=False) if self.api else self

    def same_as(self, other: "Answer") -> bool:
        """Say whether another answer differs in its horizon at most."""
        return self.until(other.horizon_ms) == other


POLICY_ERROR = Answer(
    decision="deny",
    reason="policy_error",
    basis=(),
    api=False,
    rank=0,
    concerns="organization",
    policies=(),
    ja="判定規則の評価に失敗したため、許可できません。",
    en="A policy could not be evaluated, so nothing is permitted.",
    horizon_ms=0,
)


RECORD_MISMATCH = Answer(
    decision="deny",
    reason="record_mismatch",
    basis=(),
    api=False,
    rank=0,
    concerns="person",
    policies=(),
    ja="記録がサービスの書いたものと一致しないため、許可できません。",
    en="A record is not as the service wrote it, so nothing that touches it is permitted.",
    horizon_ms=0,
)
"""Given whatever the policies say, so that no row edited behind the service's back counts."""


def told(applied: Collection[Policy], *, permitted: bool) -> Answer:
    """Return what the determining policies say, without a horizon; nothing is permitted where no policy speaks."""
    if not applied:
        return POLICY_ERROR
    first = min(applied, key=lambda policy: (policy.rank, policy.id))
    same = [policy for policy in applied if policy.reason == first.reason]
    # A reason may stand on several policies (not listed, and outside the contract's units): the basis names them all.
    of_one_rank = [policy for policy in same if policy.rank == first.rank]
    basis = tuple(dict.fromkeys(citation for policy in sorted(of_one_rank, key=lambda policy: policy.id) for citation in policy.citations))
    return Answer(
        first.decision,
        first.reason,
        basis,
        permitted,
        first.rank,
        first.concerns,
        tuple(sorted(policy.id for policy in applied)),
        first.ja,
        first.en,
        0,
    )
