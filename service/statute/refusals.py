"""The two ways in which an act may come to nothing: the law says no, or the state is another.

Refusal   a rule says no; it carries a code of law/CASES' kind and the citations it rests on
Conflict  what is asked does not fit what is recorded: unknown, already there, already ended
Anything else that is raised is a defect.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from service.statute.citations import Citation


class Refusal(Exception):  # noqa: N818 - the statute's word: the law refuses, nothing is in error
    """A rule of law or of the house says no. `reason` is its code, `basis` the citations, `facts` what it turned on."""

    slug: ClassVar[str] = "refused"

    def __init__(self, reason: str, *, basis: Sequence[Citation] = (), facts: Mapping[str, Any] | None = None) -> None:
        self.reason = reason
        self.basis = tuple(basis)
        self.facts = dict(facts or {})
        cited = f" ({', '.join(str(citation) for citation in self.basis)})" if self.basis else ""
        told = f": {', '.join(f'{name} {value}' for name, value in self.facts.items())}" if self.facts else ""
        super().__init__(f"{reason}{cited}{told}")


class Conflict(Exception):  # noqa: N818 - the state conflicts, nothing is in error
    """What is asked does not fit what is recorded; the message names it."""

    slug: ClassVar[str] = "conflict"

    def __init__(self, message: str, *, facts: Mapping[str, Any] | None = None) -> None:
        self.facts = dict(facts or {})
        super().__init__(message)
