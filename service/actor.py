"""Who acts: the one value that says in whose hands an act was."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["person", "application", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, named by an id that means nothing by itself.

    `id` goes into the ledger in clear and is therefore a pseudonym; `name` is for the
    reader of a screen and never leaves the process.
    """

    id: str
    kind: ActorKind
    name: str | None = None


SYSTEM = Actor(id="system", kind="system", name="Sekisho")
"""The service itself, for what no person asked for: expiry, a resumed import."""
