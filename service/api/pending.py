"""Who waits for the entry of a request to be durable, and how they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from service.api.preparing import Outcome, Request


class Answer(Protocol):
    """What is told once: a future, or a line that writes at once."""

    def done(self) -> bool:
        """Say whether it was told already, or nobody waits any more."""

    def set_result(self, result: Sequence[Outcome] | None, /) -> None:
        """Tell the outcomes of a request, or None for a key that is nobody's."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Tell an UnavailableError."""


@dataclass(slots=True)
class Pending:
    """A request that waits for its batch, with one check or several."""

    request: Request
    answer: Answer
    since: float
