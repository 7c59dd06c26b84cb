"""Who acts: the one value that says in whose hands an act was."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["person", "application", "system"]


Footing = Literal["head", "delegation", "standing", "absence", "resolution", "own"]
"""On what an approval stands: the head itself, statutory delegation (Act 17), standing authority (専決), acting in
absence (代決, to be viewed later), a board's resolution; `own` where a second officer of the same standing confirms."""


@dataclass(frozen=True, slots=True)
class Second:
    """The second person of an act: who approved what another proposed, on what footing, and by which proposal."""

    id: str
    footing: Footing
    proposal: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, named by an id that means nothing by itself.

    `person_id` is the person behind an account, for the acts that somebody named in advance may do alone.
    `id` goes into the ledger in clear and is therefore a pseudonym; `name` is for the
    reader of a screen and never leaves the process. `second` is who approved the act, where it took two people.
    """

    id: str
    kind: ActorKind
    name: str | None = None
    second: Second | None = None
    person_id: str | None = None


SYSTEM = Actor(id="system", kind="system", name="Sekisho")
"""The service itself, for what no person asked for: expiry, a resumed import."""
