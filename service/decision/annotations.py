"""What the annotations of a policy say: its id, its reason and rank, the law that it cites, and a sentence in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.statute.citations import cite


class PolicyError(ValueError):
    """A policy set that cannot come into force; the message names the file, the policy and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the annotations of a policy say."""

    id: str
    effect: str
    reason: str
    rank: int
    citations: tuple[str, ...]
    decision: str
    concerns: str | None
    ja: str
    en: str


def annotated(name: str, effect: str, notes: Mapping[str, str]) -> Policy:
    """Return a policy by its annotations; `name` is told where it has no id. Raises PolicyError."""
    try:
        citations = tuple(part.strip() for part in notes["citation"].split(";"))
        for citation in citations:
            cite(citation)
        decision = notes.get("decision", "permit" if effect == "permit" else "deny")
        return Policy(
            notes["id"],
            effect,
            notes["reason"],
            int(notes["rank"]),
            citations,
            decision,
            notes.get("concerns"),
            notes["ja"],
            notes["en"],
        )
    except (KeyError, ValueError) as missing:
        message = f"{notes.get('id', name)}: the annotation {missing} is missing or not of its form"
        raise PolicyError(message) from missing
