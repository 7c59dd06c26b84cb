"""What a proposal rests on, and what keeps it from being done."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError
from service.acts.hindrances import PROBLEMS
from service.acts.hindrances import told as why
from service.acts.table import ACTS
from service.console.acting.unfit import said_plainly
from service.console.area_words.approving import UNABLE
from service.console.visit import anchor_of
from service.console.words import Language
from service.statute.citations import Citation, cite
from service.statute.refusals import Conflict, Refusal

_MENTION = re.compile(r"\b(Act|Order) (\d+(?:\(\d+\))?(?:\([ivx]+\))?)(?!\d)")
MOST_CITED = 6
OF_ROOM: Mapping[str, tuple[str, ...]] = {
    "designation": ("Act 3(1)", "Act 4"),
    "provision": ("Act 6", "Act 10"),
    "clearance": ("Act 11(1)",),
    "assessment": ("Act 12(1)", "Act 13(1)"),
    "need_to_know": ("Act 5(1)", "Act 10(3)", "Act 11(1)"),
    "registers": ("Order 11",),
}
"""What the acts of a room rest on, where their own words name no article."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What keeps acts from happening, in words, with what it rests on."""

    text: str
    basis: tuple[str, ...]


def hindrance_of(problem: Exception, language: Language) -> Hindrance:
    """Return what stands in the way; never what a refusal turned on, which may be somebody's clearance."""
    place = 0 if language == "ja" else 1
    match problem:
        case Refusal():
            return Hindrance(why(problem, language), tuple(one.ja() if language == "ja" else str(one) for one in problem.basis))
        case Conflict():
            return Hindrance(PROBLEMS[problem.slug][place], ())
        case OutsideError():
            return Hindrance(UNABLE["outside"][place], ())
        case NotAllowedError():
            return Hindrance(UNABLE["proposer"][place], ())
        case _:
            return Hindrance(said_plainly(str(problem), language)[1], ())


def cited_by(verb: str) -> list[Citation]:
    """Return the articles that an act rests on: those that its own words name, else those of its room."""
    known = ACTS[verb]
    named = [f"{law} {place}" for law, place in _MENTION.findall(known.operation().__doc__ or "")]
    found: dict[Citation, None] = {}
    for one in named or OF_ROOM.get(known.room.partition(".")[0], ()):
        found[cite(one)] = None
    return list(found)


def basis_of(acts: Sequence[Mapping[str, Any]], language: Language) -> tuple[tuple[str, str], ...]:
    """Return the articles that some acts rest on, each with its anchor in the guide."""
    cited = {one: None for verb in {act["verb"]: None for act in acts} for one in cited_by(verb)}
    return tuple((one.ja() if language == "ja" else str(one), anchor_of(str(one))) for one in list(cited)[:MOST_CITED])
