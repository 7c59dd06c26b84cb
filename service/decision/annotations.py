"""What the annotations of a policy say: its id, its reason and rank, the law that it cites, and a sentence in two languages."""

import re
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
    obligations: tuple[str, ...] = ()
    """What a permit by it obliges its application to."""


OBLIGATION = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


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
            _obligations(notes["id"], effect, notes.get("obligation")),
        )
    except PolicyError:
        raise
    except (KeyError, ValueError) as missing:
        message = f"{notes.get('id', name)}: the annotation {missing} is missing or not of its form"
        raise PolicyError(message) from missing


def _obligations(name: str, effect: str, told: str | None) -> tuple[str, ...]:
    if told is None:
        return ()
    if effect != "permit":
        message = f"{name}: @obligation stands on a permit alone; where a policy forbids there is nothing to bind it to"
        raise PolicyError(message)
    codes = tuple(part.strip() for part in told.split(";"))
    wrong = next((code for code in codes if not OBLIGATION.fullmatch(code)), None)
    if wrong is not None:
        message = f"{name}: {wrong!r} in @obligation is no code of small letters, digits and underscores"
        raise PolicyError(message)
    return codes
